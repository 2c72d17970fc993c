"""The web application: ready, what each page costs, from the click to the first step, idle.

    python bench/web.py --n 10000 --runs 100000
    python bench/web.py --lib dagster --python PATH --n 1000 --runs 0

A server is started on a generated project of `n` assets and a home with `runs` recorded runs and one materialization of
each asset; what it is asked is what our pages ask (see ui/src). CPU is that of the server and of its code server, read
from /proc. The reference is asked the same by GraphQL, as far as it has it: its own pages ask more, and again and again.
"""

# ruff: noqa: S310 - the addresses are those of the server that was just started

import argparse
import atexit
import gzip
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
PROJECT = """
import {lib} as dg

def build(i):
    deps = [f"a{{j}}" for j in {{i - 1, i // 2, i // 3}} if 0 <= j < i and i % 10]
    @dg.asset(name=f"a{{i}}", deps=deps, group_name=f"g{{i // 50}}", tags={{"tier": str(i % 3)}}, kinds={{"table"}},
              owners=[f"team:t{{i % 7}}"], description=f"Table {{i}} of the warehouse.", code_version="1")
    def one():
        return dg.MaterializeResult(metadata={{"rows": i}})
    return one

@dg.op
def tiny():
    return 1

@dg.job
def click():
    tiny()

defs = dg.Definitions(assets=[build(i) for i in range({n})], jobs=[click])
"""
API = "/api/v1"
PAGES: dict[str, list[str]] = {
    "home": ["/me", "/home?hours=24"],
    "assets": ["/me", "/assets/graph", "/assets/status", "/assets/stale"],
    "assets, first rows": ["/assets?limit=200"],
    "asset": ["/me", "/asset?key=a5", "/asset/events?key=a5"],
    "graph": ["/me", "/assets/graph", "/assets/status"],
    "runs": ["/me", "/runs?limit=100", "/runs/facets"],
    "runs, grid": ["/me", "/runs/grid?limit=25"],
    "run": ["/me", "/runs/{run}", "/runs/{run}/timeline", "/runs/{run}/log?limit=1000"],
    "jobs": ["/me", "/jobs"],
    "search": ["/search/index", "/search/runs?q={run:.6}"],
}
NODES = """{ assetNodes { id assetKey { path } groupName kinds tags { key value } description isPartitioned isMaterializable
  hasAssetChecks dependencyKeys { path } owners { ... on TeamAssetOwner { team } } } }"""
RUNS = """{ runsOrError(limit: 100) { ... on Runs { results { runId status pipelineName startTime endTime
  tags { key value } } } } }"""
REFERENCE_PAGES = {"graph": NODES, "runs": RUNS}
LAUNCH = """mutation($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename ... on LaunchRunSuccess { run { runId } } } }"""
SELECTOR = {
    "pipelineName": "click",
    "repositoryName": "__repository__",
    "repositoryLocationName": "project.py",
}


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lib", default="weftwork", choices=("weftwork", "dagster"))
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the library")
    parser.add_argument("--n", type=int, default=1000, help="assets; default 1000")
    parser.add_argument("--runs", type=int, default=1000, help="recorded runs; default 1000 (ours only)")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-web-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "project.py").write_text(PROJECT.format(lib=args.lib, n=args.n))
    (folder / "home").mkdir()
    if args.lib == "weftwork":
        fill(folder / "home", args.n, args.runs)
    else:
        coordinator = (
            "run_coordinator:\n  module: dagster._core.run_coordinator\n  class: DefaultRunCoordinator\n"
        )
        (folder / "home" / "dagster.yaml").write_text(f"telemetry:\n  enabled: false\n{coordinator}")
    with Server(args.lib, args.python, folder) as server:
        line = {"name": "web", "lib": args.lib, "n": args.n, "runs": args.runs, **server.ready}
        line["pages"] = measure_pages(server) if args.lib == "weftwork" else measure_reference(server)
        line["click"] = measure_click(server)
        line["idle_cpu_ms_in_5_s"] = measure_idle(server)
        line["memory_mb"] = server.memory_mb()
    print(json.dumps(line))


