"""Running jobs from the command line: one after the other, telling how they go and what they made."""
