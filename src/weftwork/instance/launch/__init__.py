"""Runs as processes: starting, queueing, canceling them, and finding out that one is dead."""
