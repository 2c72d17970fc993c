"""What differs between two values, leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weftwork.api.view import MetadataView, View


class ChangeOfValue(View):
    """A leaf that differs.

    Attributes:
        path: where it is: the keys from the top, joined by ".".
        before: what it was; None where it was not there.
        after: what it is; None where it is not there.
        change: by how much it grew, for two numbers.
        is_added: whether it was not there before.
        is_removed: whether it is not there any more.
    """

    path: str
    before: Any
    after: Any
    change: float | None
    is_added: bool
    is_removed: bool


def list_changes(before: Any, after: Any) -> list[ChangeOfValue]:
    """Return the leaves in which two values of JSON data differ, in the order of their paths."""
    left, right = dict(_leaves(before)), dict(_leaves(after))
    return [
        ChangeOfValue(
            path=path,
            before=left.get(path),
            after=right.get(path),
            change=_growth(left.get(path), right.get(path)),
            is_added=path not in left,
            is_removed=path not in right,
        )
        for path in sorted({**left, **right})
        if path not in left or path not in right or _differ(left[path], right[path])
    ]


def list_metadata_changes(
    before: Mapping[str, MetadataView], after: Mapping[str, MetadataView]
) -> list[ChangeOfValue]:
    """Return the entries in which metadata differs, nested ones leaf by leaf."""
    return list_changes(
        {name: view.value for name, view in before.items()},
        {name: view.value for name, view in after.items()},
    )


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif path or value not in (None, {}):
        yield path, value


def _differ(left: Any, right: Any) -> bool:
    return (type(left) is not type(right) and not (_is_number(left) and _is_number(right))) or left != right


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _growth(left: Any, right: Any) -> float | None:
    return right - left if _is_number(left) and _is_number(right) else None
