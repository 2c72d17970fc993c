"""YAML text whose values know the line that they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from weftwork.components.errors import ComponentFileError
from weftwork.config.text.bounded_yaml import compose_yaml

Path = Sequence[str | int]


class SourceText:
    """One document of a YAML text: its value, and where each part of it stands.

    Args:
        value: what it says.
        node: the composed node; None where there is no text, and so no lines.
        name: the file, or what stands for it in messages.
    """

    __slots__ = ("value", "_node", "name")

    def __init__(self, value: Any, node: Any = None, name: str = "") -> None:
        self.value = value
        self._node = node
        self.name = name

    def find_line(self, path: Path = ()) -> int | None:
        """Return the line, from 1, of the value at a path, or of what holds it where the value is not there."""
        node = self._node
        if node is None:
            return None
        line = int(node.start_mark.line)
        for part in path:
            found = _find_child(node, part)
            if found is None:
                break
            key, node = found
            line = int((key if key is not None else node).start_mark.line)
        return line + 1

    def place_of(self, path: Path = ()) -> str:
        """Return "file:line" of the value at a path, for messages."""
        line = self.find_line(path)
        return self.name if line is None else f"{self.name}:{line}"


def _find_child(node: Any, part: str | int) -> tuple[Any, Any] | None:
    if not isinstance(node.value, list):
        return None
    if node.id == "sequence":
        return (None, node.value[part]) if isinstance(part, int) and 0 <= part < len(node.value) else None
    return next(((key, value) for key, value in node.value if key.value == str(part)), None)


def read_documents(text: str, name: str) -> list[SourceText]:
    """Return the documents of a YAML text, in order.

    Args:
        text: the text.
        name: the file that it is from, for messages.

    Raises:
        ComponentFileError: if it is no YAML.
    """
    import yaml  # heavy, and projects may have no such file

    try:
        return [SourceText(value, node, name) for node, value in compose_yaml(text)]
    except yaml.YAMLError as error:
        raise ComponentFileError(_describe(error, name)) from error


def _describe(error: Any, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"{name} is no YAML: {error}"
    parts: Iterable[str | None] = (getattr(error, "context", None), getattr(error, "problem", None))
    what = ", ".join(part for part in parts if part)
    return f"{name}:{mark.line + 1}, column {mark.column + 1}: this is no YAML: {what}."
