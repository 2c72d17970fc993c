"""Which documented names and parameters are deprecated, superseded, beta or preview, and the warning when users use one."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from weftwork.base.source import PACKAGE_FOLDER
from weftwork.base.warnings import BetaWarning, PreviewWarning, SupersessionWarning, warn_user

_BETA = "is in beta: it may change in a minor release."
_PREVIEW = "is a preview: it may change or go."
_CONDITIONS = "is superseded. Give assets an automation_condition, or use asset_sensor."

Mark = tuple[type[Warning], str]
"""A category, and what is said after the name."""

MARKS: dict[str, Mark] = {
    "AnchorBasedFilePathMapping": (BetaWarning, _BETA),
    "MultiPartitionMapping": (BetaWarning, _BETA),
    "MultiToSingleDimensionPartitionMapping": (BetaWarning, _BETA),
    "Partition": (DeprecationWarning, "is deprecated. Use partition keys, which are text."),
    "SourceAsset": (DeprecationWarning, "is deprecated. Write AssetSpec(key), with .with_io_manager_key(…)."),
    "build_column_schema_change_checks": (BetaWarning, _BETA),
    "build_last_update_freshness_checks": (
        SupersessionWarning,
        "is superseded. Give assets a FreshnessPolicy.",
    ),
    "build_metadata_bounds_checks": (BetaWarning, _BETA),
    "build_sensor_for_freshness_checks": (
        SupersessionWarning,
        "is superseded. Give assets a FreshnessPolicy.",
    ),
    "build_time_partition_freshness_checks": (
        SupersessionWarning,
        "is superseded. Give assets a FreshnessPolicy.",
    ),
    "MultiAssetSensorDefinition": (SupersessionWarning, _CONDITIONS),
    "link_code_references_to_git": (BetaWarning, _BETA),
    "load_definitions_from_current_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_modules": (PreviewWarning, _PREVIEW),
    "load_definitions_from_package_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_package_name": (PreviewWarning, _PREVIEW),
    "multi_asset_sensor": (SupersessionWarning, _CONDITIONS),
    "multi_observable_source_asset": (BetaWarning, _BETA),
    "observable_source_asset": (BetaWarning, _BETA),
    "with_source_code_references": (BetaWarning, _BETA),
}


BETA: Mark = (BetaWarning, _BETA)
PREVIEW: Mark = (PreviewWarning, _PREVIEW)


def former(text: str) -> Mark:
    """Return the mark of something deprecated, for which ``text`` says what to write instead."""
    return DeprecationWarning, f"is deprecated. {text}"


_OWNERS = {"owners": BETA}
_VERSION = {"version": BETA}
_TAGS_FN = {"tags_for_partition_fn": former("Use tags_for_partition_key_fn.")}
_MONITORED = {
    "monitor_all_repositories": former("Use monitor_all_code_locations."),
    "job_selection": former("Use monitored_jobs."),
}
_METADATA = {"metadata": former("Use definition_metadata.")}
_ASSET = {"io_manager_def": BETA, "resource_defs": BETA}

PARAMETERS: dict[str, dict[str, Mark]] = {
    "GraphDefinition": {"node_input_source_assets": former("Use input_assets.")},
    "IOManagerDefinition": _VERSION,
    "InputManagerDefinition": _VERSION,
    "JobDefinition": _OWNERS,
    "Output": {"data_version": BETA},
    "AutomationConditionSensorDefinition": {"use_user_code_server": BETA, "default_condition": BETA},
    "PartitionedConfig": {
        **_TAGS_FN, "run_config_for_partition_fn": former("Use run_config_for_partition_key_fn."),
    },
    "ResourceDefinition": _VERSION,
    "RunStatusSensorDefinition": _OWNERS,
    "ScheduleDefinition": {
        **_OWNERS, "environment_vars": former("Leave it out: schedules see the variables of their process."),
    },
    "SensorDefinition": _OWNERS,
    "SourceAsset": {**_ASSET, "legacy_freshness_policy": former("Use freshness_policy.")},
    "TimeWindowPartitionMapping": {"allow_nonexistent_upstream_partitions": BETA},
    "asset": {**_ASSET, "backfill_policy": BETA, "non_argument_deps": former("Use deps.")},
    "build_input_context": _METADATA,
    "build_output_context": _METADATA,
    "build_schedule_from_partitioned_job": _OWNERS,
    "dynamic_partitioned_config": _TAGS_FN,
    "input_manager": _VERSION,
    "io_manager": _VERSION,
    "job": _OWNERS,
    "make_email_on_run_failure_sensor": _MONITORED,
    "multi_asset": {"resource_defs": BETA, "non_argument_deps": former("Use deps.")},
    "resource": _VERSION,
    "run_failure_sensor": _MONITORED,
    "run_status_sensor": _MONITORED,
    "schedule": _OWNERS,
    "sensor": _OWNERS,
    "static_partitioned_config": _TAGS_FN,
}  # fmt: skip
"""Name to the marks of its parameters; each warns where it is given and is not None."""

WARNS = frozenset(MARKS) | frozenset(PARAMETERS)
"""The names that warn when users use them."""


def with_warning(name: str, found: Any) -> Any:
    """Return a documented function or class that warns, where it or a parameter is marked, when it is called from outside.

    Calls from inside this package do not warn: users cannot mend those.

    Args:
        name: its documented name.
        found: the function or class.
    """
    warn = _find_warn(name)
    if isinstance(found, type):
        made: Any = found.__init__  # type: ignore[misc]  # it is wrapped for the class itself, not for an instance

        @functools.wraps(made)
        def warning_init(self: Any, *args: Any, **kwargs: Any) -> None:
            if type(self) is found:
                warn(kwargs)
            made(self, *args, **kwargs)

        found.__init__ = warning_init  # type: ignore[misc]
        return found

    @functools.wraps(found)
    def warning_call(*args: Any, **kwargs: Any) -> Any:
        warn(kwargs)
        return found(*args, **kwargs)

    return warning_call


def _find_warn(name: str) -> Callable[[dict[str, Any]], None]:
    """Return what looks at the named arguments of a call, and warns."""
    whole, marked = MARKS.get(name), PARAMETERS.get(name, {})
    keys = marked.keys()

    def warn(given: dict[str, Any]) -> None:
        if (whole is None and keys.isdisjoint(given)) or not _is_called_by_user(3):
            return
        if whole is not None:
            warn_user(f"{name} {whole[1]}", whole[0])
        for parameter, (category, text) in marked.items():
            if given.get(parameter) is not None:
                warn_user(f"The parameter {parameter} of {name} {text}", category)

    return warn


def warn_of_use(subject: str, mark: Mark, depth: int = 2) -> None:
    """Warn that users made or called something marked, unless this package did.

    Args:
        subject: what it is.
        mark: the category, and what is said after the subject.
        depth: how many frames above this one the caller is.
    """
    if _is_called_by_user(depth + 1):
        warn_user(f"{subject} {mark[1]}", mark[0])


_Function = TypeVar("_Function", bound=Callable[..., Any])


def marked(subject: str, mark: Mark | None = None, **parameters: Mark) -> Callable[[_Function], _Function]:
    """Return a decorator of a method that warns when users call it, or give one of its marked parameters by name.

    Args:
        subject: the method, as users know it.
        mark: its mark, if it is marked as a whole.
        parameters: name to mark; each warns where it is given and is neither None nor False.
    """

    def mark_function(method: _Function) -> _Function:
        @functools.wraps(method)
        def warning_call(*args: Any, **kwargs: Any) -> Any:
            if (mark is not None or kwargs) and _is_called_by_user(2):
                if mark is not None:
                    warn_user(f"{subject} {mark[1]}", mark[0])
                for name in parameters.keys() & kwargs.keys():
                    if kwargs[name] is not None and kwargs[name] is not False:
                        category, text = parameters[name]
                        warn_user(f"The parameter {name} of {subject} {text}", category)
            return method(*args, **kwargs)

        return warning_call  # type: ignore[return-value]  # it takes and returns what the method does

    return mark_function


def _is_called_by_user(depth: int) -> bool:
    return not sys._getframe(depth).f_code.co_filename.startswith(PACKAGE_FOLDER)
