"""What user functions are given: contexts of ops, assets and checks."""
