"""State that definitions are made from, as ``instance.defs_state_storage``: versions of files by key."""

from __future__ import annotations

import os
from pathlib import Path

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.instance.home import make_directory
from weftwork.instance.stores.delegation import InstanceView
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record

_CURSOR = "defs_state"


class DefsKeyStateInfo(Record, kw_only=False):
    """The version of one state that is in force.

    Attributes:
        version: the version.
        create_timestamp: when it was stored, in seconds since the epoch.
    """

    version: str
    create_timestamp: float


class DefsStateInfo(Record, kw_only=False):
    """The versions of all states that are in force, by key."""

    info_mapping: dict[str, DefsKeyStateInfo | None]

    def get_version(self, key: str) -> str | None:
        """Return the version of a state that is in force, or None."""
        info = self.info_mapping.get(key)
        return info.version if info else None


class DefsStateStorage(InstanceView):
    """Versions of files by key, and which one of each is in force."""

    @property
    def base_path(self) -> Path:
        """The directory where they are kept."""
        return Path(self._instance.root_directory, "defs_state")

    def upload_state_from_path(self, key: str, version: str, path: str | Path) -> None:
        """Keep a file as a version of a state, and put that version in force.

        Args:
            key: the state.
            version: the version.
            path: the file.
        """
        import shutil  # loads the compressors

        target = self._path(key, version)
        make_directory(str(target.parent))
        temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        shutil.copyfile(path, temporary)
        os.replace(temporary, target)
        self.set_latest_version(key, version)

    def download_state_to_path(self, key: str, version: str, path: str | Path) -> None:
        """Write a version of a state to a file.

        Raises:
            DagsterInvariantViolationError: if that version was never kept.
        """
        import shutil  # see upload_state_from_path

        source = self._path(key, version)
        if not source.exists():
            raise DagsterInvariantViolationError(
                f"There is no version '{version}' of the state '{key}' in {self.base_path}."
            )
        shutil.copyfile(source, path)

    def get_latest_defs_state_info(self) -> DefsStateInfo | None:
        """Return the versions that are in force; None if there are none."""
        stored = self._instance.daemon_cursor_storage.get_cursor_values({_CURSOR}).get(_CURSOR)
        return decode(stored, DefsStateInfo) if stored else None

    def get_latest_version(self, key: str) -> str | None:
        """Return the version of a state that is in force, or None."""
        info = self.get_latest_defs_state_info()
        return info.get_version(key) if info else None

    def set_latest_version(self, key: str, version: str | None) -> None:
        """Put a version of a state in force; None for none."""
        known = self.get_latest_defs_state_info()
        versions = dict(known.info_mapping) if known else {}
        versions.pop(key, None)
        if version is not None:
            versions[key] = DefsKeyStateInfo(version, self._instance.now())
        text = encode(DefsStateInfo(versions)).decode()
        self._instance.daemon_cursor_storage.set_cursor_values({_CURSOR: text})

    def list_state_keys_with_prefix(self, prefix: str) -> list[str]:
        """Return the keys of the states in force that begin with a text, in their order."""
        info = self.get_latest_defs_state_info()
        return sorted(key for key in (info.info_mapping if info else ()) if key.startswith(prefix))

    def _path(self, key: str, version: str) -> Path:
        from urllib.parse import quote  # only with such a state

        return self.base_path / _file_name(quote(key, safe="")) / _file_name(quote(version, safe=""))


def _file_name(text: str) -> str:
    return text.replace(".", "%2E", 1) if text.startswith(".") else text or "%"
