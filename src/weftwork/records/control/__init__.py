"""What coordinates processes: leases, pools, ticks, requested runs and backfills."""
