"""How an input says what happens to values that are not stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MISSING_POLICY_METADATA = "weftwork/missing"
_OLDER_METADATA = "allow_missing_partitions"


def find_missing_policy(metadata: Mapping[str, Any]) -> str:
    """Return "error", "skip", "none" or "wait": what happens to values of an input that are not stored.

    Args:
        metadata: the metadata of the definition of the input.
    """
    policy = metadata.get(MISSING_POLICY_METADATA)
    if policy is not None:
        return str(getattr(policy, "value", policy))
    older = metadata.get(_OLDER_METADATA)
    return "skip" if getattr(older, "value", older) else "error"


def allows_missing(metadata: Mapping[str, Any]) -> bool:
    """Return whether an input goes on without values that are not stored.

    Args:
        metadata: the metadata of the definition of the input.
    """
    return find_missing_policy(metadata) in ("skip", "none")


def explain_waiting(metadata: Mapping[str, Any]) -> str:
    """Return what ``missing="wait"`` means in a run that found nothing, as a sentence; nothing for other policies.

    Args:
        metadata: the metadata of the definition of the input.
    """
    if find_missing_policy(metadata) != "wait":
        return ""
    return (
        ". The input says missing='wait': automation requests no run before it is there, but a run that has started "
        "cannot wait. Make it first, or in the same run."
    )
