"""Jobs: graphs that can be run, with resources, config, hooks, loggers and an executor."""
