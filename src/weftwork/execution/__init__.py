"""One driver for all executors, and the thin code that runs a step."""
