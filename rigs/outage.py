"""Takes the database away in the middle of runs: steps go on, and events arrive in order and exactly once.

SQLite is locked exclusively by another process; PostgreSQL is stopped and started. A step logs a line and notes the
time beside the database at short intervals: no interval may grow while the database is away, all lines must arrive in
order, the run must succeed. The moment is drawn: also while the run is launched, between its steps, and at its end.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground import Ground, await_that, build_parser
from postgres import NoServerError, Server

PAUSE_S = 0.05
MAX_GAP_S = 1.0
JOBS = ("ticking", "ticking_here")


class SqliteOutage:
    """The file is locked by another process.

    Args:
        ground: the home.
    """

    def __init__(self, ground: Ground) -> None:
        self._path = os.path.join(ground.home, "storage", "weftwork.db")
        self._pid = 0

    def begin(self) -> None:
        """Lock it."""
        read_fd, write_fd = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.execute("BEGIN EXCLUSIVE")
            os.write(write_fd, b"x")
            time.sleep(3600)
            os._exit(0)
        os.read(read_fd, 1)
        os.close(read_fd)
        os.close(write_fd)

    def end(self) -> None:
        """Let go of it."""
        os.kill(self._pid, 15)
        os.waitpid(self._pid, 0)

    def rows(self) -> Callable[[str], list[Any]] | None:
        """Return None: the checker knows the file."""
        return None

    def close(self) -> None:
        """Nothing is held."""


class PostgresOutage:
    """The server is stopped, every second time as if it had crashed."""

    def __init__(self) -> None:
        self.server = Server()
        self._count = 0

    def begin(self) -> None:
        """Stop it."""
        self._count += 1
        self.server.stop(is_crash=self._count % 2 == 0)

    def end(self) -> None:
        """Start it again."""
        self.server.start()

    def rows(self) -> Callable[[str], list[Any]] | None:
        """Return what asks the server."""
        import psycopg

        connection = psycopg.connect(self.server.url, autocommit=True)
        return lambda sql: connection.execute(sql).fetchall()

    def close(self) -> None:
        """Remove the server."""
        self.server.remove()


def check_ticks(ground: Ground, path: str, what: str, lines: int) -> float:
    """The step went on all the time; return its longest interval, in seconds."""
    times = [float(line) for line in Path(path).read_text().split()]
    if len(times) != lines:
        ground.say(f"{what}: the step made {len(times)} of {lines} ticks.")
    gap_s = max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)
    ground.limit(f"{what}: the longest pause of the step", gap_s, MAX_GAP_S)
    return gap_s


def check_log(ground: Ground, run_id: str, what: str, lines: int) -> None:
    """All lines are there, in order and once."""
    with ground.open() as instance:
        messages = [entry.user_message for entry in instance.all_logs(run_id)]
    told = [message for message in messages if message.startswith("tick ")]
    if told != [f"tick {number}" for number in range(lines)]:
        ground.say(f"{what}: {len(told)} of {lines} lines arrived, {len(set(told))} of them different.")


def run_once(
    ground: Ground, outage: Any, job: str, dice: random.Random, options: argparse.Namespace
) -> dict[str, Any]:
    """Run a job, and take the database away for a while; return its figures."""
    lines = int(options.away_s * 1.5 / PAUSE_S)
    path = os.path.join(ground.folder, f"ticks-{time.monotonic_ns()}")
    settings = {"path": path, "lines": lines, "pause_s": PAUSE_S}
    launcher = ground.launch(job, run_config={"ops": {"ticks": {"config": settings}}})
    moment = dice.choice(["launch", "step", "step", "end"])
    if moment == "launch":
        time.sleep(dice.uniform(0.0, 0.6))
    else:
        await_that(lambda: os.path.exists(path), 30)
        time.sleep(dice.uniform(0.0, 1.0) if moment == "step" else max(0.0, lines * PAUSE_S - 0.3))
    outage.begin()
    time.sleep(options.away_s)
    outage.end()
    back = time.monotonic()
    status = ground.await_end(launcher.run_id, reaps=True, timeout_s=options.away_s * 2 + 60)
    what = f"Run {launcher.run_id} of {job}, away at {moment}"
    was_refused = not os.path.exists(path) and not await_that(lambda: launcher.is_alive, 1.0)
    if status != "SUCCESS" and not was_refused:  # whoever launches may be told that it cannot be done now
        ground.say(f"{what}: it is {status}.")
    gap_s = check_ticks(ground, path, what, lines) if os.path.exists(path) else 0.0
    if not was_refused:
        check_log(ground, launcher.run_id, what, lines)
    await_that(lambda: not launcher.is_alive, 20)
    launcher.kill()
    return {
        "job": job, "moment": moment, "status": status, "longest_pause_s": round(gap_s, 3),
        "ended_after_s": round(time.monotonic() - back, 1),
    }  # fmt: skip


def main() -> None:
    """Take the database away."""
    parser = build_parser(__doc__)
    parser.add_argument(
        "--database", choices=["sqlite", "postgres"], default="sqlite", help="which (default sqlite)"
    )
    parser.add_argument("--away-s", type=float, default=30.0, help="for how long (default 30)")
    parser.add_argument("--rounds", type=int, default=6, help="how many runs (default 6)")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    began = time.monotonic()
    ground = Ground(options.folder, patience=options.patience)
    outage: Any
    if options.database == "sqlite":
        outage = SqliteOutage(ground)
    else:
        try:
            outage = PostgresOutage()
        except NoServerError as error:
            ground.report("outage", database="postgres", skipped=str(error))
        ground.configure({"storage": {"postgres": {"postgres_url": outage.server.url}}})
    try:
        with ground.open() as instance:
            instance.get_runs_count()
        runs = [run_once(ground, outage, JOBS[number % 2], dice, options) for number in range(options.rounds)]
        ground.check(rows=outage.rows())
    finally:
        outage.close()
    ground.report(
        "outage", seed=options.seed, database=options.database, away_s=options.away_s, runs=runs,
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
