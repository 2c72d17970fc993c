"""Kills steps while they write a large output: readers see the old value or the new one, never a torn one.

After each kill the value is read as a user's program reads it, and its bytes must be of one run: of one that succeeded,
or of the one that was just killed. No temporary file may be left when all is over.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import time
from collections import Counter
from typing import Any

import invariants
from ground import STUCK_S, Ground, await_that, build_parser, kill_all, summarize
from shares import run_shares
from weftwork.processes.identity import find_process


def find_written(folder: str) -> bool:
    """Return whether a value is being written: a file there that has no name yet, or a temporary one."""
    return any(name.endswith(".tmp") for name in os.listdir(folder))


def read_mark(path: str) -> str | None:
    """Return the run whose value a file has; None if there is none.

    Raises:
        ValueError: if the bytes are of more than one run, or not all there.
    """
    if not os.path.exists(path):
        return None
    if not invariants.read_value(path).is_whole:
        raise ValueError("its seal does not fit")
    with open(path, "rb") as file:
        value = pickle.load(file)
    mark, body = value["mark"], value["body"]
    if body != mark * (len(body) // len(mark)):
        raise ValueError("its bytes are of several runs")
    return mark.decode()


def main() -> None:
    """Kill steps that write."""
    parser = build_parser(__doc__)
    parser.add_argument("--kills", type=int, default=50, help="how many (default 50; the long form is 500)")
    parser.add_argument("--value-mb", type=int, default=40, help="the size of the value (default 40)")
    parser.add_argument("--for-s", type=float, default=float("inf"), help="stop after so many seconds")
    options = parser.parse_args()
    began = time.monotonic()
    seen, ground = run_shares(
        options.at_once,
        lambda: Ground(options.folder, patience=options.patience),
        lambda ground, number: kill_writers(ground, options, number),
    )
    ground.report(
        "torn_output", seed=options.seed, kills=seen["kills"], value_mb=options.value_mb, seen=seen["seen"],
        ended=summarize(seen["ended_s"]), seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def kill_writers(ground: Ground, options: argparse.Namespace, share: int) -> dict[str, Any]:
    """Do one share of the kills; return what was seen."""
    dice = random.Random(f"{options.seed}.{share}")
    goal = len(range(share, options.kills, options.at_once))
    size = {"RIG_VALUE_BYTES": str(options.value_mb * 1_000_000)}
    path = os.path.join(ground.home, "storage", "large")
    began = time.monotonic()
    first = ground.launch("storing", **size)
    ground.await_end(first.run_id, reaps=False)
    known = {first.run_id}
    step_s = _length_of_step(ground, first.run_id)
    seen: Counter[str] = Counter()
    ended_s = []
    kills = 0
    while kills < goal and time.monotonic() - began < options.for_s:
        launcher = ground.launch("storing", **size)
        pids = await_that(launcher.step_pids, 30)
        time.sleep(dice.uniform(0.0, step_s * 1.2))
        is_there = bool(pids) and find_process(pids[0]) is not None
        kill_all(pids or [])
        struck = time.monotonic()
        status = ground.await_end(launcher.run_id, reaps=False)
        ended_s.append(time.monotonic() - struck)
        ground.limit(f"The end of run {launcher.run_id}", ended_s[-1], STUCK_S)
        kills += is_there
        try:
            mark = read_mark(path)
        except Exception as error:
            ground.say(f"After run {launcher.run_id} ({status}) the value cannot be read: {error!r}")
            break
        if status == "SUCCESS":
            known = {launcher.run_id}
        else:
            known.add(launcher.run_id)
        if mark not in known:
            ground.say(f"After run {launcher.run_id} ({status}) the value is of run {mark}.")
        new = "new" if mark == launcher.run_id else "old"
        seen[f"{status}, {new} value"] += 1
        await_that(lambda launcher=launcher: not launcher.is_alive, 10)
    ground.check()
    return {"kills": kills, "seen": seen, "ended_s": ended_s}


def _length_of_step(ground: Ground, run_id: str) -> float:
    with ground.open() as instance:
        stats = instance.get_run_step_stats(run_id)
    return float(stats[0].end_time - stats[0].start_time)


if __name__ == "__main__":
    main()
