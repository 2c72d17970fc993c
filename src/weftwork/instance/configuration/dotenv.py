"""Files named .env: variables of the environment for a project."""

from __future__ import annotations

import os
import re

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)", re.DOTALL)
_PROJECT_FILES = ("pyproject.toml", "workspace.yaml", ".git")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}


def find_dotenv(directory: str) -> str | None:
    """Return the nearest file named .env, in a directory or above it up to the root of its project, or None.

    The root of a project has a pyproject.toml, a workspace.yaml or a .git; outside of projects only the
    directory itself counts, so that nobody else's file does.
    """
    current = os.path.abspath(directory)
    found = None
    while True:
        path = os.path.join(current, ".env")
        if found is None and os.path.isfile(path):
            found = path
        if any(os.path.exists(os.path.join(current, name)) for name in _PROJECT_FILES):
            return found
        parent = os.path.dirname(current)
        if parent == current:
            return found if found == os.path.join(os.path.abspath(directory), ".env") else None
        current = parent


def load_dotenv(path: str) -> dict[str, str]:
    """Set the variables that a file names, except those that are set already, and return those that were set.

    Args:
        path: the file: lines ``NAME=value``, quoted or not, ``# comments``, ``${OTHER}`` outside single quotes.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            values = parse_dotenv(file.read())
    except FileNotFoundError:
        return {}
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    return added


def parse_dotenv(text: str) -> dict[str, str]:
    """Return the variables that the text of such a file names; lines that name none are passed over."""
    values: dict[str, str] = {}
    for line in _join_quoted(text.splitlines()):
        match = _LINE.fullmatch(line)
        if match and not line.lstrip().startswith("#"):
            values[match[1]] = _parse_value(match[2], values)
    return values


def _join_quoted(lines: list[str]) -> list[str]:
    """Join the lines of values whose quotes end on a later line."""
    joined: list[str] = []
    begun: list[str] = []
    for line in lines:
        begun.append(line)
        text = "\n".join(begun)
        match = _LINE.fullmatch(text)
        value = match[2] if match else ""
        if value[:1] in ("'", '"') and _find_end(value) < 0 and not line.lstrip().startswith("#"):
            continue
        joined.append(text)
        begun = []
    return joined + begun[:1]


def _find_end(value: str) -> int:
    """Return the place of the quote that ends a quoted value, or -1."""
    place = 1
    while place < len(value):
        if value[place] == "\\" and value[0] == '"':
            place += 1
        elif value[place] == value[0]:
            return place
        place += 1
    return -1


def _parse_value(raw: str, known: dict[str, str]) -> str:
    if raw[:1] in ("'", '"') and (end := _find_end(raw)) > 0:
        inner = raw[1:end]
        if raw[0] == "'":
            return inner
        return re.sub(
            r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), _fill(inner, known), flags=re.DOTALL
        )
    return _fill(re.sub(r"(^|\s)#.*$", "", raw).strip(), known)


def _fill(text: str, known: dict[str, str]) -> str:
    def value_of(match: re.Match[str]) -> str:
        found = os.environ.get(match[1], known.get(match[1]))
        return found if found is not None else match[2] or ""

    return _REFERENCE.sub(value_of, text)
