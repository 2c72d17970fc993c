"""What coordinates processes: leases, slots of pools, ticks, requested runs and backfills."""
