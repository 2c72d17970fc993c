"""Connections between processes that need not know each other: authenticated by a key."""
