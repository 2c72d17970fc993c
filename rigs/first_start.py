"""Four processes open the same empty home at the same moment, again and again: each time one healthy instance.

Each of them opens the instance, adds a run with an event and reads it back; one start in four has a process killed
somewhere in the middle. Then the home is opened once more, must take a run of a job, and the checker looks at it.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from typing import NoReturn

from ground import Ground, build_parser, inject, kill_all
from weftwork.base.ids import new_id
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun

PROCESSES = 4


def live(ground: Ground, gate: int, dies: str) -> NoReturn:
    """Open the instance as soon as the gate opens, and use it."""
    code = 1
    try:
        os.read(gate, 1)
        if dies:
            os.environ["RIG_DIE"] = dies
            inject("opener")
        with ground.open() as instance:
            run = instance.add_run(DagsterRun(job_name="j", run_id=new_id()))
            recorder = instance.open_recorder(run)
            recorder.commit([DagsterEvent(event_type_value="ENGINE_EVENT", job_name="j", text="here")])
            assert len(instance.all_logs(run.run_id)) == 1
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def start_all(ground: Ground, dies: str) -> list[int]:
    """Start the processes, let them go at once, and return how each of them ended."""
    pipes = [os.pipe() for _ in range(PROCESSES)]
    pids = []
    for number, (gate, _) in enumerate(pipes):
        pid = os.fork()
        if pid == 0:
            live(ground, gate, dies if number == 0 else "")
        pids.append(pid)
    for _, opener in pipes:
        os.write(opener, b"x")
    statuses = []
    deadline = time.monotonic() + 60 * ground.patience
    for pid in pids:
        status = 0
        while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > deadline:
                ground.say(f"A process had not opened the instance after {60 * ground.patience:g} s.")
                kill_all([pid])
                ended = os.waitpid(pid, 0)
                break
            time.sleep(0.002)
        status = ended[1]
        statuses.append(status)
    for pipe in pipes:
        for fd in pipe:
            os.close(fd)
    return statuses


def check(ground: Ground, expected: int) -> None:
    """The instance is healthy and takes what is recorded."""
    with ground.open() as instance:
        count = instance.get_runs_count()
        if count < expected:
            ground.say(f"{ground.home}: {count} runs are there, {expected} were added.")
        instance.add_run(DagsterRun(job_name="later", run_id=new_id()))
    connection = sqlite3.connect(os.path.join(ground.home, "storage", "weftwork.db"))
    versions = [row[0] for row in connection.execute("SELECT version FROM schema_version ORDER BY version")]
    connection.close()
    if versions != list(range(1, len(versions) + 1)):
        ground.say(f"{ground.home}: the schema has versions {versions}.")
    ground.check(looks_at_processes=False)


def main() -> None:
    """Start."""
    parser = build_parser(__doc__)
    parser.add_argument("--starts", type=int, default=100, help="how many first starts (default 100)")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    began = time.monotonic()
    total = Ground(options.folder, patience=options.patience)
    healthy = killed = 0
    for number in range(options.starts):
        ground = Ground(total.folder, patience=options.patience)
        dies = f"opener:{dice.choice(['before', 'after'])}:{dice.randint(1, 3)}" if number % 4 == 3 else ""
        statuses = start_all(ground, dies)
        failed = [status for status in statuses if status]
        was_killed = bool(dies) and failed == [signal.SIGKILL]
        killed += was_killed
        if failed and not was_killed:
            ground.say(f"{ground.home}: the processes ended with {statuses}.")
        check(ground, PROCESSES - len(failed))
        healthy += not ground.broken
        total.broken += ground.broken
    total.report(
        "first_start", seed=options.seed, starts=options.starts, processes=PROCESSES, healthy=healthy, killed=killed,
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
