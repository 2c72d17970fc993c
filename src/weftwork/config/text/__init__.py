"""Config as text that somebody wrote."""
