"""PartitionedConfig: partitions, and the run config and tags of each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.lifecycle import former, marked
from weftwork.config.run_config import RunConfig, to_run_config_dict
from weftwork.definitions.run_config.config_mapping import ConfigMapping
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.keys import Partition
from weftwork.records.tags import (
    MULTIDIMENSIONAL_PARTITION_PREFIX,
    PARTITION_NAME_TAG,
    PARTITION_SET_TAG,
    normalize_tags,
)

T_PartitionsDefinition = TypeVar("T_PartitionsDefinition", bound=PartitionsDefinition[Any], covariant=True)
AnyRunConfig = RunConfig | Mapping[str, Any]
PartitionConfigFn = Callable[[str], AnyRunConfig]
PartitionTagsFn = Callable[[str], Mapping[str, str]]


class PartitionedConfig(Generic[T_PartitionsDefinition]):
    """Partitions, and the run config of each.

    Args:
        partitions_def: the partitions.
        run_config_for_partition_fn: run config of a ``Partition`` object; deprecated.
        decorated_fn: the function that calling this object calls, for tests.
        tags_for_partition_fn: run tags of a ``Partition`` object; deprecated.
        run_config_for_partition_key_fn: run config of a key; exactly one of the two is given.
        tags_for_partition_key_fn: run tags of a key; at most one of the two is given.

    Example:
        ``PartitionedConfig(StaticPartitionsDefinition(["a"]), run_config_for_partition_key_fn=lambda key: {"ops": {"load":
        {"config": {"key": key}}}})``
    """

    def __init__(
        self,
        partitions_def: T_PartitionsDefinition,
        run_config_for_partition_fn: Callable[[Partition[Any]], AnyRunConfig] | None = None,
        decorated_fn: Callable[..., AnyRunConfig] | None = None,
        tags_for_partition_fn: Callable[[Partition[Any]], Mapping[str, str]] | None = None,
        run_config_for_partition_key_fn: PartitionConfigFn | None = None,
        tags_for_partition_key_fn: PartitionTagsFn | None = None,
    ) -> None:
        self._partitions_def = check_type(partitions_def, PartitionsDefinition, "partitions_def")
        if (run_config_for_partition_fn is None) == (run_config_for_partition_key_fn is None):
            raise CheckError(
                "A PartitionedConfig takes exactly one of run_config_for_partition_key_fn and "
                "run_config_for_partition_fn (deprecated)."
            )
        if tags_for_partition_fn is not None and tags_for_partition_key_fn is not None:
            raise CheckError(
                "A PartitionedConfig takes at most one of tags_for_partition_key_fn and tags_for_partition_fn (deprecated)."
            )
        self._run_config_for_partition_fn = run_config_for_partition_fn
        self._run_config_for_partition_key_fn = run_config_for_partition_key_fn
        self._tags_for_partition_fn = tags_for_partition_fn
        self._tags_for_partition_key_fn = tags_for_partition_key_fn
        self._decorated_fn = decorated_fn

    @property
    def partitions_def(self) -> T_PartitionsDefinition:
        """The partitions."""
        return self._partitions_def  # type: ignore[no-any-return]

    @property
    @marked("PartitionedConfig.run_config_for_partition_fn", former("Use run_config_for_partition_key_fn."))
    def run_config_for_partition_fn(self) -> Callable[[Partition[Any]], AnyRunConfig] | None:
        """The function that gives the run config of a ``Partition``, or None."""
        return self._run_config_for_partition_fn

    @property
    def run_config_for_partition_key_fn(self) -> PartitionConfigFn | None:
        """The function that gives the run config of a key, or None."""
        return self._run_config_for_partition_key_fn

    @property
    @marked("PartitionedConfig.tags_for_partition_fn", former("Use tags_for_partition_key_fn."))
    def tags_for_partition_fn(self) -> Callable[[Partition[Any]], Mapping[str, str]] | None:
        """The function that gives the run tags of a ``Partition``, or None."""
        return self._tags_for_partition_fn

    @property
    def tags_for_partition_key_fn(self) -> PartitionTagsFn | None:
        """The function that gives the run tags of a key, or None."""
        return self._tags_for_partition_key_fn

    def get_partition_keys(self, current_time: datetime | None = None) -> Sequence[str]:
        """Return the keys of all partitions.

        Args:
            current_time: the time that counts as now; the clock's by default.
        """
        return self._partitions_def.get_partition_keys(current_time)  # type: ignore[no-any-return]

    def get_run_config_for_partition_key(self, partition_key: str) -> Mapping[str, Any]:
        """Return the run config of a partition as a plain dict.

        Args:
            partition_key: its key; whether it exists is checked where a run is asked for.

        Raises:
            CheckError: if the function returns something that is no run config.
        """
        if self._run_config_for_partition_key_fn is not None:
            config = self._run_config_for_partition_key_fn(partition_key)
        else:
            assert self._run_config_for_partition_fn is not None
            config = self._run_config_for_partition_fn(Partition(partition_key))
        if not isinstance(config, (Mapping, RunConfig)):
            raise CheckError(
                f"The run config of partition '{partition_key}' must be a dict or a RunConfig; "
                f"the function returned {type(config).__name__}: {config!r:.100}."
            )
        # A copy: the caller may add to it, and the function may return the same object again.
        return copy.deepcopy(
            config.to_config_dict() if isinstance(config, RunConfig) else to_run_config_dict(config)
        )

    def get_tags_for_partition_key(
        self, partition_key: str, job_name: str | None = None
    ) -> Mapping[str, str]:
        """Return the tags of a run for a partition: the user's and those that name the partition.

        Args:
            partition_key: its key.
            job_name: the job, for the tag ``dagster/partition_set``; no such tag without it.

        Raises:
            DagsterInvalidDefinitionError: if the user's tags take one of the names that are set here.
        """
        given: Mapping[str, Any] = {}
        if self._tags_for_partition_key_fn is not None:
            given = self._tags_for_partition_key_fn(partition_key)
        elif self._tags_for_partition_fn is not None:
            given = self._tags_for_partition_fn(Partition(partition_key))
        tags = normalize_tags(given, f"the tags of partition '{partition_key}'")
        for name in tags:
            if name in (PARTITION_NAME_TAG, PARTITION_SET_TAG) or name.startswith(
                MULTIDIMENSIONAL_PARTITION_PREFIX
            ):
                raise DagsterInvalidDefinitionError(
                    f"The tags of partition '{partition_key}' set '{name}', which is set by the system."
                )
        tags.update(self._partitions_def.get_tags_for_partition_key(partition_key))
        if job_name is not None:
            tags[PARTITION_SET_TAG] = f"{job_name}_partition_set"
        return tags

    @staticmethod
    def from_flexible_config(
        config: ConfigMapping | Mapping[str, object] | PartitionedConfig[Any] | RunConfig | None,
        partitions_def: PartitionsDefinition[Any],
    ) -> PartitionedConfig[Any]:
        """Return what ``config`` and ``partitions_def`` of a job mean together.

        Args:
            config: a PartitionedConfig of the same partitions, or one run config for all partitions.
            partitions_def: the partitions.

        Raises:
            CheckError: if ``config`` is a ConfigMapping, or of other partitions.
        """
        if isinstance(config, PartitionedConfig):
            if config.partitions_def != partitions_def:
                raise CheckError(
                    f"The job's 'config' is a PartitionedConfig of other partitions than its 'partitions_def': "
                    f"{config.partitions_def!r} and {partitions_def!r}. Leave out partitions_def."
                )
            return config
        if isinstance(config, ConfigMapping):
            raise CheckError("A job with 'partitions_def' cannot take a ConfigMapping as 'config'.")
        hard_coded = to_run_config_dict(config)
        return PartitionedConfig(partitions_def, run_config_for_partition_key_fn=lambda _key: hard_coded)

    def __call__(self, *args: Any, **kwargs: Any) -> AnyRunConfig:
        """Return what the decorated function returns, so that it can be tested.

        Raises:
            CheckError: if there is no decorated function.
        """
        if self._decorated_fn is None:
            raise CheckError("Only a PartitionedConfig that was made by a decorator can be called.")
        return self._decorated_fn(*args, **kwargs)
