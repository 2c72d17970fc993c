"""A run coordinator and a run launcher of the user, named in dagster.yaml, with runs that are launched for real."""

import os
import sys
import textwrap

import pytest

import weftwork as dg

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are launched")

CLASSES = """
    import weftwork as dg


    class Owned(dg.QueuedRunCoordinator):
        def submit_run(self, context):
            self._instance.add_run_tags(context.dagster_run.run_id, {"owner": "data"})
            return super().submit_run(context)


    class Refusing(dg.QueuedRunCoordinator):
        def submit_run(self, context):
            if context.dagster_run.parent_run_id:
                raise RuntimeError("not on a Sunday")
            return super().submit_run(context)


    class Counted(dg.DefaultRunLauncher):
        def launch_run(self, context):
            self._instance.add_run_tags(context.dagster_run.run_id, {"counted": "yes"})
            super().launch_run(context)
"""


@pytest.fixture(autouse=True)
def classes(tmp_path, monkeypatch):
    folder = tmp_path / "classes"
    folder.mkdir()
    (folder / "own_coordination.py").write_text(textwrap.dedent(CLASSES))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)


def test_runs_go_through_both(project):
    blocks = {
        "run_coordinator": {
            "module": "own_coordination",
            "class": "Owned",
            "config": {"max_concurrent_runs": 1},
        },
        "run_launcher": {"module": "own_coordination", "class": "Counted"},
    }
    with dg.DagsterInstance.local_temp(project.instance.root_directory, blocks) as instance:
        project.instance = instance
        runs = [project.add("chain") for _ in range(2)]
        for run_id in runs:
            instance.submit_run(run_id)

        assert [project.await_end(run_id) for run_id in runs] == ["SUCCESS", "SUCCESS"]

        for run_id in runs:
            tags = instance.get_run_by_id(run_id).tags
            assert (tags["owner"], tags.get("counted")) == ("data", "yes")
        first, second = (instance.get_run_record_by_id(run_id) for run_id in runs)
        assert second.start_time >= first.end_time


@pytest.mark.parametrize(
    ("name", "status", "owner"), [("Owned", "FAILURE", "data"), ("Refusing", "FAILURE", None)]
)
def test_the_repetition_of_a_failed_run_goes_through_it_too(project, name, status, owner):
    block = {"run_coordinator": {"module": "own_coordination", "class": name}}
    with dg.DagsterInstance.local_temp(project.instance.root_directory, block) as instance:
        project.instance = instance
        config = {"ops": {"fails_until": {"config": str(project.folder / "marker")}}}
        first = project.add("failing", run_config=config, tags={"dagster/max_retries": "1"})
        instance.submit_run(first)

        assert project.await_end(first) == "FAILURE"
        again = instance.get_run_by_id(first).tags["dagster/auto_retry_run_id"]
        assert project.await_end(again) == status
        assert instance.get_run_by_id(again).tags.get("owner") == owner
        if owner is None:
            told = [entry.message for entry in instance.all_logs(again)]
            assert any("did not take the run: RuntimeError: not on a Sunday" in text for text in told)
