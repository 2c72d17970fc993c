"""What needs attention on the first page."""

from weftwork.api.home import HomeQuery, get_home
from weftwork.api.host import Host
from weftwork.api.run_query import get_run_report
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRun, DagsterRunStatus


def test_a_queued_run_says_what_it_waits_for(tmp_path):
    (tmp_path / "dagster.yaml").write_text("concurrency:\n  runs:\n    max_concurrent_runs: 1\n")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        instance.add_run(DagsterRun(job_name="job", run_id="one", status=DagsterRunStatus.STARTED))
        instance.add_run(DagsterRun(job_name="job", run_id="two", status=DagsterRunStatus.QUEUED))

        (waiting,) = get_home(Host(instance), HomeQuery()).waiting

        assert waiting.run.run_id == "two"
        assert waiting.reason == "1 runs are under way, as many as may be at once; it is the first to wait."
        assert get_run_report(instance, "two").waits_for == waiting.reason
