"""The equivalent minimum of each benchmark in bare Python: what the machine allows."""

import graphlib
import os
import pickle
import shutil
import sqlite3
import tempfile
import time
import uuid


def call(*upstream: int) -> int:
    """The body of a step."""
    return sum(upstream) + 1


def in_memory(n: int) -> None:
    """`n` calls, values in a dict, three events a step appended to a list."""
    values: dict[int, int] = {}
    events: list[tuple[float, str, int]] = []
    for i in range(n):
        events.append((time.time(), "START", i))
        upstream = (values[i - 1], values[i - 2]) if i > 1 else ()
        values[i] = call(*upstream) & 0xFFFF
        events.append((time.time(), "OUTPUT", i))
        events.append((time.time(), "SUCCESS", i))


def open_database(directory: str) -> sqlite3.Connection:
    """An event log with one index, in WAL mode."""
    database = sqlite3.connect(os.path.join(directory, "events.db"), isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=normal")
    database.execute(
        "create table e(id integer primary key, run text, ts real, type text, step text, body text)"
    )
    database.execute("create index ei on e(run, id)")
    return database


INSERT = "insert into e(run, ts, type, step, body) values(?, ?, ?, ?, ?)"


def with_files(n: int) -> None:
    """A step: two pickles read, one written, and one transaction of four events."""
    directory = tempfile.mkdtemp(prefix="yard-")
    try:
        database = open_database(directory)
        run = uuid.uuid4().hex
        for i in range(n):
            upstream = []
            for u in range(max(0, i - 2), i):
                with open(f"{directory}/{u}", "rb") as file:
                    upstream.append(pickle.load(file))  # noqa: S301 - our own file
            value = call(*upstream) & 0xFFFF
            with open(f"{directory}/{i}.part", "wb") as file:
                pickle.dump(value, file)
            os.replace(f"{directory}/{i}.part", f"{directory}/{i}")
            kinds = ("START", "OUTPUT", "MATERIALIZATION", "SUCCESS")
            database.execute("begin")
            database.executemany(
                INSERT, [(run, time.time(), kind, str(i), f'{{"k":"{kind}","i":{i}}}') for kind in kinds]
            )
            database.execute("commit")
        database.close()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def event_rows(n: int, batch: int = 1) -> None:
    """`n` events, `batch` in a transaction."""
    directory = tempfile.mkdtemp(prefix="yard-")
    try:
        database = open_database(directory)
        for start in range(0, n, batch):
            database.execute("begin")
            rows = [
                ("r", time.time(), "M", str(i), f'{{"i":{i}}}') for i in range(start, min(n, start + batch))
            ]
            database.executemany(INSERT, rows)
            database.execute("commit")
        database.close()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def graph(n: int) -> None:
    """`n` nodes with two dependencies as dicts, sorted."""
    nodes = {f"a{i}": {"deps": {f"a{i - j}" for j in (7, 9) if i >= j}, "metadata": {}} for i in range(n)}
    list(graphlib.TopologicalSorter({name: node["deps"] for name, node in nodes.items()}).static_order())


def check_fields(n: int) -> None:
    """`n` dicts of five fields, each compared with its type."""
    schema = {"a": int, "b": str, "c": bool, "d": float, "e": list}
    for i in range(n):
        for name, value in {"a": i, "b": "x", "c": True, "d": 1.0, "e": []}.items():
            if not isinstance(value, schema[name]):
                raise TypeError(name)


def fork_each(n: int) -> None:
    """`n` processes by fork, one after the other, a result through a pipe."""
    for i in range(n):
        reader, writer = os.pipe()
        if (pid := os.fork()) == 0:
            os.write(writer, pickle.dumps(i + 1))
            os._exit(0)
        os.close(writer)
        pickle.loads(os.read(reader, 65_536))  # noqa: S301 - our own child
        os.close(reader)
        os.waitpid(pid, 0)
