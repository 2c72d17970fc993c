"""What must hold after anything died at any moment, told from the database and the files alone.

    python rigs/invariants.py HOME

It uses nothing of the library: it reads the tables, the values and /proc with the standard library, so that a fault of
the library cannot hide itself. `find_broken` returns one sentence for each thing that does not hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

Rows = Callable[[str], list[Any]]

ENDS = {"PIPELINE_SUCCESS": "SUCCESS", "PIPELINE_FAILURE": "FAILURE", "PIPELINE_CANCELED": "CANCELED"}
WAITING = {"NOT_STARTED", "QUEUED", "MANAGED"}
DATABASE = os.path.join("storage", "weftwork.db")
HOME_VARIABLE, RUN_VARIABLE = "DAGSTER_HOME", "WEFTWORK_RUN_ID"
LEFT_OVERS = (".tmp", ".moving")


class Event(NamedTuple):
    """A row of the log."""

    id: int
    run_id: str
    kind: str
    step_key: str | None
    asset_key: str | None
    body: dict[str, Any]


def find_broken(
    home: str,
    *,
    rows: Rows | None = None,
    folders: Sequence[str] = (),
    acknowledged: Iterable[int] = (),
    looks_at_processes: bool = True,
    now: float | None = None,
) -> list[str]:
    """Return what does not hold, one sentence each; nothing if all is well.

    Args:
        home: the home of the instance.
        rows: asks the database, for one that is not the SQLite file in the home.
        folders: further folders that values were written to.
        acknowledged: the ids of events of which some process was told that they are recorded.
        looks_at_processes: whether processes that belong to the home are faults; all runs must have ended then.
        now: the time, in seconds since the epoch; None for the time it is.
    """
    now = time.time() if now is None else now
    broken: list[str] = []
    if rows is not None:
        broken += check_database(rows, acknowledged, now)
    else:
        connection = sqlite3.connect(f"file:{os.path.join(home, DATABASE)}?mode=ro", uri=True, timeout=60)
        try:
            broken += check_integrity(lambda sql: connection.execute(sql).fetchall())
            broken += check_database(lambda sql: connection.execute(sql).fetchall(), acknowledged, now)
        except sqlite3.DatabaseError as error:
            broken.append(f"The database cannot be read: {error}.")
        finally:
            connection.close()
    for folder in (home, *folders):
        broken += check_left_overs(folder)
    if looks_at_processes:
        broken += [f"Process {pid} ({name}) is left." for pid, name in list_processes(home=home)]
    return broken


def check_database(rows: Rows, acknowledged: Iterable[int], now: float) -> list[str]:
    """The tables agree with each other, and with the files of the values."""
    events = list(read_events(rows))
    return [
        *check_ends(rows, events, now),
        *check_steps(events),
        *check_assets(rows, events),
        *check_slots(rows),
        *check_acknowledged(events, acknowledged),
        *check_values(events),
    ]


def check_integrity(rows: Rows) -> list[str]:
    """The database says of itself that it is whole."""
    said = [row[0] for row in rows("PRAGMA integrity_check")]
    return [] if said == ["ok"] else [f"integrity_check: {line}" for line in said]


def read_events(rows: Rows) -> Iterator[Event]:
    """Return the events of the log, oldest first."""
    sql = (
        "SELECT id, run_id, event_type, step_key, asset_key, body FROM events "
        "WHERE event_type IS NOT NULL AND is_kept = 0 ORDER BY id"
    )
    for number, run_id, kind, step_key, asset_key, body in rows(sql):
        yield Event(number, run_id, kind, step_key, asset_key, json.loads(bytes(body)))


def check_ends(rows: Rows, events: Sequence[Event], now: float) -> list[str]:
    """Every run has ended with exactly one event that says so, or waits, or somebody holds its lease."""
    broken = []
    ends: dict[str, list[Event]] = defaultdict(list)
    last_of_steps: dict[str, int] = {}
    for event in events:
        if event.kind in ENDS:
            ends[event.run_id].append(event)
        elif event.kind.startswith(("STEP_", "HANDLED_OUTPUT", "ASSET_MATERIALIZATION")):
            last_of_steps[event.run_id] = event.id
    leases = {
        name.removeprefix("run:"): expiry for name, expiry in rows("SELECT name, expires_at FROM leases")
    }
    for run_id, status in rows("SELECT run_id, status FROM runs"):
        told = ends.pop(run_id, [])
        if status in ENDS.values():
            if [ENDS[event.kind] for event in told] != [status]:
                broken.append(f"Run {run_id} is {status}; its log tells {[event.kind for event in told]}.")
            elif last_of_steps.get(run_id, 0) > told[0].id:
                broken.append(f"Run {run_id} has events of steps after its end.")
            if run_id in leases:
                broken.append(f"Run {run_id} is {status}, and its lease is not given back.")
        else:
            if told:
                broken.append(f"Run {run_id} is {status}; its log tells {[event.kind for event in told]}.")
            if status not in WAITING and leases.get(run_id, 0.0) <= now:
                broken.append(f"Run {run_id} is {status}, and nobody holds its lease.")
    return broken + [f"Run {run_id} has an end and is not there." for run_id in ends if run_id]


def check_steps(events: Sequence[Event]) -> list[str]:
    """No step succeeds twice, or succeeds and fails; a step that succeeds has stored each output that it gave once."""
    broken = []
    ends: Counter[tuple[str, str, str]] = Counter()
    outputs: dict[tuple[str, str], Counter[Any]] = defaultdict(Counter)
    stored: dict[tuple[str, str], int] = defaultdict(int)
    for event in events:
        step = (event.run_id, event.step_key or "")
        if event.kind in ("STEP_START", "STEP_RESTARTED", "STEP_UP_FOR_RETRY"):
            outputs[step].clear()
            stored[step] = 0
        elif event.kind == "STEP_OUTPUT":
            handle = event.body["event_specific_data"]["step_output_handle"]
            outputs[step][handle.get("output_name", "result"), handle.get("mapping_key")] += 1
        elif event.kind == "HANDLED_OUTPUT":
            stored[step] += 1
        elif event.kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            ends[(*step, event.kind)] += 1
        if event.kind == "STEP_SUCCESS":
            given = outputs[step]
            if any(count > 1 for count in given.values()):
                broken.append(f"Step {step[1]} of run {step[0]} gave an output twice in one attempt.")
            if stored[step] > len(given):
                broken.append(
                    f"Step {step[1]} of run {step[0]} stored {stored[step]} values of {len(given)} outputs."
                )
    for (run_id, step_key, kind), count in ends.items():
        if count > 1:
            broken.append(f"Step {step_key} of run {run_id} has {count} events {kind}.")
        if kind == "STEP_SUCCESS" and (run_id, step_key, "STEP_FAILURE") in ends:
            broken.append(f"Step {step_key} of run {run_id} succeeded and failed.")
    return broken


def check_assets(rows: Rows, events: Sequence[Event]) -> list[str]:
    """The latest materialization of each asset is the last one that the log tells of."""
    latest: dict[str, int] = {}
    for event in events:
        if event.kind == "ASSET_MATERIALIZATION" and event.asset_key is not None:
            latest[event.asset_key] = event.id
    known = {
        key: number
        for key, number in rows("SELECT asset_key, materialization_id FROM assets")
        if number is not None
    }
    broken = [
        f"Asset {key} was made last by event {latest[key]}; it is said to be {known.get(key)}."
        for key in latest
        if known.get(key, 0) < latest[key]
    ]
    gone = [(key, number) for key, number in known.items() if key not in latest]
    there = {row[0] for row in rows("SELECT id FROM events WHERE event_type = 'ASSET_MATERIALIZATION'")}
    return broken + [
        f"Asset {key}: event {number} is not in the log." for key, number in gone if number not in there
    ]


def check_slots(rows: Rows) -> list[str]:
    """Whoever holds a slot of a pool, or waits for one, has a lease that stands; no pool has more than its limit."""
    sql = (
        "SELECT pool, lease_name, step_key FROM slots WHERE NOT EXISTS (SELECT 1 FROM leases WHERE "
        "leases.name = slots.lease_name AND leases.epoch = slots.epoch)"
    )
    broken = [f"{name} has a slot of pool {pool} for {step}, and no lease." for pool, name, step in rows(sql)]
    held = (
        "SELECT slots.pool, count(*), max(pools.slot_limit) FROM slots JOIN pools ON pools.name = slots.pool "
        "WHERE slots.claimed_at IS NOT NULL GROUP BY slots.pool HAVING count(*) > max(pools.slot_limit)"
    )
    return broken + [f"Pool {pool} has {limit} slots; {count} are held." for pool, count, limit in rows(held)]


def check_acknowledged(events: Sequence[Event], acknowledged: Iterable[int]) -> list[str]:
    """Whatever somebody was told to be recorded is there."""
    wanted = set(acknowledged)
    lost = wanted - {event.id for event in events} if wanted else set()
    return [f"{len(lost)} acknowledged events are lost, the first is {min(lost)}."] if lost else []


def check_values(events: Sequence[Event]) -> list[str]:
    """Each file has the value that was recorded last for it.

    An attempt that died after it had put a new value into its place, and before that could be recorded, leaves a file
    that nobody has told of: then it must at least be whole.
    """
    seals: dict[str, tuple[Event, dict[str, Any]]] = {}
    attempts: dict[Any, int] = {}
    succeeded = {(event.run_id, event.step_key) for event in events if event.kind == "STEP_SUCCESS"}
    for event in events:
        if event.kind == "STEP_START":
            attempts[event.step_key] = event.id
        data = event.body.get("event_specific_data") or {}
        if event.kind == "HANDLED_OUTPUT" and data.get("seal"):
            seals[data["seal"]["path"]] = (event, data["seal"])
    broken = []
    for path, (event, seal) in seals.items():
        said = read_value(path, seal["size_bytes"])
        if said.sha256 == seal["sha256"] and said.is_whole:
            continue
        was_tried_again = attempts.get(event.step_key, 0) > event.id
        if said.is_there and said.is_whole and was_tried_again:
            continue
        if (event.run_id, event.step_key) not in succeeded and said.is_whole and said.is_there:
            continue
        state = "is not there" if not said.is_there else "is torn" if not said.is_whole else "is another one"
        broken.append(f"The value of event {event.id} (step {event.step_key}) {state}: {path}.")
    return broken


class ValueFile(NamedTuple):
    """What a file says of itself."""

    is_there: bool = False
    is_whole: bool = False
    sha256: str = ""


SEAL_MARK, OWNED_SEAL_MARK, OWNER_MARK = b"\nweft-seal1", b"\nweft-seal2", b"\nweft-owner1"
SEAL_BYTES = len(SEAL_MARK) + 8 + 32


def read_value(path: str, size_bytes: int | None = None) -> ValueFile:
    """Read a file that was stored: a sealed pickle, or plain bytes of a known length."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return ValueFile()
    except IsADirectoryError:
        return read_value(os.path.join(path, "_value"), size_bytes)
    mark = data[-SEAL_BYTES : -SEAL_BYTES + len(SEAL_MARK)] if len(data) >= SEAL_BYTES else b""
    if mark not in (SEAL_MARK, OWNED_SEAL_MARK):
        return ValueFile(True, len(data) == size_bytes, hashlib.sha256(data).hexdigest())
    length = int.from_bytes(data[-40:-32], "big")
    rest = data[length:-SEAL_BYTES]
    is_ended_well = not rest if mark == SEAL_MARK else rest.startswith(OWNER_MARK)
    digest = hashlib.sha256(data[:length])
    return ValueFile(True, is_ended_well and digest.digest() == data[-32:], digest.hexdigest())


