"""Runs that have been, looked at together: as a grid, as bars in time, by their error, side by side, as a file."""
