"""Reading the text of any value of a public class, whether or not its class is loaded yet."""

from __future__ import annotations

import functools
import importlib
from typing import Any, TypeVar

from weftwork import serde

T = TypeVar("T")

# Where the classes are whose values are written: importing these registers them.
_HOMES = (
    "records.values.former_forms",
    "records.control.backfills",
    "records.control.instigators",
    "records.events",
    "records.run_request",
    "records.runs",
    "records.snapshots.location",
    "records.values.metadata_value",
    "partitions.mappings",
    "partitions.multi",
    "partitions.time_window",
    "planning.selection.asset_selection",
    "planning.selection.check_selections",
    "conditions",
    "definitions.assets.specs.backfill_policy",
    "definitions.assets.specs.freshness_policy",
    "definitions.sensors.selectors",
)


@functools.cache
def _load_homes() -> None:
    for home in _HOMES:
        importlib.import_module(f"weftwork.{home}")


def deserialize_value(val: str | bytes, as_type: type[T] | Any = None) -> Any:
    """Return what ``serialize_value`` wrote.

    Args:
        val: the JSON text.
        as_type: the class that is expected; None for whatever it is.

    Raises:
        TypeError: if it is not of ``as_type``.
    """
    _load_homes()
    return serde.deserialize_value(val, as_type)
