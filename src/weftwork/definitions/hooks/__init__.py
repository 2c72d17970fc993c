"""Functions that run after a step, when it succeeded or failed."""
