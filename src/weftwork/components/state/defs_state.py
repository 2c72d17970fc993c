"""How the state of a component is kept."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, NamedTuple

from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolvable import Resolvable
from weftwork.components.resolved.resolver import Resolver


class DefsStateManagementType(str, Enum):
    """Where the state of a component is kept."""

    VERSIONED_STATE_STORAGE = "VERSIONED_STATE_STORAGE"
    LOCAL_FILESYSTEM = "LOCAL_FILESYSTEM"
    LEGACY_CODE_SERVER_SNAPSHOTS = "LEGACY_CODE_SERVER_SNAPSHOTS"


class DefsStateConfigArgs(Resolvable, Model):
    """What a file says of the state of a component.

    Attributes:
        key: the name of the state (default: one made from the component).
        management_type: where it is kept.
        refresh_if_dev: whether it is fetched at every load under `dev`.
    """

    key: str | None = None
    management_type: DefsStateManagementType
    refresh_if_dev: bool = True

    @classmethod
    def local_filesystem(cls) -> DefsStateConfigArgs:
        """Return: in a file of the project."""
        return cls(management_type=DefsStateManagementType.LOCAL_FILESYSTEM)

    @classmethod
    def versioned_state_storage(cls) -> DefsStateConfigArgs:
        """Return: in the instance, each version apart."""
        return cls(management_type=DefsStateManagementType.VERSIONED_STATE_STORAGE)

    @classmethod
    def legacy_code_server_snapshots(cls) -> DefsStateConfigArgs:
        """Return: in the process that loads the code, fetched when it starts."""
        return cls(management_type=DefsStateManagementType.LEGACY_CODE_SERVER_SNAPSHOTS)


class DefsStateConfig(NamedTuple):
    """How the state of one component is kept.

    Attributes:
        key: the name of the state.
        management_type: where it is kept.
        refresh_if_dev: whether it is fetched at every load under `dev`.
    """

    key: str
    management_type: DefsStateManagementType
    refresh_if_dev: bool = True

    @classmethod
    def from_args(cls, args: DefsStateConfigArgs, default_key: str) -> DefsStateConfig:
        """Return it for what a file says.

        Args:
            args: what the file says.
            default_key: the name of the state, where the file does not say it.
        """
        return cls(args.key or default_key, args.management_type, args.refresh_if_dev)


ResolvedDefsStateConfig = Annotated[
    DefsStateConfigArgs, Resolver.default(description="How the state of the component is kept.")
]
"""A field that says how the state of a component is kept."""
