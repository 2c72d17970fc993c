"""What jobs have inside: the types of their config, their graphs, their partitions."""
