"""What a process on the host side works with, and how it acts: with permission, and on record."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.access.tokens import Tokens
from weftwork.base.errors import CheckError, DagsterError
from weftwork.instance.instance import DagsterInstance
from weftwork.locations.workspace import Workspace
from weftwork.serde.codec import encode

_MAX_TARGET = 4000


class Host:
    """An instance and the code locations that are served with it.

    Args:
        instance: where everything is recorded.
        workspace: the code locations; None where there are none.
        now: tells the time, in seconds since the epoch.
    """

    def __init__(
        self,
        instance: DagsterInstance,
        workspace: Workspace | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.instance = instance
        self.workspace = workspace if workspace is not None else Workspace((), instance)
        self.tokens = Tokens(instance, now)
        self.now = now
        self.memory: dict[Hashable, Any] = {}
        """What parts of this floor keep from one question to the next, by the class of what they keep."""

    @contextmanager
    def acting(self, caller: Caller, permission: Permission, action: str, **target: Any) -> Iterator[None]:
        """Do something that changes the world: refuse it or put it on record with how it went.

        Args:
            caller: who asks.
            permission: what it takes.
            action: what it is, in words: "cancel runs".
            **target: what it is done to.

        Raises:
            AccessDeniedError: if the caller may not.
        """
        error: str | None = None
        try:
            caller.require(permission, action)
            yield
        except (DagsterError, CheckError) as failure:
            error = f"{type(failure).__name__}: {failure}"
            raise
        except BaseException as failure:
            error = type(failure).__name__
            raise
        finally:
            self.instance.audit.add(
                self.now(), caller=caller.name, role=caller.role.value, action=action,
                target=self.instance.redactor.redact(encode(target).decode())[:_MAX_TARGET],
                error=self.instance.redactor.redact(error)[:_MAX_TARGET] if error is not None else None,
            )  # fmt: skip
