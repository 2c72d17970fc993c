"""`weft code-server start` with TLS: what goes over the network cannot be read, and each side knows the other."""

import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.locations.code_client import CodeClient
from weftwork.locations.workspace import Workspace
from weftwork.locations.workspace_file import read_workspace_file
from weftwork.records.control.tls_files import TlsFiles
from weftwork.records.snapshots.requests import SnapshotAnswer, SnapshotRequest
from weftwork.records.snapshots.state import LocationStatus

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by openssl")

CODE = """
import weftwork as dg

@dg.asset(metadata={"text": "x" * 400_000})
def orders(): return [1]
"""


def make_certificate(folder, name, subject_alt_name):
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName={subject_alt_name}", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(cert), str(key)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls")
    (path / "home").mkdir()
    (path / "code.py").write_text(CODE)
    make_certificate(path, "server", "DNS:localhost,IP:127.0.0.1")
    make_certificate(path, "host", "DNS:host")
    make_certificate(path, "other", "DNS:elsewhere.example")
    return path


def start(folder, *options):
    """Return a code server with TLS, and its port."""
    server = subprocess.Popen(
        [sys.executable, "-c", "from weftwork.cli import main; main()", "code-server", "start", "-f", "code.py",
         "--port", "0", "--tls-key", "server.key", "--tls-cert", "server.pem", *options],
        cwd=folder, env={**os.environ, "DAGSTER_HOME": str(folder / "home")}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return server, int(re.search(r":(\d+)\.", server.stdout.readline())[1])


def stop(server):
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
    server.stdout.close()


@pytest.fixture(scope="module")
def port(folder):
    server, port = start(folder)
    yield port
    stop(server)


@pytest.fixture
def load(folder):
    """Return a function that loads the location with settings, and returns its state."""

    def run(port, **settings):
        path = folder / "workspace.yaml"
        lines = "".join(f"\n    {key}: {value}" for key, value in settings.items())
        path.write_text(
            f"load_from:\n- code_server:\n    host: 127.0.0.1\n    port: {port}\n    location_name: far{lines}"
        )
        with (
            dg.DagsterInstance.from_config(str(folder / "home")) as instance,
            Workspace.load(read_workspace_file(path), instance) as workspace,
        ):
            assert workspace.wait_until_loaded(30)
            return workspace.locations[0]

    return run


def test_a_host_that_trusts_the_certificate_uses_it(port, load):
    state = load(port, ssl="true", ca_file="server.pem")

    assert state.status is LocationStatus.LOADED
    assert state.warnings == ()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "ssl: true"),
        ({"ssl": "true"}, "not trusted"),
        ({"ssl": "true", "ca_file": "other.pem"}, "not trusted"),
        ({"ssl": "true", "ca_file": "absent.pem"}, "absent.pem"),
        ({"ssl": "true", "ca_file": "server.key"}, "server.key"),
    ],
)
def test_a_host_that_does_not_is_told_why(port, load, settings, told):
    assert told in load(port, **settings).error.message


def test_a_certificate_of_another_name_is_refused(folder, load):
    server, port = start(folder, "--tls-cert", "other.pem", "--tls-key", "other.key")
    try:
        message = load(port, ssl="true", ca_file="other.pem").error.message
        assert "127.0.0.1" in message
    finally:
        stop(server)


def test_only_hosts_of_an_authority_are_let_in(folder, load):
    server, port = start(folder, "--tls-ca", "host.pem")
    try:
        good = {"ssl": "true", "ca_file": "server.pem"}
        shown = load(port, **good, cert_file="host.pem", cert_key_file="host.key")
        assert shown.status is LocationStatus.LOADED
        assert load(port, **good).error is not None
        assert load(port, **good, cert_file="other.pem", cert_key_file="other.key").error is not None
    finally:
        stop(server)


def test_what_goes_over_the_network_cannot_be_read(port, folder):
    """Given a listener in between, then it sees neither the key's challenge nor the definitions."""
    seen = bytearray()
    between = socket.create_server(("127.0.0.1", 0))

    def carry():
        near, _ = between.accept()
        far = socket.create_connection(("127.0.0.1", port))

        def pump(source, sink):
            with contextlib.suppress(OSError):  # the other side may be gone first
                while data := source.recv(65536):
                    seen.extend(data)
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)

        other = threading.Thread(target=pump, args=(far, near))
        other.start()
        pump(near, far)
        other.join()
        near.close()
        far.close()

    thread = threading.Thread(target=carry)
    thread.start()
    key = (folder / "home" / "code_server.key").read_bytes().strip()
    address = f"127.0.0.1:{between.getsockname()[1]}"
    client = CodeClient("far", address, key, TlsFiles(ca_file=str(folder / "server.pem")))

    answer = client.ask(SnapshotRequest(), SnapshotAnswer)
    thread.join(30)
    between.close()

    assert "orders" in answer.content
    assert len(answer.content) > 400_000
    assert len(seen) > 400_000
    assert b"CHALLENGE" not in seen
    assert b"orders" not in seen


def test_strangers_do_not_disturb_it(port, folder, load):
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 5000, b"\x16\x03\x01\xff\xff"):
        with socket.create_connection(("127.0.0.1", port)) as stranger:
            stranger.sendall(garbage)
    context = ssl.create_default_context(cafile=str(folder / "server.pem"))
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", port)), server_hostname="localhost"
    ) as known:
        known.sendall(b"\x7f\xff\xff\xff")

    assert load(port, ssl="true", ca_file="server.pem").status is LocationStatus.LOADED
    for one in silent:
        one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells who is whose child")
def test_a_server_ends_with_what_encrypts_for_it(folder):
    server, _ = start(folder)
    (relay,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()

    os.kill(int(relay), signal.SIGKILL)

    assert server.wait(20) == 1
    server.stdout.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("ssl: maybe, port: 1", "true or false"),
        ("ca_file: a.pem, port: 1", "ssl: true"),
        ("ssl: true, cert_file: a.pem, port: 1", "go together"),
        ("ssl: true, socket: s", "port"),
    ],
)
def test_settings_that_do_not_fit_are_refused(tmp_path, settings, told):
    path = tmp_path / "workspace.yaml"
    path.write_text(f"load_from: [{{code_server: {{{settings}}}}}]")

    with pytest.raises(DagsterInvariantViolationError, match=told):
        read_workspace_file(path)


def test_who_serves_beyond_the_machine_without_tls_is_warned(folder):
    (folder / "broken.py").write_text("raise SystemExit('never served')")
    ended = subprocess.run(
        [sys.executable, "-c", "from weftwork.cli import main; main()", "code-server", "start", "-f", "broken.py",
         "--host", "0.0.0.0", "--port", "0"],
        cwd=folder, env={**os.environ, "DAGSTER_HOME": str(folder / "home")}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert "not encrypted" in ended.stderr
