"""Files and folders stay small enough to be read in one go."""

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MOST_LINES = 600
MOST_FILES = 15


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", ["src", "tests", "examples"])
def test_no_file_is_longer_than_the_limit(folder):
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(folder)
    }
    too_long = {name: length for name, length in lengths.items() if length > MOST_LINES}
    assert lengths
    assert not too_long, f"split these by noun, at most {MOST_LINES} lines a file: {too_long}"


def test_no_source_folder_holds_more_files_than_the_limit():
    counts = Counter(str(path.parent.relative_to(ROOT)) for path in python_files("src"))
    too_full = {name: count for name, count in counts.items() if count > MOST_FILES}
    assert counts
    assert not too_full, f"give these sub-folders by noun, at most {MOST_FILES} files a folder: {too_full}"
