"""`weft definitions`: what a project defines, checked."""
