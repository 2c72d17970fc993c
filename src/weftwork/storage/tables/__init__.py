"""The tables of the store: what is asked of each, and how it is answered."""