def fill(home: Path, n: int, runs: int) -> None:
    """Record a materialization of each asset, and runs, without running anything."""
    import weftwork as dg
    from weftwork.records.runs import DagsterRun, DagsterRunStatus
    from weftwork.storage.tables.runs import insert_run

    states = [DagsterRunStatus.SUCCESS] * 9 + [DagsterRunStatus.FAILURE]
    dice = random.Random(1)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for i in range(n):
            above = {j for j in (i - 1, i // 2, i // 3) if 0 <= j < i and i % 10}
            used = {f"dagster/input_data_version/a{j}": str(j if i % 100 else -1) for j in above}
            tags = {"dagster/code_version": "1" if i % 50 else "0", "dagster/data_version": str(i), **used}
            instance.report_runless_asset_event(
                dg.AssetMaterialization(f"a{i}", metadata={"rows": i}, tags=tags)
            )
        begin = time.time() - runs
        database = instance._store.tables.database
        with database.transaction() as transaction:
            for i in range(runs):
                run_id = str(uuid.UUID(int=dice.getrandbits(128), version=4))
                run = DagsterRun(
                    job_name=f"job{i % 20}", run_id=run_id, status=states[i % 10], tags={"team": str(i % 5)}
                )
                insert_run(transaction, run, begin + i)
            transaction.execute(
                "UPDATE runs SET start_time = create_timestamp, end_time = create_timestamp + 1"
            )


class Server:
    """A web server with its code server, in processes of their own."""

    def __init__(self, lib: str, python: str, folder: Path) -> None:
        self.lib = lib
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        scripts = Path(python).parent
        command = [str(scripts / "weft"), "dev", "-f", "project.py", "--port", str(port)]
        if lib == "dagster":
            command = [str(scripts / "dagster-webserver"), "-f", "project.py", "-p", str(port)]
        started = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, "DAGSTER_HOME": str(folder / "home")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.ready = self._wait(started)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def _wait(self, started: float) -> dict[str, float]:
        answers = None
        while True:
            try:
                if answers is None:
                    self.ask("/server_info")
                    answers = time.perf_counter() - started
                if self._is_loaded():
                    break
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.02)
        return {
            "answers_after_s": round(answers, 3),
            "loaded_after_s": round(time.perf_counter() - started, 3),
            "ready_cpu_s": round(self.cpu_s(), 3),
        }

    def _is_loaded(self) -> bool:
        if self.lib == "weftwork":
            return all(
                one["status"] == "loaded" for one in json.loads(self.ask(f"{API}/locations")[0])["locations"]
            )
        text = self.graphql("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        return b'"name"' in text

    def ask(self, path: str, etag: str | None = None) -> tuple[bytes, int, str | None]:
        """Return the body, how many bytes came over the wire, and the ETag."""
        headers = {"Accept-Encoding": "gzip", **({"If-None-Match": etag} if etag else {})}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers)) as answer:
                data = answer.read()
                is_gzip = answer.headers.get("content-encoding") == "gzip"
                return gzip.decompress(data) if is_gzip else data, len(data), answer.headers.get("etag")
        except urllib.error.HTTPError as error:
            if error.code != 304:
                raise
            return b"", 0, etag

    def graphql(self, query: str, **variables: Any) -> bytes:
        """Return the answer to a document."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            data: bytes = answer.read()
        return data

    def cpu_s(self) -> float:
        """Return the CPU seconds of the server and of all below it, those that have ended included."""
        return sum(cpu_of(pid) for pid in (self.process.pid, *descendants(self.process.pid)))

    def memory_mb(self) -> float:
        """Return the resident memory of the server and of all below it."""
        pages = 0
        for pid in (self.process.pid, *descendants(self.process.pid)):
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and of its children that it has reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def descendants(pid: int) -> list[int]:
    """Return the processes below one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, pending = [], [pid]
    while pending:
        below = parents.get(pending.pop(), [])
        found += below
        pending += below
    return found


