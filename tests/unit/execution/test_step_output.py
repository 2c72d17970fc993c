"""Output of steps in this process: kept in files, and shown as before where it was shown."""

import io
import sys

import weftwork as dg
from weftwork.execution.steps.step_output import StepStreams


def test_what_a_step_prints_is_kept_and_shown(monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)

    @dg.op
    def tells():
        print("from the step")

    @dg.job
    def job():
        tells()

    with dg.instance_for_test() as instance:
        with StepStreams(shows=True):
            print("before")
            run_id = job.execute_in_process(instance=instance).run_id
        data = instance.compute_log_manager.get_log_data([run_id, "compute_logs", "tells"])

    assert sys.stdout is shown
    assert shown.getvalue() == "before\nfrom the step\n"
    assert data.stdout == b"from the step\n"


def test_more_steps_than_files_are_kept_open(monkeypatch):
    monkeypatch.setattr("weftwork.execution.steps.step_output._MAX_OPEN", 2)

    @dg.op(out=dg.DynamicOut())
    def many():
        for number in range(5):
            yield dg.DynamicOutput(number, str(number))

    @dg.op
    def tells(number):
        print("number", number)

    @dg.job
    def job():
        many().map(tells)

    with dg.instance_for_test() as instance, StepStreams(shows=False):
        run_id = job.execute_in_process(instance=instance).run_id
        logs = instance.compute_log_manager
        found = [
            logs.get_log_data([run_id, "compute_logs", f"tells[{number}]"]).stdout for number in range(5)
        ]

    assert found == [f"number {number}\n".encode() for number in range(5)]
