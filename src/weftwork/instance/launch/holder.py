"""Who holds the lease of a run, as the text that the lease carries."""

from __future__ import annotations

from weftwork.base.ids import new_id
from weftwork.processes.identity import ProcessIdentity, this_process
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record

RUN_VARIABLE = "WEFTWORK_RUN_ID"
"""The variable of the environment that all processes of a launched run carry."""


def run_mark(run_id: str) -> str:
    """Return what the environment of the processes of a launched run holds, as NAME=VALUE."""
    return f"{RUN_VARIABLE}={run_id}"


class RunHolder(Record):
    """Who holds the lease of a run.

    Attributes:
        process: the process.
        role: "run" for the process of the run; "launcher" for the one that starts it; "reaper" for one that ends it.
        leads_session: whether the process leads a session that has nothing but the run.
        hears_signals: whether SIGTERM cancels the run.
        token: tells leases apart that one process takes for one purpose.
    """

    process: ProcessIdentity
    role: str = "run"
    leads_session: bool = False
    hears_signals: bool = False
    token: str = ""

    def to_text(self) -> str:
        """Return it as text."""
        return encode(self).decode()

    @staticmethod
    def find_in(text: str) -> RunHolder | None:
        """Return the holder that ``to_text`` made a text of; None if the text is of another kind."""
        try:
            return decode(text, RunHolder)
        except ValueError:
            return None


def holder_text(role: str, *, leads_session: bool = False, hears_signals: bool = False) -> str:
    """Return the text for a lease that this process takes."""
    return RunHolder(
        process=this_process(),
        role=role,
        leads_session=leads_session,
        hears_signals=hears_signals,
        token="" if role == "run" else new_id(),
    ).to_text()
