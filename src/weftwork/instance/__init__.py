"""The durable state as one object: runs, events, assets, partitions, and the home they live in."""
