"""Sensors: runs when something has happened."""
