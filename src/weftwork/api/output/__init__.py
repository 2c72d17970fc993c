"""What the steps of runs printed, and how it grows while they run."""