def measure_pages(server: Server) -> dict[str, Any]:
    """Return for each page its requests, bytes, server CPU and time: first, repeated, and with everything unchanged."""
    runs = json.loads(server.ask(f"{API}/runs?limit=1")[0])["runs"]
    run = runs[0]["run_id"] if runs else None
    found = {}
    for name, paths in PAGES.items():
        if run is None and any("{run" in path for path in paths):
            continue
        asked = [API + path.format(run=run) for path in paths]
        first = measure_page(server, asked, [None] * len(asked))
        warm = min(
            (measure_page(server, asked, [None] * len(asked), 5) for _ in range(2)),
            key=lambda one: one["cpu_ms"],
        )
        same = measure_page(server, asked, warm.pop("etags"), 5)
        found[name] = {
            "requests": len(asked), "bytes": warm["bytes"], "first_cpu_ms": first["cpu_ms"], "first_ms": first["ms"],
            "cpu_ms": warm["cpu_ms"], "ms": warm["ms"], "unchanged_bytes": same["bytes"],
        }  # fmt: skip
    return found


def measure_page(server: Server, paths: list[str], etags: list[str | None], times: int = 1) -> dict[str, Any]:
    """Ask for a page one request after the other; return bytes, CPU and time of one of so many times."""
    cpu, wall = server.cpu_s(), time.perf_counter()
    for _ in range(times):
        answers = [server.ask(path, etag) for path, etag in zip(paths, etags, strict=True)]
    return {
        "bytes": sum(size for _, size, _ in answers),
        "etags": [etag for _, _, etag in answers],
        "ms": round((time.perf_counter() - wall) / times * 1e3, 1),
        "cpu_ms": round((server.cpu_s() - cpu) / times * 1e3, 1),
    }


def measure_reference(server: Server) -> dict[str, Any]:
    """Return for what the reference can be asked alike: bytes, CPU and time, first and repeated."""
    found = {}
    for name, query in REFERENCE_PAGES.items():
        rows = []
        for _ in range(3):
            cpu, wall = server.cpu_s(), time.perf_counter()
            size = len(server.graphql(query))
            rows.append(
                (round((server.cpu_s() - cpu) * 1e3, 1), round((time.perf_counter() - wall) * 1e3, 1))
            )
        found[name] = {
            "requests": 1, "bytes": size, "first_cpu_ms": rows[0][0], "first_ms": rows[0][1],
            "cpu_ms": min(row[0] for row in rows), "ms": min(row[1] for row in rows),
        }  # fmt: skip
    return found


def measure_click(server: Server) -> dict[str, Any]:
    """Return what it takes from the launch of a job to its first step, and what the whole run takes."""
    rows = [launch_once(server) for _ in range(5)]
    return {name: min(row[name] for row in rows) for name in rows[0]}


def launch_once(server: Server) -> dict[str, Any]:
    """Launch a job of one op; times are from the request, by the clock of the events."""
    cpu, begin = server.cpu_s(), time.time()
    answer = json.loads(server.graphql(LAUNCH, p={"selector": SELECTOR, "mode": "default"}))
    answered = time.time() - begin
    run_id = answer["data"]["launchRun"]["run"]["runId"]
    log = "query($r: ID!) { logsForRun(runId: $r) { ... on EventConnection { events { ... on MessageEvent { eventType timestamp } } } } }"
    while True:
        events = json.loads(server.graphql(log, r=run_id))["data"]["logsForRun"]["events"]
        times = {
            event["eventType"]: int(event["timestamp"]) / 1000 for event in events if event.get("eventType")
        }
        if "RUN_SUCCESS" in times or "RUN_FAILURE" in times:
            break
        time.sleep(0.05)
    time.sleep(0.5)  # until its process has ended, and counts
    return {
        "answer_ms": round(answered * 1e3, 1),
        "first_step_ms": round((times["STEP_START"] - begin) * 1e3, 1),
        "cpu_of_whole_run_ms": round((server.cpu_s() - cpu) * 1e3, 1),
    }


def measure_idle(server: Server) -> float:
    """Return the CPU milliseconds of five seconds in which a page is open and nothing happens."""
    ends = threading.Event()
    if server.lib == "weftwork":
        stream = urllib.request.urlopen(f"{server.url}{API}/events", timeout=30)
        reader = threading.Thread(
            target=lambda: [line for line in iter(stream.readline, b"") if ends.is_set()], daemon=True
        )
        reader.start()
    time.sleep(0.5)
    cpu = server.cpu_s()
    time.sleep(5)
    ends.set()
    return round((server.cpu_s() - cpu) * 1e3, 1)


if __name__ == "__main__":
    main()
