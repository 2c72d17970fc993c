"""Who answers for a schedule or sensor."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weftwork.base.errors import DagsterInvalidDefinitionError

_OWNER = re.compile(r"^(team:.+|[^@\s]+@[^@\s]+\.[^@\s]+)\Z")


def check_owners(owners: Sequence[str] | None, what: str) -> list[str] | None:
    """Return the owners of ``what`` ("schedule 'daily'").

    Raises:
        DagsterInvalidDefinitionError: if one is neither an address nor a team.
    """
    for owner in owners or ():
        if not isinstance(owner, str) or not _OWNER.match(owner):
            raise DagsterInvalidDefinitionError(
                f"The owner {owner!r} of {what} is no e-mail address and no team: write 'name@company.com' or 'team:name'."
            )
    return None if owners is None else list(owners)
