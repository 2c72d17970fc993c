"""Conditions in use: a tick, what it watches, and what a condition is told when it is evaluated."""
