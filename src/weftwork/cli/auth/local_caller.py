"""Who uses the command line: somebody who can read the database may do everything with it."""

from __future__ import annotations

import getpass

from weftwork.api.access.caller import Caller, Role


def local_caller() -> Caller:
    """Return who uses the command line."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        name = "local"
    return Caller(name=f"{name} (weft)", role=Role.ADMIN)
