"""Assets: their specs, the definitions that make them, and the jobs over them."""
