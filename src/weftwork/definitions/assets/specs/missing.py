"""What happens when partitions of an upstream asset, or all of it, are not there: one policy for a dependency."""

from __future__ import annotations

from typing import Literal, get_args

from weftwork.base.errors import ParameterCheckError
from weftwork.base.text import did_you_mean, quote_names

MissingPolicy = Literal["error", "skip", "none", "wait"]
_POLICIES: tuple[str, ...] = get_args(MissingPolicy)


def check_missing(missing: str) -> MissingPolicy:
    """Return the policy.

    Raises:
        ParameterCheckError: if there is no such policy.
    """
    if missing not in _POLICIES:
        raise ParameterCheckError(
            f"Parameter 'missing' must be one of {quote_names(_POLICIES)}, not {missing!r:.100}."
            f"{did_you_mean(str(missing), _POLICIES)}"
        )
    return missing  # type: ignore[return-value] # it is one of them
