"""Files that are written beside their place: told of, and removed when their process is gone."""

import os
import subprocess
import sys

import pytest

from weftwork.processes.remains.temporary_files import (
    name_temporary,
    remove_abandoned,
    tell_temporaries,
)

PROGRAM = """
import sys
from weftwork.processes.remains.temporary_files import name_temporary
path = name_temporary(sys.argv[1], "value")
open(path, "w").close()
print(path)
"""


def test_a_temporary_name_is_hidden_new_each_time_and_never_too_long(tmp_path):
    first, second = (name_temporary(str(tmp_path), "x" * 300) for _ in range(2))

    assert first != second
    for path in (first, second):
        assert os.path.dirname(path) == str(tmp_path)
        assert os.path.basename(path).startswith(".x")
        open(path, "x").close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_files_of_processes_that_are_gone_are_removed_and_no_others(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(inner)], check=True, capture_output=True, text=True
    )
    abandoned = told.stdout.strip()
    own = name_temporary(str(tmp_path), "value")
    elsewhere = abandoned.replace(".value.", ".value.0")[:-9] + "-0-0-0.tmp"
    kept = [own, elsewhere, str(inner / "value"), str(inner / ".other.tmp")]
    for path in kept:
        open(path, "w").close()
    assert os.path.exists(abandoned)

    assert remove_abandoned(str(tmp_path)) == 1

    assert not os.path.exists(abandoned)
    assert all(os.path.exists(path) for path in kept)


def test_each_name_is_told_before_there_is_a_file(tmp_path):
    told = []
    tell_temporaries(lambda path: told.append((path, os.path.exists(path))))
    try:
        path = name_temporary(str(tmp_path), "value")
    finally:
        tell_temporaries(None)
    name_temporary(str(tmp_path), "value")

    assert told == [(path, False)]
