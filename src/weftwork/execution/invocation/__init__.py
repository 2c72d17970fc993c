"""Calling the functions of ops, assets and checks directly, as tests do, and the contexts for it."""
