"""`weft asset`: what was made."""
