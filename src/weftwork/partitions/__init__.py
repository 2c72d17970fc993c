"""Partitions: definitions, keys, subsets, mappings, cron; all by arithmetic, nothing lists keys to answer a question."""
