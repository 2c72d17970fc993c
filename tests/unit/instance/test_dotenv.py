"""Files named .env."""

import os
from pathlib import Path

import pytest

from weftwork.instance.configuration.dotenv import find_dotenv, load_dotenv, parse_dotenv


def test_lines_of_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "example.org")
    text = """
# a comment
PLAIN=one two   # and a comment
export EXPORTED = yes
EMPTY=
HASH=a#b
SINGLE='${HOST} # not a comment'
DOUBLE="line\\nbreak \\"quoted\\""
URL=https://${HOST}:${PORT:-80}/${NOBODY}
LATER=${PLAIN}
MANY="first
second"
not a variable
"""

    assert parse_dotenv(text) == {
        "PLAIN": "one two",
        "EXPORTED": "yes",
        "EMPTY": "",
        "HASH": "a#b",
        "SINGLE": "${HOST} # not a comment",
        "DOUBLE": 'line\nbreak "quoted"',
        "URL": "https://example.org:80/",
        "LATER": "one two",
        "MANY": "first\nsecond",
    }


def test_what_is_set_already_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_A", "from outside")
    monkeypatch.delenv("WEFT_B", raising=False)
    (tmp_path / ".env").write_text("WEFT_A=file\nWEFT_B=file\n")

    assert load_dotenv(str(tmp_path / ".env")) == {"WEFT_B": "file"}
    assert (os.environ["WEFT_A"], os.environ.pop("WEFT_B")) == ("from outside", "file")
    assert load_dotenv(str(tmp_path / "missing")) == {}


def test_the_nearest_file_of_a_project_counts(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / ".env").write_text("")
    assert find_dotenv(str(tmp_path / "a" / "b")) == str(tmp_path / ".env")
    (tmp_path / "a" / ".env").write_text("")
    assert find_dotenv(str(tmp_path / "a" / "b")) == str(tmp_path / "a" / ".env")


def test_outside_of_projects_only_the_directory_itself_counts(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".env").write_text("")

    assert find_dotenv(str(tmp_path / "a")) is None
    assert find_dotenv(str(tmp_path)) == str(tmp_path / ".env")
