"""Running a run again: what earlier runs left, and which steps run once more."""
