"""Code locations whose code fails: none takes the host or another location down, and each says what was wrong."""

import os
import signal
import sys

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterCodeLocationLoadError, DagsterUserCodeProcessError
from weftwork.locations.origins import list_origins
from weftwork.locations.workspace import Workspace
from weftwork.records.snapshots.requests import JobAddress, LaunchRequest
from weftwork.records.snapshots.state import LocationStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

GOOD = """
import weftwork as dg

@dg.asset
def orders():
    return [1, 2]
"""


@pytest.fixture
def open_workspace(tmp_path):
    opened = []

    def open_(code_by_name, **settings):
        for name, code in code_by_name.items():
            (tmp_path / f"{name}.py").write_text(code)
        files = [f"{name}.py" for name in code_by_name]
        instance = dg.DagsterInstance.ephemeral(settings=settings or None)
        origins = list_origins(python_files=files, working_directory=str(tmp_path))
        workspace = Workspace.load(origins, instance)
        opened.append(workspace)
        assert workspace.wait_until_loaded(50)
        return workspace

    yield open_
    for workspace in opened:
        workspace.close()


FAILURES = {
    "import error": ("import no_such_module_anywhere", "ModuleNotFoundError", "line 1"),
    "syntax error": ("def broken(:\n    pass", "SyntaxError", "line 1"),
    "exception": ("def load():\n    return 1 / 0\n\nload()", "ZeroDivisionError", "in load"),
    "sys.exit": ("import sys\nsys.exit(3)", "sys.exit(3)", "bad.py"),
    "os._exit": ("import os\nos._exit(7)", "exit code 7", "bad.py"),
    "last words": ("import os\nprint('no licence', flush=True)\nos._exit(4)", "exit code 4", "no licence"),
    "crash": ("import os\nos.abort()", "SIGABRT", "bad.py"),
    "kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", "bad.py"),
    "keyboard interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt", "bad.py"),
    "nothing in it": ("x = 1", "defines nothing", "bad.py"),
    "bad definitions": (
        "import weftwork as dg\n@dg.asset\ndef a(b): ...\n@dg.asset\ndef b(a): ...\ndefs = dg.Definitions([a, b])",
        "circle",
        "a",
    ),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_code_that_cannot_be_loaded_says_why_and_leaves_others_alone(open_workspace, kind):
    code, reason, place = FAILURES[kind]

    workspace = open_workspace({"good": GOOD, "bad": code})

    good, bad = workspace.locations
    assert good.status is LocationStatus.LOADED
    assert bad.status is LocationStatus.FAILED
    told = bad.error.to_string()
    assert reason in told
    assert place in told
    assert [str(key) for key in workspace.asset_graph()] == ["AssetKey(['orders'])"]
    with pytest.raises(DagsterCodeLocationLoadError, match="bad.py"):
        workspace.snapshot("bad.py")


def test_an_endless_loop_is_stopped_and_says_where_it_was(open_workspace):
    code = "def spin():\n    while True:\n        pass\n\nspin()"

    workspace = open_workspace({"bad": code}, code_servers={"local_startup_timeout": 4})

    (state,) = workspace.locations
    assert "within 4 seconds" in state.error.message
    assert "line 2, in spin" in state.error.to_string() or "line 3, in spin" in state.error.to_string()


def test_a_flood_of_output_neither_blocks_nor_grows(open_workspace):
    code = f"import sys\nfor _ in range(20000):\n    print('x' * 1000)\nprint('the end')\n{GOOD}"

    workspace = open_workspace({"noisy": code})

    (state,) = workspace.locations
    assert state.status is LocationStatus.LOADED
    assert state.output.endswith("the end\n")
    assert len(state.output) <= 32 * 1024


def test_an_endless_flood_of_output_is_stopped(open_workspace):
    code = "while True:\n    print('x' * 1000)"

    workspace = open_workspace({"noisy": code}, code_servers={"local_startup_timeout": 4})

    (state,) = workspace.locations
    assert state.status is LocationStatus.FAILED
    assert len(state.output) <= 32 * 1024


SENSORS = """
import ctypes, os, sys, time
import weftwork as dg

@dg.op
def nothing(): ...

@dg.job
def job(): nothing()

@dg.sensor(job=job)
def raises(context):
    raise ValueError("no such file")

@dg.sensor(job=job)
def exits(context):
    sys.exit("done")

@dg.sensor(job=job)
def leaves(context):
    os._exit(3)

@dg.sensor(job=job)
def crashes(context):
    ctypes.string_at(0)

@dg.sensor(job=job)
def hangs(context):
    while True:
        time.sleep(0.01)

@dg.sensor(job=job)
def hangs_in_c(context):
    ctypes.PyDLL(None).sleep(600)  # holds the interpreter

@dg.sensor(job=job)
def floods(context):
    for _ in range(20000):
        print("x" * 1000)
    return dg.RunRequest()

@dg.sensor(job=job)
def fills_memory(context):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    return ["x" * 2**31]

@dg.sensor(job=job)
def returns_rubbish(context):
    return 42

@dg.sensor(job=job)
def works(context):
    context.log.info("cursor was %s", context.cursor)
    return dg.SensorResult([dg.RunRequest(run_key="1", tags={"a": "b"})], cursor="2")
"""


