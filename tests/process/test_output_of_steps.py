"""What steps print is kept by attempt, in whatever way they run."""

import sys
import textwrap
from pathlib import Path

import pytest

import weftwork as dg
from weftwork.api.output.captured import get_output

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are launched")

CODE = """
    import sys
    import weftwork as dg

    @dg.op
    def tells(context):
        print("out of", context.op_handle.name, "at", context.retry_number)
        sys.stderr.write("err of " + context.op_handle.name + "\\n")
        if context.op_handle.name == "again" and context.retry_number == 0:
            raise dg.RetryRequested(max_retries=1)

    @dg.op
    async def waits():
        print("out of waits")

    @dg.op
    def silent(): ...

    def build(name, executor):
        @dg.job(name=name, executor_def=executor)
        def job():
            tells.alias("once")()
            tells.alias("again")()
            waits()
            silent()

        return job

    defs = dg.Definitions(jobs=[
        build("here", dg.in_process_executor), build("threads", dg.thread_executor),
        build("loop", dg.async_executor), build("processes", dg.multiprocess_executor),
    ])
"""


@pytest.mark.parametrize("job", ["here", "threads", "loop", "processes"])
def test_each_attempt_has_files_of_its_own(project, job):
    project.file.write_text(textwrap.dedent(CODE))
    run_id = project.launch(job)

    assert project.await_end(run_id) == "SUCCESS"

    def printed(step, stream="stdout"):
        return get_output(project.instance, run_id, step, stream).text

    assert printed("once") == "out of once at 0\n"
    assert printed("once", "stderr") == "err of once\n"
    assert printed("again") == "out of again at 0\n"
    assert printed("again.2") == "out of again at 1\n"
    assert printed("waits") == "out of waits\n"
    assert printed("run") == ""


def test_nothing_is_kept_where_dagster_yaml_says_so(project, tmp_path):
    project.file.write_text(textwrap.dedent(CODE))
    block = {"compute_logs": {"module": "dagster", "class": "NoOpComputeLogManager"}}
    with dg.DagsterInstance.local_temp(project.instance.root_directory, block) as instance:
        project.instance = instance
        for job in ("here", "processes"):
            run_id = project.launch(job)
            assert project.await_end(run_id) == "SUCCESS"
            directory = Path(instance.compute_log_directory(run_id))
            assert [file for file in directory.glob("*") if not file.name.startswith("run.")] == []
