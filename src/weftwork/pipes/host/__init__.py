"""The side of a pipe that starts a process: what the process is told, and what it reports."""
