"""Automation over definitions: the targets of conditions, and their evaluation in a test."""
