"""docs/spec-status.md is complete, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "docs" / "spec-status.md").read_text(encoding="utf-8").splitlines()
POINTS = [re.match(r"- ([✓✗]) (S\d)-(\d{3}) ", line) for line in LINES]
COUNTS = {"S0": 37, "S1": 237, "S2": 177, "S3": 342, "S4": 32}


def names_of_tests(path: Path) -> set[str]:
    """Return the tests of a file, as ``test`` and ``Class::test``, without running it."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{child.name}" for child in node.body if isinstance(child, ast.FunctionDef)
            }
    return found


@pytest.mark.parametrize("section", COUNTS)
def test_every_number_is_there_once_and_in_order(section):
    numbers = [int(point[3]) for point in POINTS if point and point[2] == section]

    assert numbers == list(range(1, COUNTS[section] + 1))


def test_every_named_test_exists():
    known: dict[str, set[str]] = {}
    missing = []
    for line in LINES:
        for file, name in re.findall(r"`([\w/]+\.py)::([\w:]+)`", line):
            path = ROOT / "tests" / file
            if file not in known:
                known[file] = names_of_tests(path) if path.exists() else set()
            if name not in known[file]:
                missing.append(f"{line[2:9].strip()} names {file}::{name}")

    assert missing == []


def test_a_tick_names_a_test_and_a_cross_a_reason():
    unshown = [
        point.string for point in POINTS if point and point[1] == "✓" and "::test_" not in point.string
    ]
    unsaid = [point.string for point in POINTS if point and point[1] == "✗" and " — " not in point.string]

    assert (unshown, unsaid) == ([], [])


def test_the_table_counts_what_is_below():
    for section in COUNTS:
        ticks = [point[1] for point in POINTS if point and point[2] == section]
        row = next(line for line in LINES if line.startswith(f"| {section} "))
        said = [int(cell) for cell in row.split("|")[2:5]]
        assert said == [len(ticks), ticks.count("✓"), ticks.count("✗")], section
