"""The run config of jobs: its schema, its resolution to what each step gets, and functions that map config."""
