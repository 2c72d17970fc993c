"""Weftwork."""
