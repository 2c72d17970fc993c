"""`weft dev` and `weft serve` as people start them: ready soon, news as they happen, gone without a trace."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

CODE = """
import weftwork as dg

@dg.asset
def numbers():
    return [1]

@dg.asset
def sums(numbers):
    return sum(numbers)
"""
LIMIT_S = 40.0
WEFT = str(Path(sys.executable).with_name("weft"))


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "definitions.py").write_text(CODE)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def weft(*arguments, **options):
    command = [WEFT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, **options)


@contextmanager
def running(*arguments):
    """Start a server and give its process and address."""
    command = [WEFT, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            url, lines = None, []
            while url is None:
                line = process.stdout.readline()
                assert line, "".join(lines)
                lines.append(line)
                found = re.search(r"http://\S+", line)
                url = found[0] if found else None
            yield process, url
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(LIMIT_S)


def fetch(url, body=None, **headers):
    data = json.dumps(body).encode() if body is not None else None
    if data is not None:
        headers["Content-Type"] = "application/json"
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=LIMIT_S) as answer:
        return json.loads(answer.read())


def wait_until_loaded(url):
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        states = [one["status"] for one in fetch(f"{url}/api/v1/locations")["locations"]]
        if "loading" not in states:
            return states
    raise AssertionError("never loaded")


def children_of(pid):
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry.parent.name))
    return found


class Stream:
    """A client of the stream of news, over a plain socket."""

    def __init__(self, url, **headers):
        request = urllib.request.Request(f"{url}/api/v1/events", headers=headers)
        self._answer = urllib.request.urlopen(request, timeout=LIMIT_S)

    def next(self):
        event = {}
        for raw in self._answer:
            line = raw.decode().rstrip("\n")
            if not line and "event" in event:
                return event["event"], json.loads(event["data"]), event.get("id")
            name, _, value = line.partition(": ")
            event[name] = value
        raise AssertionError("the stream ended")

    def until(self, fits):
        while True:
            name, data, cursor = self.next()
            if fits(name, data):
                return data, cursor

    def close(self):
        self._answer.close()


def is_success(name, data):
    return name == "run" and data["run"]["status"] == "SUCCESS"


def test_news_arrive_and_are_resumed(project):
    with running("dev", "-p", "0") as (_, url):
        assert wait_until_loaded(url) == ["loaded"]
        stream = Stream(url)
        name, hello, start = stream.next()
        assert (name, str(hello["cursor"])) == ("hello", start)

        run_id = fetch(f"{url}/api/v1/assets/materialize", {"selection": "*"})["run_ids"][0]
        data, _ = stream.until(is_success)
        assert data["run"]["run_id"] == run_id
        stream.close()

        again = Stream(url, **{"Last-Event-ID": start})
        missed, _ = again.until(is_success)
        assert missed["run"]["run_id"] == run_id
        assets, _ = again.until(lambda name, _: name == "asset")
        assert set(assets["keys"]) == {"numbers", "sums"}
        again.close()


def test_a_change_of_the_code_is_told(project):
    with running("dev", "-p", "0") as (_, url):
        wait_until_loaded(url)
        stream = Stream(url)
        stream.next()
        (project / "definitions.py").write_text(CODE + "\n@dg.asset\ndef more():\n    return 1\n")

        data, _ = stream.until(
            lambda name, data: name == "location" and data["location"]["status"] == "loaded"
        )

        assert data["location"]["diff"]["added"] == [{"kind": "asset", "name": "more", "fields": []}] or any(
            one["name"] == "more" for one in data["location"]["diff"]["added"]
        )
        stream.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_nothing_behind(project, number):
    with running("dev", "-p", "0") as (process, url):
        wait_until_loaded(url)
        stream = Stream(url)  # an open page does not hold it up
        stream.next()
        children = children_of(process.pid)
        assert children

        process.send_signal(number)
        status = process.wait(LIMIT_S)

        assert status in (0, -number, 128 + number)
        assert not [pid for pid in children if os.path.exists(f"/proc/{pid}")]
        assert not (project / "home" / "web.json").exists()
        stream.close()


def test_open_finds_the_server(project):
    missing = weft("open", "--print")
    assert missing.returncode == 1
    assert "weft dev" in missing.stderr

    with running("dev", "-p", "0") as (_, url):
        wait_until_loaded(url)
        assert weft("open", "--print").stdout.strip() == url
        assert weft("open", "--print", "numbers").stdout.strip() == f"{url}/assets/numbers"


FAILING = {
    "import_error": "import no_such_module_anywhere",
    "syntax_error": "def broken(:\n    pass",
    "endless_loop": "while True:\n    pass",
    "exits": "import sys\nsys.exit(3)",
    "dies": "import os\nos._exit(7)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "endless_flood": "while True:\n    print('x' * 1000)",
}
SLOW = f"import time\nuntil = time.monotonic() + 2\nwhile time.monotonic() < until:\n    pass\n{CODE.replace('numbers', 'late')}"
FLOOD = f"for _ in range(20000):\n    print('x' * 1000)\n{CODE.replace('numbers', 'wet').replace('sums', 'wetter')}"


def locations_by_name(url):
    return {one["name"].removesuffix(".py"): one for one in fetch(f"{url}/api/v1/locations")["locations"]}


def await_run(url, run_id):
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        status = fetch(f"{url}/api/v1/runs/{run_id}")["run"]["status"]
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
    raise AssertionError("never ended")


def test_code_that_fails_in_each_way_leaves_everything_else_working(project):
    texts = {**FAILING, "slow": SLOW.replace("sums", "later"), "flood": FLOOD}
    for name, text in texts.items():
        (project / f"{name}.py").write_text(text)
    files = ["definitions", *texts]
    (project / "workspace.yaml").write_text(
        "load_from:\n" + "".join(f"  - python_file: {name}.py\n" for name in files)
    )
    (project / "home" / "dagster.yaml").write_text("code_servers:\n  local_startup_timeout: 8\n")

    with running("dev", "--port", "0") as (process, url):
        end = time.monotonic() + LIMIT_S
        while locations_by_name(url)["definitions"]["status"] != "loaded":  # while others still spin
            assert time.monotonic() < end
        (run_id,) = fetch(f"{url}/api/v1/assets/materialize", {"assets": ["sums", "numbers"]})["run_ids"]
        assert await_run(url, run_id) == "SUCCESS"

        wait_until_loaded(url)

        found = locations_by_name(url)
        assert {name for name, one in found.items() if one["status"] == "failed"} == set(FAILING)
        assert found["slow"]["status"] == found["flood"]["status"] == "loaded"
        assert len(found["flood"]["output"]) < 100_000
        for name in FAILING:
            assert found[name]["error"]["message"], name
        assert (
            found["syntax_error"]["error"]["frames"]
            or "syntax_error.py" in found["syntax_error"]["error"]["text"]
        )
        assert set(fetch(f"{url}/api/v1/assets/graph")["keys"]) == {
            "numbers", "sums", "late", "later", "wet", "wetter",
        }  # fmt: skip

        (project / "import_error.py").write_text(CODE.replace("numbers", "mended").replace("sums", "whole"))
        end = time.monotonic() + LIMIT_S
        while locations_by_name(url)["import_error"]["status"] != "loaded":
            assert time.monotonic() < end
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT_S) == 0


def test_on_an_error_the_former_definitions_stay_and_the_reload_says_what_changed(project):
    code = project / "definitions.py"
    with running("dev", "--port", "0") as (_, url):
        wait_until_loaded(url)

        code.write_text(CODE + "\n\n@dg.asset\ndef more(): ...\n\n\nboom()\n")
        end = time.monotonic() + LIMIT_S
        while (place := locations_by_name(url)["definitions"])["status"] != "failed":
            assert time.monotonic() < end
        assert "boom" in place["error"]["message"]
        (frame,) = place["error"]["cause"]["frames"]
        assert frame["is_user"]
        assert "boom()" in [line["text"] for line in frame["source"]]
        assert fetch(f"{url}/api/v1/assets/graph")["keys"] == ["numbers", "sums"]
        (run_id,) = fetch(f"{url}/api/v1/assets/materialize", {"assets": ["numbers"]})["run_ids"]
        assert await_run(url, run_id) == "SUCCESS"

        code.write_text(CODE + "\n\n@dg.asset\ndef more(): ...\n")
        while (place := locations_by_name(url)["definitions"])["status"] != "loaded":
            assert time.monotonic() < end
        assert ("asset", "more") in [(one["kind"], one["name"]) for one in place["diff"]["added"]]


def test_broken_code_takes_nothing_down(project):
    (project / "definitions.py").write_text("import nowhere_to_be_found\n")
    with running("dev", "-p", "0") as (_, url):
        assert wait_until_loaded(url) == ["failed"]
        location = fetch(f"{url}/api/v1/locations")["locations"][0]
        assert "nowhere_to_be_found" in location["error"]["text"]
        assert fetch(f"{url}/api/v1/home")["broken_locations"]


def test_others_are_let_in_with_tokens_only(project):
    refused = weft("serve", "--host", "0.0.0.0", "-p", "0")
    assert refused.returncode == 2
    assert "--auth" in refused.stderr
    without = weft("serve", "--host", "0.0.0.0", "-p", "0", "--auth")
    assert without.returncode == 2
    assert "weft auth token create" in without.stderr

    token = weft("auth", "token", "create", "ci", "--role", "launcher").stdout.strip()
    listed = json.loads(weft("auth", "token", "list", "--json").stdout)["tokens"]
    assert [(one["name"], one["role"]) for one in listed] == [("ci", "launcher")]

    with running("serve", "--host", "0.0.0.0", "-p", "0", "--auth") as (_, url):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            fetch(f"{url}/api/v1/me")
        me = fetch(f"{url}/api/v1/me", Authorization=f"Bearer {token}")
        assert me["permissions"] == ["read", "launch"]
        assert weft("auth", "token", "revoke", listed[0]["id"]).returncode == 0
        assert ends_by_401(f"{url}/api/v1/me", token)


def ends_by_401(url, token):
    """Ask until a token lets nobody in any more; other servers notice that within two seconds."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        try:
            fetch(url, Authorization=f"Bearer {token}")
        except urllib.error.HTTPError as error:
            return error.code == 401
    return False


def test_who_never_finishes_asking_is_dropped(monkeypatch):
    import threading

    import uvicorn

    from weftwork.api.host import Host
    from weftwork.instance.instance import DagsterInstance
    from weftwork.web.application import build_application
    from weftwork.web.server import ImpatientProtocol, open_socket
    from weftwork.web.settings import WebSettings

    monkeypatch.setattr(ImpatientProtocol, "header_timeout_s", 0.2)
    with DagsterInstance.ephemeral() as instance, open_socket("127.0.0.1", 0, may_move=False) as listening:
        app = build_application(Host(instance), WebSettings(body_timeout_s=0.2))
        server = uvicorn.Server(
            uvicorn.Config(app, http=ImpatientProtocol, log_level="critical", ws="websockets-sansio")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as slow:
                slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
                assert slow.recv(1000) == b""
            with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as slow:
                head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                slow.sendall(head)
                assert slow.recv(1000).startswith(b"HTTP/1.1 408")
        finally:
            server.should_exit = True
            thread.join(LIMIT_S)
