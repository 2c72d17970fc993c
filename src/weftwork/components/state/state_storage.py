"""Versions of the states of components, kept beside an instance's other files, or in any file system."""

from __future__ import annotations

import shutil
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from weftwork.base.errors import DagsterHomeNotSetError


class DefsStateStorage(ABC):
    """Keeps the states of components, each version apart."""

    @classmethod
    def get(cls) -> DefsStateStorage | None:
        """Return where the states of this environment are kept; None where it has no home."""
        from weftwork.instance.home import (
            get_home,  # the floor of the instance, for those that keep state in it
        )

        try:
            return UPathDefsStateStorage(Path(get_home()) / "storage" / "defs_state")
        except DagsterHomeNotSetError:
            return None

    @abstractmethod
    def get_latest_version(self, key: str) -> str | None:
        """Return the newest version of a state; None if there is none."""

    @abstractmethod
    def set_latest_version(self, key: str, version: str | None) -> None:
        """Have a version be the newest of a state; None for none."""

    @abstractmethod
    def download_state_to_path(self, key: str, version: str, path: Path) -> None:
        """Copy a version of a state into a file."""

    @abstractmethod
    def upload_state_from_path(self, key: str, version: str, path: Path) -> None:
        """Keep a file as a version of a state, and as the newest."""


class UPathDefsStateStorage(DefsStateStorage):
    """Keeps states in a folder, of this machine or of any file system that universal_pathlib knows.

    Args:
        base_path: the folder.
        inst_data: accepted for compatibility.
    """

    def __init__(self, base_path: Any, inst_data: Any = None) -> None:
        self.base_path = (
            Path(base_path) if isinstance(base_path, str) and "://" not in base_path else base_path
        )
        if isinstance(self.base_path, str):
            from upath import UPath  # an optional library, for file systems elsewhere

            self.base_path = UPath(self.base_path)
        self.inst_data = inst_data

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """Return it for what dagster.yaml says.

        Args:
            inst_data: where it says so.
            config_value: ``base_path``.
        """
        return cls(config_value["base_path"], inst_data)

    def _folder(self, key: str) -> Any:
        return self.base_path / quote(key, safe="")

    def get_latest_version(self, key: str) -> str | None:
        """Return the newest version of a state; None if there is none."""
        pointer = self._folder(key) / "latest"
        return pointer.read_text(encoding="utf-8") if pointer.exists() else None

    def set_latest_version(self, key: str, version: str | None) -> None:
        """Have a version be the newest of a state.

        Args:
            key: the state.
            version: the version; None for none.
        """
        pointer = self._folder(key) / "latest"
        if version is None:
            pointer.unlink(missing_ok=True)
            return
        pointer.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(pointer, Path) or not hasattr(pointer, "__fspath__"):
            pointer.write_text(version, encoding="utf-8")  # object stores put a whole file in place at once
            return
        fresh = pointer.with_name(f"latest.{uuid.uuid4().hex}")
        fresh.write_text(version, encoding="utf-8")
        fresh.replace(pointer)

    def list_state_keys_with_prefix(self, prefix: str) -> list[str]:
        """Return the states whose names begin so."""
        from urllib.parse import unquote  # only lists of states need it

        names = (
            [unquote(folder.name) for folder in self.base_path.iterdir()] if self.base_path.exists() else []
        )
        return sorted(name for name in names if name.startswith(prefix))

    def download_state_to_path(self, key: str, version: str, path: Path) -> None:
        """Copy a version of a state into a file.

        Args:
            key: the state.
            version: the version.
            path: the file.
        """
        source = self._folder(key) / "versions" / quote(version, safe="")
        with source.open("rb") as kept, Path(path).open("wb") as copy:
            shutil.copyfileobj(kept, copy)

    def upload_state_from_path(self, key: str, version: str, path: Path) -> None:
        """Keep a file as a version of a state, and as the newest.

        Args:
            key: the state.
            version: the version.
            path: the file.
        """
        target = self._folder(key) / "versions" / quote(version, safe="")
        target.parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open("rb") as fresh, target.open("wb") as kept:
            shutil.copyfileobj(fresh, kept)
        self.set_latest_version(key, version)
