"""Executors: which one runs the steps of a job, and its config."""
