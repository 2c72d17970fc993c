"""The reference's own Python client, unmodified, against our server.

It lives in an environment of its own, because it brings its library along; the environment is kept between runs.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CODE = """
import time
import weftwork as dg

@dg.asset
def numbers():
    return [1]

@dg.asset
def sums(numbers):
    return sum(numbers)

@dg.op(config_schema={"seconds": dg.Field(int, default_value=0)})
def rest(context):
    time.sleep(context.op_config["seconds"])

@dg.job
def resting():
    rest()

defs = dg.Definitions(assets=[numbers, sums], jobs=[resting])
"""
SCRIPT = """
import json, sys, time
from dagster_graphql import DagsterGraphQLClient, DagsterGraphQLClientError, ReloadRepositoryLocationStatus

port, location = int(sys.argv[1]), sys.argv[2]
client = DagsterGraphQLClient("localhost", port_number=port)
found = {}

def wait(run_id):
    end = time.time() + 60
    while time.time() < end:
        status = client.get_run_status(run_id).value
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(0.1)
    return "never"

found["job"] = wait(client.submit_job_execution("resting", run_config={"ops": {"rest": {"config": {"seconds": 0}}}}, tags={"a": "b"}))
named = client.submit_job_execution("resting", repository_location_name=location, repository_name="__repository__", run_config={})
found["named"] = wait(named)
found["assets"] = wait(client.submit_job_execution("__ASSET_JOB", asset_selection=["numbers"]))
try:
    client.submit_job_execution("resting", run_config={"ops": {"rest": {"config": {"seconds": "x"}}}})
except DagsterGraphQLClientError as error:
    found["bad_config"] = str(error.args[0])
try:
    client.submit_job_execution("nope", repository_location_name=location, repository_name="__repository__")
except DagsterGraphQLClientError as error:
    found["bad_job"] = str(error.args[0])
try:
    client.get_run_status("00000000-0000-0000-0000-000000000000")
except DagsterGraphQLClientError as error:
    found["bad_run"] = str(error.args[0])

def refused(ask):
    try:
        return ["answered", str(ask())]
    except DagsterGraphQLClientError as error:
        return ["refused", str(error.args)]
    except KeyError:  # the client does not ask for the message of every error that it knows
        return ["refused", ""]

missing = "00000000-0000-0000-0000-000000000000"
found["bad_place"] = refused(lambda: client.submit_job_execution("resting", repository_location_name="nope", repository_name="__repository__"))
found["bad_asset"] = refused(lambda: client.submit_job_execution("__ASSET_JOB", asset_selection=["nope"]))
found["bad_name"] = refused(lambda: client.submit_job_execution("nope"))
found["end_of_none"] = refused(lambda: client.terminate_run(missing))
found["ends_of_none"] = refused(lambda: client.terminate_runs([named, missing]))
found["end_of_ended"] = refused(lambda: client.terminate_run(named))
found["shutdown_missing"] = str(client.shutdown_repository_location("nope").status)

long = client.submit_job_execution("resting", run_config={"ops": {"rest": {"config": {"seconds": 600}}}})
while client.get_run_status(long).value != "STARTED":
    time.sleep(0.05)
client.terminate_run(long)
found["terminated"] = wait(long)
longs = [client.submit_job_execution("resting", run_config={"ops": {"rest": {"config": {"seconds": 600}}}}) for _ in range(2)]
while any(client.get_run_status(run_id).value != "STARTED" for run_id in longs):
    time.sleep(0.05)
client.terminate_runs(longs)
found["terminated_many"] = [wait(run_id) for run_id in longs]

reloaded = client.reload_repository_location(location)
found["reload"] = reloaded.status is ReloadRepositoryLocationStatus.SUCCESS
found["reload_missing"] = client.reload_repository_location("nope").status is ReloadRepositoryLocationStatus.FAILURE
found["shutdown"] = str(client.shutdown_repository_location(location).status)
print("RESULT " + json.dumps(found))
"""


@pytest.fixture(scope="module")
def client_python() -> str:
    folder = Path(
        os.environ.get(
            "WEFT_TEST_CLIENT_ENV", Path(tempfile.gettempdir()) / f"weftwork-official-client-{os.getuid()}"
        )
    )
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    check = [str(python), "-c", "import dagster_graphql"]
    if subprocess.run(check, capture_output=True, check=False).returncode:
        install = [str(python), "-m", "pip", "install", "--quiet", "dagster-graphql"]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"dagster-graphql cannot be installed here: {done.stderr[-300:]}")
    return str(python)


def test_the_official_client_works(client_python, tmp_path, monkeypatch):
    (tmp_path / "definitions.py").write_text(CODE)
    (tmp_path / "home").mkdir()
    (tmp_path / "script.py").write_text(SCRIPT)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    weft = str(Path(sys.executable).with_name("weft"))
    with subprocess.Popen(
        [weft, "dev", "-p", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            port = location = None
            while port is None or location is None:
                line = server.stdout.readline()
                assert line, "the server ended"
                port = (re.findall(r":(\d+)  ", line) or [port])[0]
                location = (re.findall(r"Code location '(.*)' is loaded", line) or [location])[0]
            environment = {key: value for key, value in os.environ.items() if key != "DAGSTER_HOME"}
            done = subprocess.run(
                [client_python, "script.py", port, location], capture_output=True, text=True, check=False, timeout=300,
                env=environment,
            )  # fmt: skip
        finally:
            server.terminate()
            server.wait(30)

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.rpartition("RESULT ")[2])
    assert found["job"] == found["named"] == found["assets"] == "SUCCESS"
    assert "seconds" in found["bad_config"] or "RunConfigValidationInvalid" in found["bad_config"]
    assert found["bad_job"]
    assert found["bad_run"]
    assert found["terminated"] == "CANCELED"
    assert found["terminated_many"] == ["CANCELED", "CANCELED"]
    assert found["reload"]
    assert found["reload_missing"]
    for wrong in ("bad_place", "bad_asset", "bad_name", "end_of_none", "ends_of_none", "end_of_ended"):
        assert found[wrong][0] == "refused", (wrong, found[wrong])
    assert "nope" in found["bad_name"][1]
    assert found["shutdown_missing"].endswith("FAILURE")
    assert found["shutdown"].endswith("SUCCESS")
