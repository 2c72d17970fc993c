"""How far a sensor of several assets has come: for each the last event it handled, and those it passed over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.keys import AssetKey


class AssetCursor(NamedTuple):
    """How far the sensor has come with one asset.

    Attributes:
        partition: the partition of the last event that was handled.
        storage_id: the storage id of that event; None if none was handled.
        passed_over: partition to the storage id of its latest event before that one that was not handled.
    """

    partition: str | None = None
    storage_id: int | None = None
    passed_over: Mapping[str, int] = {}


class MultiAssetCursor:
    """How far a sensor of several assets has come.

    Args:
        text: what ``to_text`` wrote; the cursor of an ``@asset_sensor`` counts as a fresh start.

    Raises:
        DagsterInvalidInvocationError: if it is neither.
    """

    def __init__(self, text: str | None) -> None:
        self._by_text: dict[str, AssetCursor] = {}
        if text:
            try:
                found = json.loads(text)
            except ValueError as error:
                raise DagsterInvalidInvocationError(
                    f"{text!r:.200} is not the cursor of a sensor of several assets: it is no JSON. Reset the cursor of "
                    f"the sensor."
                ) from error
            if isinstance(found, dict):
                self._by_text = {
                    key: AssetCursor(*(entry + [None, None, {}][len(entry) :]))
                    for key, entry in found.items()
                    if isinstance(entry, list)
                }

    def get(self, key: AssetKey) -> AssetCursor:
        """Return how far the sensor has come with an asset."""
        return self._by_text.get(str(key), AssetCursor())

    def to_text(self, changes: Mapping[AssetKey, AssetCursor], keys: Any) -> str:
        """Return the cursor with changes, for all of some assets."""
        told = {str(key): list(changes.get(key, self.get(key))) for key in keys}
        return json.dumps(told)
