"""Which asset a path belongs to, on file systems whose files cannot say it: who was stored there first keeps it.

Partition ``c`` of asset ``["k"]`` and asset ``["k", "c"]`` are both kept at ``k/c``. So an asset whose key has several
parts, or that has partitions, leaves a claim below the base directory when it is stored first: the file
``.owners/<its path>.value`` or ``.partitions``, with its key inside. A value that was there before the other asset had its
claim is nobody's, and may be read and replaced.
"""

from __future__ import annotations

import logging
import os
from typing import Any, NamedTuple

from weftwork.io_managers.key_path import encode_part

_FOLDER = ".owners"  # no part of a key is encoded to a name with a leading dot
_VALUE, _PARTITIONS = ".value", ".partitions"
Parts = tuple[str, ...]
_log = logging.getLogger("weftwork.io_managers")


class Target(NamedTuple):
    """A file of an asset.

    Attributes:
        owner: whose value it has: the asset, and its partition.
        parts: its path relative to the base directory, without extension.
        file: the file.
    """

    owner: str
    parts: Parts
    file: Any


class PathClaims:
    """The claims below one base directory, on any file system.

    Args:
        base: the base directory, as a ``pathlib.Path`` or a ``UPath``.
    """

    def __init__(self, base: Any) -> None:
        self._folder = base / _FOLDER
        self._mine: set[str] = set()

    def find_other(self, place: Parts, targets: list[Target]) -> tuple[Target, str] | None:
        """Return the first file that belongs to another asset, with that asset; None if there is none.

        Args:
            place: the path of the asset, relative to the base directory, without extension.
            targets: its files: the value at ``place`` itself, or partitions below.
        """
        if not can_be_shared(place, targets):
            return None
        try:
            known = {each.name for each in self._folder.iterdir()}
        except Exception:  # noqa: BLE001 - any library of any store; there are no claims to be seen
            return None
        own = _name(place, _kind(place, targets[0].parts))
        outer = [name for size in range(1, len(place)) if (name := _name(place[:size], _PARTITIONS)) in known]
        for target in targets:
            parts = target.parts
            for size in range(len(place) + 1, len(parts) + 1):
                inner = _name(parts[:size], _VALUE if size == len(parts) else _PARTITIONS)
                if inner in known:
                    return target, self._read(inner)
            if outer and own not in known and self._is_later(target.file, outer[-1]):
                return target, f"a partition of {self._read(outer[-1])}"
        return None

    def add(self, asset: str, place: Parts, targets: list[Target], since_ns: int | None = None) -> None:
        """Claim the place of an asset.

        Args:
            asset: the asset, as messages name it.
            place: its path.
            targets: its files.
            since_ns: since when it has the place, on this machine's file systems; since now if None.
        """
        name = _name(place, _kind(place, targets[0].parts))
        if name not in self._mine and can_be_shared(place, targets):
            try:
                self._write(name, asset, since_ns)
            except Exception as error:  # noqa: BLE001 - any library of any store; the value itself is stored all the same
                _log.debug("%s could not be claimed: %s", self._folder / name, error)
            self._mine.add(name)

    def _write(self, name: str, asset: str, since_ns: int | None) -> None:
        path = self._folder / name
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_text(asset, encoding="utf-8")
        if since_ns is not None:
            os.utime(path, ns=(since_ns, since_ns))

    def _is_later(self, file: Any, claim: str) -> bool:
        """Return whether there is something that was written when the other asset had its claim already."""
        try:
            return bool(file.stat().st_mtime >= (self._folder / claim).stat().st_mtime)
        except FileNotFoundError:
            return False
        except (OSError, AttributeError, TypeError, ValueError):  # a file system that tells no times
            return bool(file.exists())

    def _read(self, name: str) -> str:
        try:
            return str((self._folder / name).read_text(encoding="utf-8"))
        except OSError:
            return "another asset"


def can_be_shared(place: Parts, targets: list[Target]) -> bool:
    """Return whether another asset could have the path of one of these files."""
    return bool(targets) and (len(place) > 1 or targets[0].parts != place)


def _kind(place: Parts, parts: Parts) -> str:
    return _VALUE if parts == place else _PARTITIONS


def _name(parts: Parts, kind: str) -> str:
    """Return the file name of a claim; the parts are encoded already, so a slash between them is one."""
    return encode_part("/".join(parts)) + kind
