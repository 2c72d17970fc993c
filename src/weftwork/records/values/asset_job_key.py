"""The key of a job over assets, for conditions that speak of jobs; and what may be asked of an asset or a check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.serde.record import Record

AssetOrCheckKey = AssetKey | AssetCheckKey


class AssetJobKey(Record, kw_only=False):
    """The key of a job over assets.

    Attributes:
        job_name: its name.
    """

    job_name: str

    def to_user_string(self) -> str:
        """Return the key as people write it."""
        return self.job_name

    @staticmethod
    def from_user_string(user_string: str) -> AssetJobKey:
        """Return the key that people write like this."""
        return AssetJobKey(user_string)

    def to_db_string(self) -> str:
        """Return the key as it is stored."""
        return json.dumps({"job_name": self.job_name})

    @staticmethod
    def from_db_string(db_string: str) -> AssetJobKey | None:
        """Return the key that is stored like this, or None if it is none."""
        try:
            found = json.loads(db_string)
        except ValueError:
            return None
        if not isinstance(found, dict) or found.keys() != {"job_name"}:
            return None
        return AssetJobKey(found["job_name"])

    @staticmethod
    def from_graphql_input(graphql_input: Mapping[str, Any]) -> AssetJobKey:
        """Return the key that a GraphQL input names."""
        return AssetJobKey(graphql_input["jobName"])
