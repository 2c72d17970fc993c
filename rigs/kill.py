"""Kills steps, runs, launchers, and runs together with their launchers, at random moments and at every commit point.

After each kill: the run ends within 15 s (of a restart, where its launcher died too), nothing of it is alive 2 s later.
After all: what `invariants.py` says; no acknowledged event lost, no step succeeded twice, all slots returned.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from typing import Any, NamedTuple

from ground import ORPHAN_S, STUCK_S, Ground, Launcher, await_that, build_parser, kill_all, summarize
from shares import run_shares

TARGETS = ("step", "run", "launcher", "both")
JOBS = ("wide", "chain")


class Kill(NamedTuple):
    """What is killed in one run, and when.

    Attributes:
        job: the job.
        target: "step", "run", "launcher", or "both": run and launcher.
        moment_s: how long after the launch; None for a commit point.
        when: "before" or "after" the commit, or the message of a step.
        number: the number of the commit, or message.
    """

    job: str
    target: str
    moment_s: float | None = None
    when: str = ""
    number: int = 0

    @property
    def die(self) -> str:
        """What the processes are told of where to die; see `injected/sitecustomize.py`."""
        role = "run" if self.target == "both" else self.target
        return f"{role}:{self.when}:{self.number}" if self.when else ""


def list_kills(dice: random.Random, count: int, length_s: float, commits: dict[str, int]) -> list[Kill]:
    """Return the kills: one half at random moments, the other one at the commit points, each in its turn."""
    points = [
        Kill(job, target, None, when, number)
        for job in JOBS
        for target in ("run", "launcher", "step", "both")
        for number in range(1, commits["run" if target == "both" else target] + 1)
        for when in ("before", "after")
    ]
    dice.shuffle(points)
    random_count = max(count // 2, count - len(points))
    kills = [
        Kill(dice.choice(JOBS), TARGETS[number % 4], dice.uniform(0.0, length_s))
        for number in range(random_count)
    ]
    return kills + points[: count - random_count]


def strike(ground: Ground, launcher: Launcher, kill: Kill, dice: random.Random) -> bool:
    """Kill what is to be killed; return whether it was there."""
    if kill.moment_s is None:
        with ground.open() as instance:
            if kill.target == "launcher":
                return bool(await_that(lambda: not launcher.is_alive, 30))

            def is_over() -> bool:
                run = instance.get_run_by_id(launcher.run_id)
                return launcher.run_pid() is None and run is not None and run.status.value != "NOT_STARTED"

            if kill.target != "step":
                await_that(is_over, 60)
                if kill.target == "both":
                    launcher.kill()
        return True
    time.sleep(kill.moment_s)
    if kill.target == "launcher":
        launcher.kill()
        return True
    if kill.target == "step":
        pids = await_that(launcher.step_pids, 2.0)
        kill_all(dice.sample(pids, 1) if pids else [])
        return bool(pids)
    if kill.target == "both":
        launcher.kill()
    pid = launcher.run_pid()
    kill_all([pid] if pid is not None else [])
    return pid is not None


def measure_length(ground: Ground) -> float:
    """Return how long a run takes that nobody kills, in seconds."""
    lengths = []
    for job in JOBS:
        began = time.monotonic()
        launcher = ground.launch(job)
        status = ground.await_end(launcher.run_id, reaps=False)
        lengths.append(time.monotonic() - began)
        if status != "SUCCESS":
            ground.say(f"A run of {job} that nobody killed ended as {status}.")
        await_that(lambda launcher=launcher: not launcher.is_alive, 10)
    return max(lengths)


def main() -> None:
    """Kill."""
    parser = build_parser(__doc__)
    parser.add_argument(
        "--kills", type=int, default=100, help="how many (default 100; the long form is 1000)"
    )
    parser.add_argument("--for-s", type=float, default=float("inf"), help="stop after so many seconds")
    options = parser.parse_args()
    began = time.monotonic()
    seen, ground = run_shares(
        options.at_once,
        lambda: Ground(options.folder, patience=options.patience),
        lambda ground, number: kill_share(ground, options, number),
    )
    ground.report(
        "kill", seed=options.seed, kills=sum(seen["hits"].values()), hits=seen["hits"], ends=seen["ends"],
        run_length_s=round(sum(seen["length_s"]) / len(seen["length_s"]), 2),
        ended={target: summarize(found) for target, found in seen["ended_s"].items()},
        last_process=summarize(seen["alive_s"]), acknowledged_events=seen["acknowledged"],
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def kill_share(ground: Ground, options: argparse.Namespace, share: int) -> dict[str, Any]:
    """Do one share of the kills; return what was seen."""
    dice = random.Random(options.seed)
    with ground.open() as instance:
        instance.slots.set_limit("narrow", 2)
    began = time.monotonic()
    length_s = measure_length(ground)
    commits = {"run": 30, "launcher": 3, "step": 8}
    ends: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    ended_s: dict[str, list[float]] = {target: [] for target in TARGETS}
    alive_s = []
    kills = list_kills(dice, options.kills, length_s, commits)
    for kill in kills[share :: options.at_once]:
        if time.monotonic() - began > options.for_s:
            break
        launcher = ground.launch(kill.job, die=kill.die)
        if not launcher.run_id:  # it died before it had a run
            hits["before the run"] += 1
            launcher.kill()
            continue
        hits[kill.target if strike(ground, launcher, kill, dice) else "missed"] += 1
        struck = time.monotonic()
        is_alone = not launcher.is_alive
        status = ground.await_end(
            launcher.run_id, reaps=is_alone, is_alone=is_alone, timeout_s=60 * options.patience
        )
        seconds = time.monotonic() - struck
        ended_s[kill.target].append(seconds)
        ground.limit(f"The end of run {launcher.run_id} after {kill}", seconds, STUCK_S)
        if status not in ("SUCCESS", "FAILURE") and (status, is_alone) != ("NOT_STARTED", True):
            ground.say(f"Run {launcher.run_id} is {status} after {kill}.")
        ends[status] += 1
        seconds = ground.await_no_process(launcher.run_id)
        alive_s.append(seconds)
        ground.limit(f"The end of the last process of run {launcher.run_id} after {kill}", seconds, ORPHAN_S)
        await_that(lambda launcher=launcher: not launcher.is_alive, 10)
        launcher.kill()
    ground.check()
    with ground.open() as instance:
        if claims := instance.slots.list_claims():
            ground.say(f"Slots are held when all is over: {claims}.")
    return {
        "hits": hits, "ends": ends, "length_s": [length_s], "ended_s": ended_s, "alive_s": alive_s,
        "acknowledged": len(ground.read_acknowledged()),
    }  # fmt: skip


if __name__ == "__main__":
    main()
