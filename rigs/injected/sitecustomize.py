"""Loaded by every process that a rig starts: notes which events were acknowledged, and dies where it is told to.

Environment:
    RIG_ACKNOWLEDGED: the file that the ids of committed events are appended to.
    RIG_DIE: ``ROLE:WHEN:NUMBER``: die by SIGKILL "before" or "after" that COMMIT of a process of that role; the roles
        are "run" and "launcher". ``step:WHEN:NUMBER`` is the same for the messages that a step's process sends.
"""

import os
import signal
import sys

ROLE = "run" if "weftwork.cli.run_process" in sys.orig_argv else os.environ.get("RIG_ROLE", "other")


def install(role):
    """Have the connections of this process note and die.

    Args:
        role: what this process is.
    """
    import sqlite3

    plan = os.environ.get("RIG_DIE", "::0").split(":")
    dies, when, number = plan[0] == role, plan[1], int(plan[2])
    notes = os.environ.get("RIG_ACKNOWLEDGED")
    count = 0

    class Watched(sqlite3.Connection):
        """A connection that counts its commits and remembers the events between two of them."""

        def execute(self, sql, *arguments):
            nonlocal count
            if sql == "ROLLBACK":
                self.__dict__["ids"] = []
            if sql != "COMMIT":
                return super().execute(sql, *arguments)
            count += 1
            if dies and count == number and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            done = super().execute(sql, *arguments)
            ids = self.__dict__.pop("ids", [])
            if ids and notes:
                fd = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.write(fd, "".join(f"{number}\n" for number in ids).encode())
                os.close(fd)
            if dies and count == number and when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        def executemany(self, sql, rows):
            rows = list(rows)
            if sql.startswith("INSERT INTO events"):
                self.__dict__.setdefault("ids", []).extend(row[0] for row in rows if row[3] is not None)
            return super().executemany(sql, rows)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **named: connect(*arguments, factory=Watched, **named)


if os.environ.get("RIG_ACKNOWLEDGED") or os.environ.get("RIG_DIE"):
    install(ROLE)
