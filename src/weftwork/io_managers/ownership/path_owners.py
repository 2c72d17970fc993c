"""Whose value each file of an asset has: told by the file itself where it can, else by claims beside the values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.directories import is_local
from weftwork.io_managers.ownership.file_mark import check_mark, find_mark, refuse_path, set_mark
from weftwork.io_managers.ownership.path_claims import Parts, PathClaims, Target, can_be_shared


class PathOwners:
    """The owners of the files below a base directory.

    Args:
        base: the base directory, as a ``pathlib.Path`` or a ``UPath``.
        extension: what file names end in.

    Attributes:
        base: the base directory.
    """

    def __init__(self, base: Any, extension: str) -> None:
        self.base = base
        text = str(base)
        self._prefix = "" if text in ("", ".") else text.removesuffix("/") + "/"
        self._extension = extension
        self._claims = PathClaims(base)
        self._is_local = is_local(base)

    def check(
        self, context: InputContext | OutputContext, place: Any, files: Mapping[str | None, Any]
    ) -> None:
        """Refuse files that have the values of other assets.

        Args:
            context: the input or output.
            place: the path of the asset, without extension.
            files: partition key to file; None for the key of an asset without partitions.

        Raises:
            DagsterInvariantViolationError: if a file belongs to another asset.
        """
        found = self._find(context, place, files)
        if found is None:
            return
        parts, targets = found
        is_loaded = isinstance(context, InputContext)
        if self._is_local:
            for target in targets:
                check_mark(str(target.file), target.owner, is_loaded=is_loaded)
            targets = [target for target in targets if not find_mark(str(target.file))]
        other = self._claims.find_other(parts, targets)
        if other is not None:
            target, owner = other
            raise refuse_path(target.file, owner, target.owner, is_loaded=is_loaded)
        if not (is_loaded or self._is_local):
            self._claims.add(DescribedValue(context).owner, parts, targets)

    def add(self, context: OutputContext, place: Any, files: Mapping[str | None, Any]) -> None:
        """Write down whose values files have, after they were written; see ``check``."""
        found = self._find(context, place, files)
        if found is None:
            return
        parts, targets = found
        if self._is_local and not all(set_mark(str(target.file), target.owner) for target in targets):
            oldest_ns = min(
                (os.stat(t.file).st_mtime_ns for t in targets if os.path.exists(t.file)), default=0
            )
            self._claims.add(DescribedValue(context).owner, parts, targets, oldest_ns)

    def _find(
        self, context: InputContext | OutputContext, place: Any, files: Mapping[str | None, Any]
    ) -> tuple[Parts, list[Target]] | None:
        """Return the path of the asset and its files relative to the base; None where no other asset can have them."""
        text = str(place)
        if not text.startswith(self._prefix):
            return None  # a subclass puts it elsewhere
        cut = len(self._prefix)
        parts = tuple(text[cut:].split("/"))
        targets = []
        for key, file in files.items():
            whole = str(file).removesuffix(self._extension)
            if whole == text or whole.startswith(f"{text}/"):
                owner = DescribedValue(context, key).owner
                targets.append(Target(owner, tuple(whole[cut:].split("/")), file))
        return (parts, targets) if can_be_shared(parts, targets) else None
