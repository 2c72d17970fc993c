"""Reloading code: beside the old, swapped when loaded; what changed is told; the old stays on errors."""

import os
import threading
import zlib

import pytest

import weftwork as dg
from weftwork.locations.origins import list_origins
from weftwork.locations.watching import FileWatcher
from weftwork.locations.workspace import Workspace
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.requests import JobAddress
from weftwork.records.snapshots.state import Change, LocationStatus

FIRST = """
import weftwork as dg

@dg.asset
def orders(): ...

@dg.asset
def customers(): ...

@dg.op
def work(): ...

@dg.job
def nightly(): work()

daily = dg.define_asset_job("daily", selection="orders")
"""
SECOND = """
import weftwork as dg

# a comment moves everything down
@dg.asset(group_name="sales", partitions_def=dg.StaticPartitionsDefinition(["a"]))
def orders(): ...

@dg.asset
def invoices(orders): ...

@dg.op
def work(): ...

@dg.job
def nightly(): work()

daily = dg.define_asset_job("daily", selection="orders")
"""


@pytest.fixture
def code(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(FIRST)
    return path


def load(path, instance=None, **options):
    origins = list_origins(python_files=[path.name], working_directory=str(path.parent))
    workspace = Workspace.load(origins, instance or dg.DagsterInstance.ephemeral(), **options)
    assert workspace.wait_until_loaded(50)
    return workspace


def rewrite(path, text):
    path.write_text(text)
    stat = path.stat()
    os.utime(
        path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 2_000_000_000)
    )  # compiled code is kept by the second


def test_a_reload_serves_what_is_new_and_tells_what_changed(code):
    with load(code) as workspace:
        before = workspace.locations[0]
        rewrite(code, SECOND)

        (after,) = workspace.reload()

        assert after.status is LocationStatus.LOADED
        assert after.pid != before.pid
        assert after.diff.added == (Change("asset", "invoices"),)
        assert after.diff.removed == (Change("asset", "customers"),)
        assert set(after.diff.changed) == {
            Change("asset", "orders", ("group", "partitions")),
            Change("job", "__ASSET_JOB", ("assets", "partitions")),
            Change("job", "daily", ("partitions",)),
        }
        assert workspace.asset_graph().get(AssetKey("orders")).group == "sales"
        assert workspace.partition_keys(AssetKey("orders")).keys == ("a",)


def test_a_reload_without_changes_changes_nothing(code):
    with load(code) as workspace:
        graph, version = workspace.asset_graph(), workspace.version

        (state,) = workspace.reload("code.py")

        assert state.diff is None
        assert workspace.version == version
        assert workspace.asset_graph() is graph


def test_on_an_error_the_old_definitions_stay_and_answer(code):
    with load(code) as workspace:
        version = workspace.version
        rewrite(code, FIRST + "\n1 / 0\n")

        (failed,) = workspace.reload()

        assert failed.status is LocationStatus.FAILED
        assert failed.has_definitions
        assert "ZeroDivisionError" in failed.error.to_string()
        assert workspace.version == version
        assert workspace.job_detail(JobAddress(job="nightly")).nodes[0].name == "work"

        rewrite(code, SECOND)
        (mended,) = workspace.reload()
        assert mended.error is None
        assert mended.diff.added == (Change("asset", "invoices"),)


def test_while_code_hangs_in_a_reload_the_old_one_answers(code):
    instance = dg.DagsterInstance.ephemeral(settings={"code_servers": {"reload_timeout": 4}})
    with load(code, instance) as workspace:
        rewrite(code, "while True: ...")

        workspace.reload(timeout_s=0)

        assert workspace.job_detail(JobAddress(job="nightly")).nodes[0].name == "work"
        assert workspace.wait_until_loaded(30)
        assert "within 4 seconds" in workspace.locations[0].error.message
        assert workspace.job_detail(JobAddress(job="nightly")).nodes[0].name == "work"


def test_closing_does_not_wait_for_code_that_hangs(code):
    code.write_text("while True: ...")
    origins = list_origins(python_files=[code.name], working_directory=str(code.parent))
    workspace = Workspace.load(origins, dg.DagsterInstance.ephemeral())

    workspace.close()

    assert workspace.locations[0].status is LocationStatus.LOADING


def test_definitions_of_the_last_time_are_known_while_code_is_loading(code, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    instance = dg.DagsterInstance.from_config(str(home))
    with load(code, instance):
        pass
    rewrite(code, "while True: ...")

    origins = list_origins(python_files=[code.name], working_directory=str(code.parent))
    with Workspace.load(origins, instance) as workspace:
        assert AssetKey("orders") in workspace.asset_graph()
        assert workspace.locations[0].status is LocationStatus.LOADING


def test_what_another_version_kept_is_asked_for_anew(code, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    instance = dg.DagsterInstance.from_config(str(home))
    with load(code, instance):
        pass
    (kept,) = (home / "snapshots").iterdir()
    kept.write_bytes(zlib.compress(b'{"__class__":"LocationSnapshot","repositories":3}'))

    origins = list_origins(python_files=[code.name], working_directory=str(code.parent))
    with Workspace.load(origins, instance) as workspace:
        assert len(workspace.asset_graph()) == 0
        assert workspace.wait_until_loaded(50)
        assert AssetKey("orders") in workspace.asset_graph()


@pytest.mark.parametrize("has_events", [True, False], ids=["told by the system", "looked at"])
def test_a_changed_file_is_loaded_again(code, monkeypatch, has_events):
    if not has_events:
        monkeypatch.setattr("weftwork.locations.watching.has_file_events", lambda: False)
    loaded = threading.Event()

    def listen(state):
        if state.status is LocationStatus.LOADED and state.diff is not None:
            loaded.set()

    with load(code, watches=True, on_change=listen) as workspace:
        rewrite(code, SECOND)

        assert loaded.wait(30)
        assert AssetKey("invoices") in workspace.asset_graph()


def test_files_that_are_imported_are_watched_too(code, tmp_path):
    (tmp_path / "package").mkdir()
    helper = tmp_path / "package" / "helper.py"
    helper.write_text("GROUP = 'one'")
    code.write_text(
        "import weftwork as dg\nfrom package.helper import GROUP\n@dg.asset(group_name=GROUP)\ndef orders(): ..."
    )
    with load(code) as workspace:
        (location,) = workspace._locations.values()
        watcher = FileWatcher([location])
        watcher.look()
        assert workspace.locations[0].status is LocationStatus.LOADED
        rewrite(helper, "GROUP = 'two'")

        watcher.look()
        workspace.wait_until_loaded(30)

        assert workspace.asset_graph().get(AssetKey("orders")).group == "two"


def test_a_location_is_shut_down_and_started_again(code):
    with load(code) as workspace:
        assert workspace.shut_down("code.py").status is LocationStatus.CLOSED
        with pytest.raises(dg.DagsterError, match="not loaded"):
            workspace.job_detail(JobAddress(job="nightly"))

        (state,) = workspace.reload("code.py")

        assert state.status is LocationStatus.LOADED
        assert workspace.job_detail(JobAddress(job="nightly")).nodes[0].name == "work"


def test_unknown_names_are_told_with_the_nearest(code):
    with load(code) as workspace:
        with pytest.raises(dg.DagsterError, match="Did you mean 'code.py'"):
            workspace.reload("cod.py")
        with pytest.raises(dg.DagsterError, match="Did you mean 'nightly'"):
            workspace.get_job(JobAddress(job="nightli"))
