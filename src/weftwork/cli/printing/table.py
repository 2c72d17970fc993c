"""A table of text: aligned columns under their names."""

from __future__ import annotations

from collections.abc import Sequence

import click

_GAP = "  "


def format_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
) -> list[str]:
    """Return the lines of a table.

    Args:
        headers: the names of the columns.
        rows: the cells, which may be coloured.
        right: the columns that are aligned to the right.
    """
    widths = [len(name) for name in headers]
    for row in rows:
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], len(click.unstyle(cell)))
    is_right = [name in right for name in headers]
    head = _line([click.style(name, bold=True) for name in headers], widths, is_right)
    return [head, *(_line(row, widths, is_right) for row in rows)]


def _line(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    padded = []
    for cell, width, right in zip(cells, widths, is_right, strict=True):
        space = " " * (width - len(click.unstyle(cell)))
        padded.append(space + cell if right else cell + space)
    return _GAP.join(padded).rstrip()


def format_pairs(pairs: Sequence[tuple[str, str]], *, indent: str = "") -> list[str]:
    """Return names and values, one pair a line, the values below one another."""
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"{indent}{name.ljust(width)}  {value}" for name, value in pairs]
