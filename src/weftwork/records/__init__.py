"""Frozen data that is stored or crosses a process: keys, metadata, events, runs, specs."""
