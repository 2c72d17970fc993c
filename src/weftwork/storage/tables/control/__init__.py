"""The tables that coordinate processes: leases, slots of pools, ticks, requested runs and backfills."""
