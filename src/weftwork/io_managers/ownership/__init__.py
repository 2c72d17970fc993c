"""Whose value a path has: the documented layout gives some pairs of keys the same path."""
