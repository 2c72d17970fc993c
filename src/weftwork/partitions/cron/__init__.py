"""Cron expressions as arithmetic: index <-> instant in closed form, in any time zone."""

from weftwork.partitions.cron.expression import CronExpression, find_cron_problem, is_valid_cron, parse_cron
from weftwork.partitions.cron.ticks import CronTicks, get_cron_ticks, merge_ticks
from weftwork.partitions.cron.zone import Zone, get_zone

__all__ = [
    "CronExpression",
    "CronTicks",
    "Zone",
    "find_cron_problem",
    "get_cron_ticks",
    "get_zone",
    "is_valid_cron",
    "merge_ticks",
    "parse_cron",
]
