"""A project in a file, and runs of it that are launched for real."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

import weftwork as dg
from weftwork.api.host import Host
from weftwork.base.ids import new_id
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.launch.holder import RunHolder
from weftwork.locations.workspace import Workspace
from weftwork.processes.identity import find_process
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.control.leases import run_lease_name
from weftwork.records.runs import DagsterRun
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.web.application import build_application
from weftwork.web.settings import WebSettings

PROJECT = """
import ctypes, os, signal, subprocess, time
import weftwork as dg

print("project loaded", flush=True)


@dg.op
def one():
    print("from one")
    return 1


@dg.op
def two(value):
    return value + 1


@dg.resource
def traced(context):
    with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
        trace.write("open\\n")
    yield "traced"
    with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
        trace.write("close\\n")


@dg.op(required_resource_keys={"traced"}, pool="narrow")
def waits(context):
    subprocess.Popen(["sleep", "600"])
    context.log.info("about to sleep")
    time.sleep(600)


@dg.op
def holds_the_interpreter(context):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # as in a library that never returns to Python
    open(os.environ["WEFT_TEST_TRACE"], "w").close()
    ctypes.PyDLL(None).sleep(600)


@dg.op(config_schema=str)
def fails_until(context, value):
    if not os.path.exists(context.op_config):
        raise ValueError("not yet")
    return value


@dg.op(pool="narrow", config_schema=str)
def counts(context, value):
    mark = os.path.join(context.op_config, context.op_handle.name)
    open(mark, "w").close()
    most = len(os.listdir(context.op_config))
    time.sleep(0.1)
    os.remove(mark)
    assert most == 1


@dg.job
def chain():
    two(one())


@dg.job(resource_defs={"traced": traced})
def waiting():
    waits()


@dg.job(resource_defs={"traced": traced}, executor_def=dg.in_process_executor)
def waiting_here():
    waits()


@dg.job(executor_def=dg.in_process_executor)
def holding():
    holds_the_interpreter()


@dg.op(config_schema=str)
def writes_elsewhere(context):
    from weftwork.processes.remains.temporary_files import name_temporary

    os.mkdir(context.op_config)
    open(name_temporary(context.op_config, "table.parquet"), "w").close()
    context.log.info("about to sleep")
    time.sleep(600)


@dg.job
def writing_elsewhere():
    writes_elsewhere()


@dg.job(executor_def=dg.in_process_executor)
def writing_elsewhere_here():
    writes_elsewhere()


@dg.job
def failing():
    fails_until(one())


@dg.job
def counting():
    value = one()
    for number in range(3):
        counts.alias(f"counts_{number}")(value)


@dg.op(out=dg.DynamicOut())
def many():
    for number in range(12):
        yield dg.DynamicOutput(number, str(number))


@dg.op
def small(context, value):
    context.log.info("small %s", value)
    return value


@dg.op
def total(values):
    return sum(values)


@dg.job
def wide():
    total(many().map(small).collect())


jobs = [chain, waiting, waiting_here, holding, failing, counting, wide, writing_elsewhere, writing_elsewhere_here]
defs = dg.Definitions(jobs=jobs)
"""


class Project:
    """A project, an instance, and what is asked of both."""

    def __init__(self, folder, instance):
        self.folder = folder
        self.file = folder / "project.py"
        self.file.write_text(PROJECT)
        self.instance = instance
        self.origin = CodeOrigin(python_file=str(self.file))

    def add(self, job, **attributes):
        run = DagsterRun(job_name=job, run_id=new_id(), code_origin=self.origin, **attributes)
        return self.instance.add_run(run).run_id

    def launch(self, job, **attributes):
        run_id = self.add(job, **attributes)
        self.instance.launch_run(run_id)
        return run_id

    def status(self, run_id):
        return self.instance.get_run_by_id(run_id).status.value

    def await_end(self, run_id):
        self.await_that(lambda: self.instance.get_run_by_id(run_id).is_finished)
        return self.status(run_id)

    def await_log(self, run_id, text):
        self.await_that(lambda: any(text in entry.message for entry in self.instance.all_logs(run_id)))

    def await_event(self, run_id, kind):
        self.await_that(lambda: self.kinds(run_id).count(kind))

    def await_that(self, condition):
        """Wait until something holds; the time limit of the test is the limit."""
        while not condition():
            time.sleep(0.01)

    def kinds(self, run_id):
        events = [entry.dagster_event for entry in self.instance.all_logs(run_id)]
        return [event.event_type_value for event in events if event is not None]

    def step_pids(self, run_id):
        events = [entry.dagster_event for entry in self.instance.all_logs(run_id)]
        return [event.pid for event in events if event is not None and event.event_type_value == "STEP_START"]

    def holder(self, run_id):
        lease = self.instance.leases.find(run_lease_name(run_id))
        return RunHolder.find_in(lease.holder) if lease is not None else None

    def run_pid(self, run_id):
        self.await_that(lambda: (found := self.holder(run_id)) is not None and found.role == "run")
        return self.holder(run_id).process.pid

    def await_no_process(self, run_id):
        """Wait until no process is left that belongs to a run."""
        self.await_that(lambda: not list_processes(run_id))


def list_processes(run_id):
    mark = f"WEFTWORK_RUN_ID={run_id}".encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                is_of_run = mark in file.read().split(b"\0")
        except OSError:
            continue
        process = find_process(int(name))
        if is_of_run and process is not None and process.is_alive:
            found.append(int(name))
    return found


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("WEFT_TEST_TRACE", str(tmp_path / "trace"))
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        project = Project(tmp_path, instance)
        yield project
        for run in instance.get_runs():
            if not run.is_finished:
                instance.stop_run(run.run_id, "The test is over.")


class ServedProject(TestClient):
    """The web application over a project: what its JSON routes answer."""

    def read(self, path, **params):
        """Return what a route answers."""
        answer = self.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, path, **body):
        """Ask a route to do something; return what it answers."""
        answer = self.post(f"/api/v1{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def serve(tmp_path_factory) -> Iterator[Callable[[str], ServedProject]]:
    """Serves code from a file, with a home of its own, until the tests of the module have ended."""
    with ExitStack() as stack:

        def serve_code(text: str) -> ServedProject:
            folder = tmp_path_factory.mktemp("project")
            code, home = folder / "served.py", folder / "home"
            code.write_text(text)
            home.mkdir()
            place = CodeOrigin(python_file=str(code), working_directory=str(folder))
            instance = stack.enter_context(DagsterInstance.from_config(str(home)))
            workspace = stack.enter_context(
                Workspace.load([LocationOrigin(name="served", code=place)], instance)
            )
            assert workspace.wait_until_loaded(60)
            assert workspace.get_state("served").error is None
            app = build_application(Host(instance, workspace), WebSettings(news_interval_s=0.05))
            client = stack.enter_context(ServedProject(app, base_url="http://localhost"))
            client.code_file = code
            return client

        yield serve_code
