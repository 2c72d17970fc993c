"""Ops: the functions that graphs are made of, and what is read from their signatures."""
