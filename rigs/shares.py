"""Several rounds of a rig at once, each share in a process and on a ground of its own; what they saw is put together."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from ground import Ground

Work = Callable[[Ground, int], dict[str, Any]]


def run_shares(count: int, make: Callable[[], Ground], work: Work) -> tuple[dict[str, Any], Ground]:
    """Do the shares of a rig at the same time; return what they saw together, and a ground with all faults.

    Args:
        count: how many shares.
        make: makes the ground of one.
        work: does the share of that number, and returns plain counts, lists, and dicts of these.
    """
    if count == 1:
        ground = make()
        return work(ground, 0), ground
    pipes = [_start(make, work, number) for number in range(count)]
    ground = make()
    seen: dict[str, Any] = {}
    for pid, read_fd in pipes:
        with open(read_fd) as told:
            text = told.read()
        os.waitpid(pid, 0)
        if not text:
            ground.say("A share of the rig ended without a word.")
            continue
        share = json.loads(text)
        ground.broken += share["broken"]
        seen = _join(seen, share["seen"])
    return seen, ground


def _start(make: Callable[[], Ground], work: Work, number: int) -> tuple[int, int]:
    read_fd, write_fd = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write_fd)
        return pid, read_fd
    try:
        os.close(read_fd)
        ground = make()
        seen = work(ground, number)
        told = json.dumps({"seen": seen, "broken": ground.broken})
        ground.clear()
        with open(write_fd, "w") as file:
            file.write(told)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


def _join(one: Any, other: Any) -> Any:
    """Return two counts, lists or dicts as one."""
    if isinstance(one, dict):
        return {
            key: _join(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
            for key in {**one, **other}
        }
    return one + other
