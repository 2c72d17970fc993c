"""What needs attention on the first page."""

import weftwork as dg
from weftwork.api.home import HomeQuery, get_home
from weftwork.api.host import Host
from weftwork.api.run_query import get_run_report
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.leases import run_lease_name
from weftwork.records.runs import DagsterRun, DagsterRunStatus


def test_a_queued_run_says_what_it_waits_for(tmp_path):
    (tmp_path / "dagster.yaml").write_text("concurrency:\n  runs:\n    max_concurrent_runs: 1\n")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        instance.add_run(DagsterRun(job_name="job", run_id="one", status=DagsterRunStatus.STARTED))
        instance.add_run(DagsterRun(job_name="job", run_id="two", status=DagsterRunStatus.QUEUED))

        (waiting,) = get_home(Host(instance), HomeQuery()).waiting

        assert waiting.run.run_id == "two"
        assert waiting.reason == "1 run is under way, as many as may be at once; it is the first to wait."
        assert get_run_report(instance, "two").waits_for == waiting.reason


def test_a_run_that_waits_for_a_slot_says_who_has_it():
    with DagsterInstance.ephemeral() as instance:
        for run_id in ("one", "two"):
            instance.add_run(DagsterRun(job_name="job", run_id=run_id, status=DagsterRunStatus.STARTED))
        instance.slots.set_limit("db", 1)
        for run_id in ("one", "two"):
            lease = instance.leases.acquire(run_lease_name(run_id), "here:1", 60)
            instance.slots.claim("db", lease, "load")

        (waiting,) = get_home(Host(instance), HomeQuery()).waiting

        assert waiting.run.run_id == "two"
        assert waiting.reason == "Step load waits for a slot of pool db, held by load of run one."


def test_a_failed_run_says_why():
    @dg.op
    def load():
        raise ValueError("no rows\nat all")

    @dg.job
    def loading():
        load()

    with DagsterInstance.ephemeral() as instance:
        run_id = loading.execute_in_process(instance=instance, raise_on_error=False).run_id

        home = get_home(Host(instance), HomeQuery())

        reason = home.reasons[run_id]
        assert (reason.step, reason.class_name, reason.message) == ("load", "ValueError", "no rows")
