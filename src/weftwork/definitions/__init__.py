"""What users write: ops, graphs, jobs, assets, checks, resources, schedules; exported as plain specs."""
