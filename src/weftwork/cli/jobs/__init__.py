"""`weft job`: jobs, and running one of them."""
