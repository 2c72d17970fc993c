"""Who asks, in which role, and what that role may do."""

from __future__ import annotations

from enum import Enum

from weftwork.base.errors import AccessDeniedError
from weftwork.serde.record import Record


class Permission(Enum):
    """What an operation does to the world; every operation has one."""

    READ = "read"
    LAUNCH = "launch"
    EDIT = "edit"
    ADMINISTER = "administer"


class Role(Enum):
    """What somebody is trusted with; each role may do what those before it may."""

    VIEWER = "viewer"
    LAUNCHER = "launcher"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What the role may do."""
        return tuple(Permission)[: tuple(Role).index(self) + 1]


class Caller(Record):
    """Who asks.

    Attributes:
        name: their name, for the audit log.
        role: what they are trusted with.
        is_read_only: whether nothing may be changed, whatever the role.
    """

    name: str
    role: Role
    is_read_only: bool = False

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What they may do."""
        return (Permission.READ,) if self.is_read_only else self.role.permissions

    def require(self, permission: Permission, action: str) -> None:
        """Refuse what they may not do.

        Args:
            permission: what it does to the world.
            action: what they want, for the message: "cancel runs".

        Raises:
            AccessDeniedError: if they may not.
        """
        if permission in self.permissions:
            return
        if self.is_read_only:
            raise AccessDeniedError(f"This server is read-only: it does not {action}.")
        needed = next(role for role in Role if permission in role.permissions)
        raise AccessDeniedError(
            f"To {action} takes the role '{needed.value}'; {self.name} has the role '{self.role.value}'."
        )
