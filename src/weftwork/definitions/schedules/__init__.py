"""Schedules: runs at times that a cron expression says."""
