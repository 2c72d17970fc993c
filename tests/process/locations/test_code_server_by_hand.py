"""`weft code-server start`: a host elsewhere uses it with the key, and nobody without."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterUserCodeUnreachableError
from weftwork.locations.code_client import CodeClient
from weftwork.locations.workspace import Workspace
from weftwork.locations.workspace_file import read_workspace_file
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.requests import JobAddress, SnapshotAnswer, SnapshotRequest
from weftwork.records.snapshots.state import LocationStatus

CODE = """
import weftwork as dg

@dg.asset
def orders(): return [1]
"""


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture(params=["port", "socket"])
def address(request, tmp_path, home):
    (tmp_path / "code.py").write_text(CODE)
    where = ["--port", "0"] if request.param == "port" else ["--socket", str(tmp_path / "server")]
    server = subprocess.Popen(
        [sys.executable, "-c", "from weftwork.cli import main; main()", "code-server", "start", "-f", "code.py", *where],
        cwd=tmp_path, env={**os.environ, "DAGSTER_HOME": str(home)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        told = server.stdout.readline()
        yield re.search(r"at (\S+)\.", told)[1]
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        server.stdout.close()


def workspace_of(tmp_path, address):
    host, _, port = address.rpartition(":")
    where = f"socket: '{address}'" if "/" in address else f"host: {host}, port: {port}"
    path = tmp_path / "workspace.yaml"
    path.write_text(f"load_from: [{{code_server: {{{where}, location_name: far}}}}]")
    return read_workspace_file(path)


def test_a_host_with_the_key_uses_it(tmp_path, home, address):
    with (
        dg.DagsterInstance.from_config(str(home)) as instance,
        Workspace.load(workspace_of(tmp_path, address), instance) as workspace,
    ):
        assert workspace.wait_until_loaded(30)
        (state,) = workspace.locations
        assert (state.status, state.name, state.pid) == (LocationStatus.LOADED, "far", None)
        assert AssetKey("orders") in workspace.asset_graph()
        assert workspace.job_detail(JobAddress(job="__ASSET_JOB", location="far")).nodes[0].name == "orders"
        assert oct(os.stat(home / "code_server.key").st_mode)[-3:] == "600"


def test_a_host_with_another_key_is_refused(tmp_path, home, address):
    other = tmp_path / "other"
    other.mkdir()
    (other / "code_server.key").write_text("0" * 64)
    (other / "code_server.key").chmod(0o600)

    with (
        dg.DagsterInstance.from_config(str(other)) as instance,
        Workspace.load(workspace_of(tmp_path, address), instance) as workspace,
    ):
        assert workspace.wait_until_loaded(30)
        assert "another key" in workspace.locations[0].error.message


def test_strangers_do_not_disturb_it(home, address):
    silent = [connect(address) for _ in range(20)]
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 5000, b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"):
        stranger = connect(address)
        stranger.sendall(garbage)
        stranger.close()
    key = (home / "code_server.key").read_bytes().strip()

    answer = CodeClient("far", address, key).ask(SnapshotRequest(), SnapshotAnswer)

    assert "orders" in answer.content
    for one in silent:
        one.close()


def test_a_request_that_is_too_long_is_not_read(home, address):
    key = (home / "code_server.key").read_bytes().strip()
    client = CodeClient("far", address, key)

    with pytest.raises(DagsterUserCodeUnreachableError):
        client.ask(SnapshotRequest(known_hash="x" * (17 * 1024 * 1024)), SnapshotAnswer)

    assert client.ask(SnapshotRequest(), SnapshotAnswer).content_hash


def connect(address):
    if "/" in address:
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(address)
        return connected
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)))


def test_a_server_that_is_not_there_is_told(tmp_path, home):
    (home / "code_server.key").write_text("0" * 64)
    (home / "code_server.key").chmod(0o600)
    with (
        dg.DagsterInstance.from_config(str(home)) as instance,
        Workspace.load(workspace_of(tmp_path, "127.0.0.1:1"), instance) as workspace,
    ):
        assert workspace.wait_until_loaded(30)
        assert "does not answer" in workspace.locations[0].error.message


def test_a_key_that_others_can_read_is_refused(tmp_path, home):
    (home / "code_server.key").write_text("0" * 64)
    (home / "code_server.key").chmod(0o644)
    with (
        dg.DagsterInstance.from_config(str(home)) as instance,
        Workspace.load(workspace_of(tmp_path, "127.0.0.1:1"), instance) as workspace,
    ):
        assert workspace.wait_until_loaded(30)
        assert "chmod 600" in workspace.locations[0].error.message
