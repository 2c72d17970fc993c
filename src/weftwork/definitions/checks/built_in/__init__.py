"""Checks that need no function of the user's: freshness, bounds of metadata, changes of columns."""
