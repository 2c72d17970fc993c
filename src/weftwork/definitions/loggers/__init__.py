"""Loggers: what users configure, where lines of a run go, and the log of a step."""
