"""`weft run`: what has run."""
