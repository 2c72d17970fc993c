"""defs.yaml: the components that it declares, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from weftwork.base.text import did_you_mean
from weftwork.components.errors import ComponentFileError
from weftwork.components.resolved.source_text import SourceText, read_documents

FILE_NAMES = ("defs.yaml", "defs.yml", "component.yaml", "component.yml")
_KEYS = ("type", "attributes", "template_vars_module", "requirements", "post_processing")


_read: set[str] = set()
"""The files that this process has read: who watches code watches them too."""


class DeclaredComponent(NamedTuple):
    """One document of a defs.yaml.

    Attributes:
        type_name: the class, as the file says it.
        attributes: what the component is given; None if nothing.
        template_vars_module: the module with names for templates.
        environment: the variables that it needs.
        asset_changes: what is changed of its assets; as the file says it.
        source: the document.
    """

    type_name: str
    attributes: Any
    template_vars_module: str | None
    environment: list[str]
    asset_changes: list[Any]
    source: SourceText

    @property
    def short_name(self) -> str:
        """The name of the class without its module."""
        return self.type_name.rpartition(".")[2]


def find_defs_file(folder: Path) -> Path | None:
    """Return the file that says of a folder which components it is; None if there is none."""
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def list_read_files() -> list[str]:
    """Return the files that this process has read, those that were wrong too."""
    return sorted(_read)


def read_defs_file(path: Path) -> list[DeclaredComponent]:
    """Return the components that a file declares, in order.

    Args:
        path: the defs.yaml.

    Raises:
        ComponentFileError: if it cannot be read, declares none, or something in it is wrong; tells all of it.
    """
    _read.add(str(path.resolve()))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ComponentFileError(f"{path} cannot be read: {error}") from error
    documents = read_documents(text, str(path))
    problems = [problem for document in documents for problem in _list_problems(document)]
    if not documents:
        problems = [f"{path}:1 is empty. It says at least `type: my_project.components.Tables`."]
    if problems:
        raise ComponentFileError("\n".join(problems))
    return [_to_declared(document) for document in documents]


def _to_declared(document: SourceText) -> DeclaredComponent:
    said = document.value
    return DeclaredComponent(
        type_name=said["type"],
        attributes=said.get("attributes"),
        template_vars_module=said.get("template_vars_module"),
        environment=list((said.get("requirements") or {}).get("env") or ()),
        asset_changes=list((said.get("post_processing") or {}).get("assets") or ()),
        source=document,
    )


def _list_problems(document: SourceText) -> list[str]:
    said = document.value
    if not isinstance(said, Mapping):
        return [
            f"{document.place_of()}: expected keys and values, found {said!r:.60}. Known keys: {', '.join(_KEYS)}."
        ]
    problems = [
        f"{document.place_of([key])}: there is no key '{key}'.{did_you_mean(str(key), _KEYS)} Known: {', '.join(_KEYS)}."
        for key in said
        if key not in _KEYS
    ]
    checks = [
        _check_text(document, "type", said.get("type"), is_required=True),
        _check_text(document, "template_vars_module", said.get("template_vars_module")),
        *_check_block(document, "requirements", "env", str, "names of environment variables"),
        *_check_block(
            document, "post_processing", "assets", Mapping, "changes, each with target and attributes"
        ),
    ]
    return problems + [problem for problem in checks if problem is not None]


def _check_text(document: SourceText, key: str, value: Any, *, is_required: bool = False) -> str | None:
    if value is None and not is_required:
        return None
    if isinstance(value, str) and value:
        return None
    found = "it is not there" if value is None else f"not {value!r:.60}"
    return f"{document.place_of([key])}: '{key}' must be text; {found}."


def _check_block(document: SourceText, key: str, inner: str, kind: type, what: str) -> list[str | None]:
    block = document.value.get(key)
    if block is None:
        return []
    place = document.place_of([key])
    if not isinstance(block, Mapping):
        return [f"{place}: '{key}' must hold '{inner}', not {block!r:.60}."]
    found: list[str | None] = [
        f"{document.place_of([key, other])}: '{key}' has no '{other}'.{did_you_mean(str(other), [inner])} It has '{inner}'."
        for other in block
        if other != inner
    ]
    items = block.get(inner)
    if items is not None and not (isinstance(items, list) and all(isinstance(item, kind) for item in items)):
        found.append(f"{document.place_of([key, inner])}: '{key}.{inner}' must be a list of {what}.")
    return found
