"""Whether the tables agree with each other: what must hold after anything died at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.storage.drivers.database import Database

_ENDS = "('PIPELINE_SUCCESS', 'PIPELINE_FAILURE', 'PIPELINE_CANCELED')"
_RULES: Sequence[tuple[str, str, tuple[str, ...]]] = (
    (
        (
            "SELECT run_id, status FROM runs WHERE status IN ('STARTED', 'CANCELING') AND NOT EXISTS "
            "(SELECT 1 FROM leases WHERE leases.name = 'run:' || runs.run_id AND leases.expires_at > ?)"
        ),
        "Run {0} is {1}, and no process holds its lease.",
        ("now",),
    ),
    (
        (
            f"SELECT run_id, count(*) FROM events WHERE event_type IN {_ENDS} AND is_kept = 0 AND run_id <> '' "
            "GROUP BY run_id HAVING count(*) > 1"
        ),
        "The log of run {0} tells {1} ends.",
        (),
    ),
    (
        (
            "SELECT run_id, step_key, count(*) FROM events WHERE event_type = 'STEP_SUCCESS' "
            "GROUP BY run_id, step_key HAVING count(*) > 1"
        ),
        "Step {1} of run {0} succeeded {2} times.",
        (),
    ),
    (
        (
            "SELECT slots.pool, slots.lease_name FROM slots WHERE claimed_at IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM leases WHERE leases.name = slots.lease_name AND leases.epoch = slots.epoch "
            "AND leases.expires_at > ?)"
        ),
        "A slot of pool {0} is held for {1}, whose lease stands no more.",
        ("now",),
    ),
    (
        (
            "SELECT asset_key FROM assets AS a WHERE a.materialization_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM events WHERE events.id = a.materialization_id)"
        ),
        "The latest materialization of asset {0} is not in the log.",
        (),
    ),
    (
        (
            "SELECT instigator, run_id, count(*) FROM requested_runs WHERE run_id IS NOT NULL "
            "GROUP BY instigator, run_id HAVING count(*) > 1"
        ),
        "{0} asked for run {1} {2} times.",
        (),
    ),
)


def list_faults(database: Database, now: float) -> list[str]:
    """Return what is wrong with the database, one sentence each; nothing if it is sound.

    Args:
        database: the database.
        now: the time, in seconds since the epoch.
    """
    faults = database.list_faults()
    for sql, sentence, arguments in _RULES:
        values: list[Any] = [now for _ in arguments]
        faults += [sentence.format(*row) for row in database.rows(sql, values)]
    return faults