def check_left_overs(folder: str) -> list[str]:
    """No file is left that was to take its place later."""
    return [
        f"A temporary file is left: {os.path.join(place, name)}."
        for place, folders, names in os.walk(folder)
        for name in (*folders, *names)
        if name.startswith(".") and name.endswith(LEFT_OVERS)
    ]


def list_processes(*, home: str | None = None, run_id: str | None = None) -> list[tuple[int, str]]:
    """Return the processes whose environment names a home or a run, but for the one that asks and those above it."""
    mark = f"{HOME_VARIABLE}={home}" if run_id is None else f"{RUN_VARIABLE}={run_id}"
    own = set(_list_ancestors(os.getpid()))
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in own:
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if mark.encode() not in file.read().split(b"\0"):
                    continue
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                told, _, rest = file.read().rpartition(")")
        except OSError:
            continue
        if rest.split()[0] not in "ZX":
            found.append((int(name), told.partition("(")[2]))
    return found


def _list_ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        yield pid
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])


def main() -> None:
    """Check one home."""
    parser = argparse.ArgumentParser(description="Tells what does not hold in a home.")
    parser.add_argument("home", help="the home of an instance on SQLite")
    parser.add_argument("--folder", action="append", default=[], help="a further folder with values")
    options = parser.parse_args()
    broken = find_broken(os.path.abspath(options.home), folders=options.folder)
    print(json.dumps({"home": options.home, "broken": broken}))
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
