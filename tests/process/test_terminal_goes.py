"""A command goes on when its terminal goes; Ctrl-C is what ends it."""

import os
import pty
import subprocess
import sys
import textwrap
import time

import pytest

import weftwork as dg

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a terminal to take away")

CODE = """
    import os, time
    import weftwork as dg

    @dg.asset
    def first():
        print("first begins", flush=True)
        while not os.path.exists("go"):
            time.sleep(0.01)
        print("first ends", flush=True)

    @dg.asset(deps=[first])
    def second():
        print("second", flush=True)
"""


def await_that(condition):
    while not condition():
        time.sleep(0.01)


def test_a_materialization_ends_well_without_its_terminal(tmp_path):
    (tmp_path / "definitions.py").write_text(textwrap.dedent(CODE))
    home = tmp_path / "home"
    home.mkdir()
    ours, theirs = pty.openpty()
    environment = {**os.environ, "DAGSTER_HOME": str(home)}
    command = subprocess.Popen(
        [sys.executable, "-c", "from weftwork.cli import main; main()", "materialize"],
        cwd=tmp_path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=lambda: _take_terminal(theirs),
    )  # fmt: skip
    os.close(theirs)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        await_that(lambda: instance.get_runs())
        run_id = instance.get_run_ids()[0]
        await_that(lambda: len(instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START)) == 1)

        os.close(ours)  # the terminal is gone
        (tmp_path / "go").touch()

        assert command.wait() == 0
        assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.SUCCESS


def _take_terminal(descriptor):
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)
