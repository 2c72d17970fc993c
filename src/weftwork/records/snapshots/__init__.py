"""Code locations as data: what they offer, where they are, how they stand, and what is said to their servers."""
