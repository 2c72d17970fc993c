"""Temporary files outside the home: noted, so that they are removed when all processes of a run are dead."""

import os
import subprocess
import sys

from weftwork.processes.remains.places import NOTES, PlaceNotes, remove_noted

WRITER = """
import sys
from weftwork.processes.remains.places import PlaceNotes
from weftwork.processes.remains.temporary_files import name_temporary, tell_temporaries
tell_temporaries(PlaceNotes(sys.argv[1], sys.argv[2]).note)
for folder in sys.argv[3:]:
    for name in ("a", "b"):
        open(name_temporary(folder, name), "w").close()
"""


def test_what_a_dead_process_was_writing_elsewhere_is_removed(tmp_path):
    names = ["logs", "storage", "elsewhere", "line\nbreak"]
    logs, storage, *others = (str(tmp_path / name) for name in names)
    for folder in (storage, *others):
        os.mkdir(folder)
    (tmp_path / "elsewhere" / "value").touch()

    subprocess.run([sys.executable, "-c", WRITER, logs, storage, storage, *others], check=True)
    assert [len(os.listdir(folder)) for folder in (storage, *others)] == [2, 3, 2]
    assert os.stat(os.path.join(logs, NOTES)).st_mode & 0o777 == 0o600
    remove_noted(logs)

    assert [len(os.listdir(folder)) for folder in (storage, *others)] == [2, 1, 0]
    assert os.listdir(logs) == []
    remove_noted(logs)


def test_a_run_that_writes_in_its_home_only_notes_nothing(tmp_path):
    notes = PlaceNotes(str(tmp_path / "logs"), str(tmp_path))
    notes.note(str(tmp_path / "storage" / "a.tmp"))
    notes.close()

    assert os.listdir(tmp_path) == []
