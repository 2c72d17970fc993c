"""Steps with bad manners: each run is canceled or fails with the true cause, and nothing of it is left behind.

They ignore signals, fork grandchildren into groups and sessions of their own, flood standard output, leave by
`os._exit`, are killed, run out of memory, crash, close all descriptors. Each is run in a process of its own and, where
that makes sense, in the process of its run.
"""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple

from ground import ORPHAN_S, STUCK_S, Ground, Launcher, await_that, build_parser

CANCEL_S = 3.0


class Case(NamedTuple):
    """A job and what is to become of its run.

    Attributes:
        op: the op that misbehaves.
        status: how the run ends.
        cause: what its events say, one of these.
        is_canceled: whether it is canceled when the op has made itself at home.
        executors: "" for a process of its own, "_here" for the process of the run.
    """

    op: str
    status: str
    cause: tuple[str, ...] = ()
    is_canceled: bool = False
    executors: tuple[str, ...] = ("", "_here")


CASES = (
    Case("ignores_signals", "CANCELED", is_canceled=True),
    Case("forks_grandchildren", "CANCELED", is_canceled=True),
    Case("leaves_grandchildren_and_succeeds", "SUCCESS"),
    Case("floods", "SUCCESS"),
    Case("exits", "FAILURE", ("exit code 7",)),
    Case("kills_itself", "FAILURE", ("SIGKILL",)),
    Case("takes_all_memory", "FAILURE", ("MemoryError",)),
    Case("crashes", "FAILURE", ("SIGSEGV",)),
    Case("asks_to_exit", "FAILURE", ("SystemExit", "exit code 3")),
    Case("closes_everything", "FAILURE", ("descriptor", "exit code", "closed"), executors=("",)),
)


def read_texts(ground: Ground, run_id: str) -> str:
    """Return all that the log of a run says of its end."""
    with ground.open() as instance:
        events = [entry.dagster_event for entry in instance.all_logs(run_id)]
    texts = []
    for event in events:
        if event is None:
            continue
        texts.append(event.message)
        error = getattr(event.event_specific_data, "error", None)
        texts.append(error.to_string() if error is not None else "")
    return "\n".join(texts)


def run_case(ground: Ground, case: Case, executor: str, flood_bytes: int) -> dict[str, Any]:
    """Run one case; return its figures."""
    job = f"{case.op}_job{executor}"
    ready = os.path.join(ground.folder, f"ready-{job}")
    config = {"ops": {"floods": {"config": {"bytes": flood_bytes}}}} if case.op == "floods" else {}
    launcher = ground.launch(job, run_config=config, RIG_READY=ready)
    began = time.monotonic()
    if case.is_canceled:
        await_that(lambda: os.path.exists(ready), 60)
        with ground.open() as instance:
            instance.cancel_run(launcher.run_id)
        began = time.monotonic()
    status = ground.await_end(launcher.run_id, reaps=True, timeout_s=120)
    ended_s = time.monotonic() - began
    left_s = ground.await_no_process(launcher.run_id)
    texts = read_texts(ground, launcher.run_id)
    if status != case.status:
        ground.say(f"{job} ended as {status} instead of {case.status}: {texts[-300:]}")
    if case.cause and not any(cause in texts for cause in case.cause):
        ground.say(f"{job} does not tell its cause, which is one of {case.cause}: {texts[-600:]}")
    ground.limit(f"The last process of {job}", left_s, ORPHAN_S)
    if case.is_canceled:
        ground.limit(f"The cancelation of {job}", ended_s, STUCK_S)
    if case.op == "floods":
        check_flood(ground, launcher, flood_bytes)
    await_that(lambda: not launcher.is_alive, 10)
    launcher.kill()
    return {"status": status, "ended_s": round(ended_s, 2), "left_s": round(left_s, 2)}


def check_flood(ground: Ground, launcher: Launcher, flood_bytes: int) -> None:
    """All that was written is kept."""
    with ground.open() as instance:
        folder = instance.compute_log_directory(launcher.run_id)
    size = sum(
        os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".out")
    )
    wanted = flood_bytes // 1024 * 1024
    if size < wanted:
        ground.say(f"{wanted} bytes were printed, {size} are kept.")


def main() -> None:
    """Misbehave."""
    parser = build_parser(__doc__)
    parser.add_argument("--flood-mb", type=int, default=200, help="how much is printed (default 200)")
    parser.add_argument("--only", action="append", help="the op of a case; may be given several times")
    options = parser.parse_args()
    began = time.monotonic()
    settings = {"run_monitoring": {"enabled": True, "cancel_timeout_seconds": int(CANCEL_S)}}
    ground = Ground(options.folder, settings, options.patience)
    figures = {}
    for case in CASES:
        if options.only and case.op not in options.only:
            continue
        for executor in case.executors:
            figures[case.op + executor] = run_case(ground, case, executor, options.flood_mb * 1_000_000)
    ground.check()
    ground.report("bad_manners", cases=figures, seconds=round(time.monotonic() - began, 1))


if __name__ == "__main__":
    main()
