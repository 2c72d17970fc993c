"""StateBackedComponent: definitions that follow from something elsewhere, which is fetched now and then."""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
import uuid
from abc import abstractmethod
from collections.abc import Awaitable
from pathlib import Path

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.warnings import warn_user
from weftwork.components.component import Component
from weftwork.components.errors import DuplicateDefsStateKeyWarning
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.state.defs_state import DefsStateConfig, DefsStateManagementType
from weftwork.components.state.state_storage import DefsStateStorage
from weftwork.definitions.locations.definitions import Definitions

LOCAL_FOLDER = ".local_defs_state"
LOCAL_VERSION = "__local__"
DEV_SETTING = "DAGSTER_IS_DEV_CLI"

_in_process: dict[str, bytes] = {}
"""State to what this process fetched."""


class StateBackedComponent(Component):
    """Definitions that follow from something elsewhere, such as the tables of a warehouse: fetched now and then, and kept.

    Loading the code reads what was kept; ``refresh_state`` fetches it anew.
    """

    @property
    @abstractmethod
    def defs_state_config(self) -> DefsStateConfig:
        """How the state is kept."""

    @abstractmethod
    def write_state_to_path(self, state_path: Path) -> Awaitable[None] | None:
        """Fetch the state, and write it to a file; may be asynchronous.

        Args:
            state_path: the file.
        """

    @abstractmethod
    def build_defs_from_state(self, context: ComponentLoadContext, state_path: Path | None) -> Definitions:
        """Return the definitions that follow from a state.

        Args:
            context: where in the project this is.
            state_path: the file with the state; None if none was fetched yet.
        """

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """Return the definitions that follow from the state that is kept."""
        config = self.defs_state_config
        _warn_of_second(config.key, context)
        is_dev = bool(os.environ.get(DEV_SETTING)) and config.refresh_if_dev
        is_in_process = config.management_type is DefsStateManagementType.LEGACY_CODE_SERVER_SNAPSHOTS
        if is_dev or (is_in_process and config.key not in _in_process):
            import asyncio  # heavy, and most loads fetch nothing

            asyncio.run(self.refresh_state(context.project_root))
        with tempfile.TemporaryDirectory(prefix="weftwork-state-") as folder:
            return self.build_defs_from_state(
                context, _find_state(config, context.project_root, Path(folder))
            )

    async def refresh_state(self, project_root: Path) -> str:
        """Fetch the state, and keep it.

        Args:
            project_root: the folder of the project.

        Returns:
            The version that it is.

        Raises:
            DagsterInvariantViolationError: if there is nowhere to keep it.
        """
        config = self.defs_state_config
        folder = Path(tempfile.mkdtemp(prefix="weftwork-state-"))
        try:
            fresh = folder / "state"
            waiting = self.write_state_to_path(fresh)
            if inspect.isawaitable(waiting):
                await waiting
            return _keep(config, Path(project_root), fresh)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _warn_of_second(key: str, context: ComponentLoadContext) -> None:
    if context.component_tree is None:
        return
    other = context.component_tree.note_state_key(key, context.component_loc)
    if other is not None:
        root = Path(context.defs_module_path)
        warn_user(
            f"Two components keep their state under the key '{key}': '{other.get_relative_key(root)}' and "
            f"'{context.component_path.get_relative_key(root)}'. Give one of them another key.",
            DuplicateDefsStateKeyWarning,
        )


def _local_path(config: DefsStateConfig, project_root: Path) -> Path:
    return Path(project_root) / LOCAL_FOLDER / config.key.replace("/", "_") / "state"


def _find_state(config: DefsStateConfig, project_root: Path, folder: Path) -> Path | None:
    kind = config.management_type
    if kind is DefsStateManagementType.LOCAL_FILESYSTEM:
        path = _local_path(config, project_root)
        return path if path.exists() else None
    if kind is DefsStateManagementType.LEGACY_CODE_SERVER_SNAPSHOTS:
        known = _in_process.get(config.key)
        return None if known is None else _write(folder / "state", known)
    storage = DefsStateStorage.get()
    version = storage.get_latest_version(config.key) if storage is not None else None
    if storage is None or version is None:
        return None
    copy = folder / "state"
    storage.download_state_to_path(config.key, version, copy)
    return copy


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _keep(config: DefsStateConfig, project_root: Path, fresh: Path) -> str:
    kind = config.management_type
    if kind is DefsStateManagementType.VERSIONED_STATE_STORAGE:
        storage = DefsStateStorage.get()
        if storage is None:
            raise DagsterInvariantViolationError(
                f"The state '{config.key}' is kept in the instance, and there is none: set DAGSTER_HOME, or keep it in the project "
                f"(management_type: LOCAL_FILESYSTEM)."
            )
        version = uuid.uuid4().hex
        storage.upload_state_from_path(config.key, version, fresh)
        return version
    if kind is DefsStateManagementType.LEGACY_CODE_SERVER_SNAPSHOTS:
        _in_process[config.key] = fresh.read_bytes()
        return LOCAL_VERSION
    target = _local_path(config, project_root)
    target.parent.mkdir(parents=True, exist_ok=True)
    ignored = target.parent.parent / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    beside = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    shutil.copyfile(fresh, beside)
    os.replace(beside, target)
    return LOCAL_VERSION
