"""Blocks of dagster.yaml that name a class: the documented ones, and classes of the user."""

import sys
import textwrap

import pytest

import weftwork as dg


def test_the_documented_classes_are_what_is_there_without_a_block():
    with dg.DagsterInstance.ephemeral() as instance:
        assert type(instance.run_coordinator) is dg.QueuedRunCoordinator
        assert type(instance.run_launcher) is dg.DefaultRunLauncher
        assert instance.run_coordinator.inst_data is None
        assert instance.run_coordinator.get_run_queue_config().max_concurrent_runs == 10


@pytest.mark.parametrize("module", ["dagster", "dagster.core.run_coordinator", "weftwork"])
def test_the_queue_has_the_limits_that_its_block_says(module):
    limits = [{"key": "team", "limit": 2}]
    block = {
        "module": module, "class": "QueuedRunCoordinator",
        "config": {"max_concurrent_runs": 5, "tag_concurrency_limits": limits},
    }  # fmt: skip
    with dg.instance_for_test(overrides={"run_coordinator": block}) as instance:
        queue = instance.run_coordinator.get_run_queue_config()

        assert queue.max_concurrent_runs == 5
        assert queue.tag_concurrency_limits == limits
        assert instance.run_coordinator.inst_data.class_name == "QueuedRunCoordinator"
        assert "max_concurrent_runs: 5" in instance.run_coordinator.inst_data.config_yaml


def test_the_short_block_is_the_same_queue():
    settings = {
        "concurrency": {"runs": {"max_concurrent_runs": 3}},
        "run_queue": {"op_concurrency_slot_buffer": 4},
    }
    with dg.DagsterInstance.local_temp(overrides=settings) as instance:
        queue = instance.run_coordinator.get_run_queue_config()

        assert (queue.max_concurrent_runs, queue.op_concurrency_slot_buffer) == (3, 4)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"run_launcher": {"module": "dagster_k8s", "class": "K8sRunLauncher"}}, "dagster_k8s.K8sRunLauncher, which does not"),
        ({"run_coordinator": {"module": "dagster", "class": "QueuedRunCordinator"}}, "Did you mean 'QueuedRunCoordinator'"),
        ({"run_coordinator": {"module": "dagster", "class": "QueuedRunCoordinator", "config": {"max_concurent_runs": 1}}},
         "Did you mean 'max_concurrent_runs'"),
        ({"compute_logs": {"module": "mine", "class": "Bucket"}}, "LocalComputeLogManager does the work"),
        ({"storage": {"custom": {"module": "mine", "class": "Own"}}}, "'storage:custom' names mine.Own"),
        ({"run_coordinator": {"module": "no_such_module", "class": "Own"}}, "cannot be imported"),
        ({"run_coordinator": {"module": "json", "class": "Own"}}, "json.Own, which is not there"),
        ({"run_coordinator": {"module": "json", "class": "JSONDecoder"}}, "does not derive from RunCoordinator"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused_at_once(block, said):
    with pytest.raises(dg.DagsterInvalidConfigError, match=said):
        dg.DagsterInstance.local_temp(overrides=block).check_classes()


def test_where_things_are_kept_may_be_said_by_the_documented_classes(tmp_path):
    blocks = {
        "local_artifact_storage": {"module": "dagster", "class": "LocalArtifactStorage", "config": {"base_dir": str(tmp_path / "values")}},
        "compute_logs": {"module": "dagster", "class": "LocalComputeLogManager", "config": {"base_dir": str(tmp_path / "logs")}},
        "run_storage": {"module": "dagster", "class": "SqliteRunStorage", "config": {"base_dir": str(tmp_path / "runs")}},
    }  # fmt: skip
    with dg.DagsterInstance.local_temp(overrides=blocks) as instance:
        instance.create_run(job_name="job")

        assert instance.storage_directory() == str(tmp_path / "values" / "storage")
        assert instance.compute_log_directory("1") == str(tmp_path / "logs" / "1" / "compute_logs")
        assert [path.name for path in (tmp_path / "runs").glob("*.db")] == ["weftwork.db"]


@pytest.fixture
def own_classes(tmp_path, monkeypatch):
    (tmp_path / "own_classes.py").write_text(
        textwrap.dedent("""
        import weftwork as dg


        class Tagging(dg.QueuedRunCoordinator):
            def __init__(self, team, inst_data=None, **queue):
                super().__init__(inst_data=inst_data, **queue)
                self.team = team

            @classmethod
            def config_type(cls):
                return {"team": str, **super().config_type()}

            def submit_run(self, context):
                run_id = context.dagster_run.run_id
                tags = {"team": self.team, "asked": str(context.get_request_header("X-User"))}
                self._instance.add_run_tags(run_id, tags)
                return context.dagster_run


        class Forgetful(dg.DefaultRunLauncher):
            def launch_run(self, context):
                self._instance.add_run_tags(context.dagster_run.run_id, {"seen": "yes"})
        """)
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield "own_classes"
    sys.modules.pop("own_classes", None)


def run_with_code(instance):
    from weftwork.records.control.code_origin import CodeOrigin
    from weftwork.records.runs import DagsterRun

    return instance.add_run(
        DagsterRun(job_name="job", run_id="1", code_origin=CodeOrigin(module_name="json"))
    )


def test_a_coordinator_of_the_user_takes_runs_in(own_classes):
    block = {"module": own_classes, "class": "Tagging", "config": {"team": "data", "max_concurrent_runs": 2}}
    with dg.DagsterInstance.local_temp(overrides={"run_coordinator": block}) as instance:
        run_with_code(instance)

        run = instance.submit_run("1", workspace=None)

        assert run.tags == {"team": "data", "asked": "None"}
        assert run.status is dg.DagsterRunStatus.NOT_STARTED
        assert instance.run_coordinator.get_run_queue_config().max_concurrent_runs == 2


def test_the_config_of_a_class_of_the_user_is_checked(own_classes):
    block = {"module": own_classes, "class": "Tagging", "config": {"teem": "data"}}
    with pytest.raises(
        dg.DagsterInvalidConfigError, match="config of own_classes.Tagging in 'run_coordinator'"
    ):
        dg.DagsterInstance.local_temp(overrides={"run_coordinator": block}).check_classes()


def test_who_only_reads_needs_no_class_of_the_user():
    block = {"module": "no_such_module", "class": "Own"}
    with dg.DagsterInstance.local_temp(overrides={"run_coordinator": block}) as instance:
        assert instance.get_runs() == []


def test_a_launcher_that_starts_nothing_fails_the_run(own_classes):
    block = {"module": own_classes, "class": "Forgetful"}
    with dg.DagsterInstance.local_temp(overrides={"run_launcher": block}) as instance:
        run_with_code(instance)

        with pytest.raises(dg.DagsterLaunchFailedError, match="did not call super"):
            instance.launch_run("1")

        run = instance.get_run_by_id("1")
        assert run.status is dg.DagsterRunStatus.FAILURE
        assert run.tags["seen"] == "yes"
        assert instance.leases.list_all() == []


@pytest.mark.parametrize(
    "options",
    [
        {"max_concurrent_runs": -2},
        {"max_concurrent_runs": "many"},
        {"tag_concurrency_limits": [{"key": "a"}]},
    ],
)
def test_a_queue_with_limits_that_cannot_be_is_refused(options):
    with pytest.raises(dg.CheckError):
        dg.QueuedRunCoordinator(**options)


def test_without_an_instance_a_coordinator_says_so():
    with pytest.raises(dg.DagsterInvariantViolationError, match="serves no instance"):
        dg.QueuedRunCoordinator().cancel_run("1")
