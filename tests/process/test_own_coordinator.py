"""A run coordinator and a run launcher of the user, named in dagster.yaml, with runs that are launched for real."""

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


    class Counted(dg.DefaultRunLauncher):
        def launch_run(self, context):
            self._instance.add_run_tags(context.dagster_run.run_id, {"counted": "yes"})
            super().launch_run(context)
"""


def test_runs_go_through_both(project, tmp_path, monkeypatch):
    folder = tmp_path / "classes"
    folder.mkdir()
    (folder / "own_coordination.py").write_text(textwrap.dedent(CLASSES))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
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
