"""How an input says what happens to values that are not stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MISSING_POLICY_METADATA = "weftwork/missing"
_OLDER_METADATA = "allow_missing_partitions"


def find_missing_policy(metadata: Mapping[str, Any]) -> str:
    """Return "error", "skip" or "none": what happens to values of an input that are not stored.

    Args:
        metadata: the metadata of the definition of the input.
    """
    policy = metadata.get(MISSING_POLICY_METADATA)
    if policy is not None:
        told = str(getattr(policy, "value", policy))
        return told if told in ("skip", "none") else "error"
    older = metadata.get(_OLDER_METADATA)
    return "skip" if getattr(older, "value", older) else "error"
