"""Run config per partition."""

from weftwork.definitions.partitioned_config.decorators import (
    dynamic_partitioned_config,
    partitioned_config,
    static_partitioned_config,
)
from weftwork.definitions.partitioned_config.partitioned_config import PartitionedConfig
from weftwork.definitions.partitioned_config.time_decorators import (
    daily_partitioned_config,
    hourly_partitioned_config,
    monthly_partitioned_config,
    weekly_partitioned_config,
)

__all__ = [
    "PartitionedConfig",
    "daily_partitioned_config",
    "dynamic_partitioned_config",
    "hourly_partitioned_config",
    "monthly_partitioned_config",
    "partitioned_config",
    "static_partitioned_config",
    "weekly_partitioned_config",
]
