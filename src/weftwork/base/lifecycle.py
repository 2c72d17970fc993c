"""Which documented names are deprecated, superseded, beta or preview, and the warning when users call one."""

from __future__ import annotations

import functools
import sys
from typing import Any

from weftwork.base.source import PACKAGE_FOLDER
from weftwork.base.warnings import BetaWarning, PreviewWarning, SupersessionWarning, warn_user

_BETA = "is in beta: it may change in a minor release."
_PREVIEW = "is a preview: it may change or go."

# Name -> category and what is said after the name.
MARKS: dict[str, tuple[type[Warning], str]] = {
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
    "link_code_references_to_git": (BetaWarning, _BETA),
    "load_definitions_from_current_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_modules": (PreviewWarning, _PREVIEW),
    "load_definitions_from_package_module": (PreviewWarning, _PREVIEW),
    "load_definitions_from_package_name": (PreviewWarning, _PREVIEW),
    "multi_observable_source_asset": (BetaWarning, _BETA),
    "observable_source_asset": (BetaWarning, _BETA),
    "with_source_code_references": (BetaWarning, _BETA),
}


def with_warning(name: str, found: Any) -> Any:
    """Return a documented function or class that warns, where it is marked, when it is called from outside.

    Calls from inside this package do not warn: users cannot mend those.

    Args:
        name: its documented name.
        found: the function or class.
    """
    category, text = MARKS[name]
    if isinstance(found, type):
        made: Any = found.__init__  # type: ignore[misc]  # it is wrapped for the class itself, not for an instance

        @functools.wraps(made)
        def warning_init(self: Any, *args: Any, **kwargs: Any) -> None:
            if type(self) is found and _is_called_by_user():
                warn_user(f"{name} {text}", category)
            made(self, *args, **kwargs)

        found.__init__ = warning_init  # type: ignore[misc]
        return found

    @functools.wraps(found)
    def warning_call(*args: Any, **kwargs: Any) -> Any:
        if _is_called_by_user():
            warn_user(f"{name} {text}", category)
        return found(*args, **kwargs)

    return warning_call


def _is_called_by_user() -> bool:
    return not sys._getframe(2).f_code.co_filename.startswith(PACKAGE_FOLDER)
