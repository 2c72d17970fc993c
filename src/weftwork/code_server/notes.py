"""What the process of a request tells the server besides its answer."""

from __future__ import annotations

from weftwork.serde.record import Record


class SessionNote(Record):
    """How far a request is.

    Attributes:
        stage: "working" once the request is read, "answered", "run" when the process goes on as that of a run, and
            "shutdown" when the server is asked to end.
        what: what is worked on, for messages.
        deadline_s: seconds that it may take.
        run_id: the run.
        home: the directory of the run's instance.
    """

    stage: str
    what: str = ""
    deadline_s: float = 0.0
    run_id: str | None = None
    home: str | None = None