@pytest.mark.parametrize(
    ("sensor", "reason"),
    [
        ("raises", "ValueError: no such file"),
        ("exits", "SystemExit: done"),
        ("leaves", "exit code 3"),
        ("crashes", "SIGSEGV"),
        ("hangs", "longer than 1 seconds"),
        ("hangs_in_c", "longer than 1 seconds"),
        ("fills_memory", "MemoryError"),
        ("returns_rubbish", "Expected RunRequest"),
        ("no_such_sensor", "There is no sensor 'no_such_sensor'"),
    ],
)
def test_a_sensor_that_fails_fails_alone(open_workspace, sensor, reason):
    workspace = open_workspace({"sensors": SENSORS})
    before = workspace.locations

    with pytest.raises(DagsterUserCodeProcessError, match=reason) as failure:
        workspace.evaluate_sensor("sensors.py", sensor, deadline_s=1.0)

    assert failure.value.is_mistake == (sensor in ("no_such_sensor", "returns_rubbish"))
    answer = workspace.evaluate_sensor("sensors.py", "works", cursor="1")
    assert answer.run_requests[0].tags == {"a": "b", "dagster/sensor_name": "works"}
    assert answer.cursor == "2"
    assert [line.message for line in answer.lines] == ["cursor was 1"]
    assert workspace.locations == before


def test_the_lines_of_the_user_are_shown(open_workspace):
    workspace = open_workspace({"sensors": SENSORS})

    with pytest.raises(DagsterUserCodeProcessError) as raised:
        workspace.evaluate_sensor("sensors.py", "raises")
    with pytest.raises(DagsterUserCodeProcessError) as late:
        workspace.evaluate_sensor("sensors.py", "hangs", deadline_s=0.5)

    assert 'raise ValueError("no such file")' in "".join(raised.value.error_info.stack)
    assert "in hangs" in "".join(late.value.error_info.stack)
    assert "weftwork/" not in "".join(late.value.error_info.stack)


def test_a_flood_of_output_of_a_sensor_is_no_matter(open_workspace):
    workspace = open_workspace({"sensors": SENSORS})

    assert len(workspace.evaluate_sensor("sensors.py", "floods").run_requests) == 1


def test_a_server_that_is_killed_is_started_again(open_workspace, monkeypatch):
    monkeypatch.setattr("weftwork.locations.code_location._SETTLED_S", 0.0)
    workspace = open_workspace({"good": GOOD})
    states = []
    import threading

    is_back = threading.Event()

    def listen(state):
        states.append(state)
        if state.status is LocationStatus.LOADED:
            is_back.set()

    workspace.add_listener(listen)
    os.kill(workspace.locations[0].pid, signal.SIGKILL)

    assert is_back.wait(30)
    assert states[0].status is LocationStatus.FAILED
    assert "SIGKILL" in states[0].error.message
    assert workspace.job_detail(JobAddress(job="__ASSET_JOB")).resource_keys == ("io_manager",)


def test_a_launch_needs_an_instance_that_processes_share(open_workspace):
    workspace = open_workspace({"good": GOOD})

    with pytest.raises(DagsterUserCodeProcessError, match="DAGSTER_HOME"):
        workspace.launch(JobAddress(job="__ASSET_JOB"), LaunchRequest())


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.closerange(3, 256)",
        "import os\nos.close(0)",
        "import sys\ntry:\n    input()\nexcept EOFError:\n    pass",
        "import os, time\nif os.fork() == 0:\n    time.sleep(5)\n    os._exit(0)",
        "import io, sys\nsys.stdout, sys.stderr = io.StringIO(), None",
        "import os\nos.chdir('/')",
        "import os\nos.remove(__file__)",
    ],
    ids=[
        "closes descriptors",
        "closes stdin",
        "reads",
        "forks",
        "replaces output",
        "changes directory",
        "goes",
    ],
)
def test_code_that_does_to_its_process_what_it_should_not_is_loaded(open_workspace, code):
    workspace = open_workspace({"odd": code + GOOD})

    assert workspace.get_state("odd.py").status is LocationStatus.LOADED
    assert workspace.job_detail(JobAddress(job="__ASSET_JOB", location="odd.py")).nodes[0].name == "orders"


def test_an_error_with_text_that_is_no_unicode_is_told(open_workspace):
    workspace = open_workspace({"bad": "raise ValueError('\\udcff is part of a name')"})

    error = workspace.get_state("bad.py").error
    assert error is not None
    assert "\\udcff is part of a name" in error.message


def test_a_definition_with_text_that_is_no_unicode_is_refused(open_workspace):
    code = "import weftwork as dg\n@dg.asset(metadata={'file': '\\udcff.csv'})\ndef a(): ...\ndefs = dg.Definitions([a])"
    workspace = open_workspace({"bad": code})

    error = workspace.get_state("bad.py").error
    assert error is not None
    assert "\\udcff.csv" in error.message
