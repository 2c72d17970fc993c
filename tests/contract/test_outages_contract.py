"""A store that is away for a while: the run goes on when it is back, with everything in order and exactly once."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from weftwork.base.clock import FrozenClock
from weftwork.base.errors import DagsterStorageError
from weftwork.instance.absence import OUTAGE_S
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.recorder import Recorder
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun
from weftwork.storage.drivers.faults import sqlite_fault


class FailingStore:
    """The store of an instance, whose appends fail a number of times, before or after they took effect."""

    def __init__(self, store: Any, failures: Sequence[str]) -> None:
        self._store = store
        self._failures = list(failures)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, *arguments: Any) -> int:
        failure = self._failures.pop(0) if self._failures else ""
        first_id = self._store.append(*arguments) if failure in ("", "confirmation lost") else 0
        if failure:
            raise DagsterStorageError(failure, is_transient=failure != "damaged")
        return first_id


Make = Callable[..., Recorder]


@pytest.fixture
def open_recorder(instance: DagsterInstance) -> Make:
    """Opens a recorder whose store fails."""
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))

    def open_it(*failures: str) -> Recorder:
        instance._clock = FrozenClock(1000.0)
        return Recorder(
            FailingStore(instance._store, failures), run.run_id, instance._watchers, instance._clock
        )

    return open_it


def line(text: str) -> DagsterEvent:
    return DagsterEvent(event_type_value="ENGINE_EVENT", job_name="j", text=text)


def texts(instance: DagsterInstance) -> list[str]:
    return [entry.dagster_event.text for entry in instance.all_logs("r1")]


def test_events_wait_for_the_store(
    instance: DagsterInstance, open_recorder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "weftwork"):
        recorder = open_recorder(*["away"] * 8)
        first_id = recorder.commit([line("a"), line("b")])
        recorder.commit([line("c")])

    assert texts(instance) == ["a", "b", "c"]
    assert instance.get_records_for_run("r1").records[0].storage_id == first_id
    assert caplog.messages == [
        "away Run r1 waits up to 10 min for it.",
        "The store is there again; run r1 goes on.",
    ]


@pytest.mark.parametrize("instance", ["file", "postgres"], indirect=True)
def test_what_was_written_without_confirmation_is_not_written_again(
    instance: DagsterInstance, open_recorder: Make
) -> None:
    recorder = open_recorder("confirmation lost", "away")
    first_id = recorder.commit([line("a"), line("b")])
    recorder.commit([line("c")])

    assert texts(instance) == ["a", "b", "c"]
    assert instance.get_records_for_run("r1").records[0].storage_id == first_id


@pytest.mark.parametrize("instance", ["postgres"], indirect=True)
def test_a_run_outlives_a_connection_that_the_server_ended(
    instance: DagsterInstance, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    import psycopg

    recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id="r1")))
    recorder.commit([line("before")])
    (pid,) = instance._tables.database.rows("SELECT pg_backend_pid()")[0]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    with caplog.at_level(logging.CRITICAL, "weftwork"):
        recorder.commit([line("after")])

    assert texts(instance) == ["before", "after"]


def test_the_wait_ends(instance: DagsterInstance, open_recorder: Make) -> None:
    recorder = open_recorder(*["away"] * 1000)

    with pytest.raises(DagsterStorageError, match="away"):
        recorder.commit([line("a")])
    assert OUTAGE_S < instance.now() - 1000 < OUTAGE_S + 5


def test_a_damaged_store_is_not_waited_for(instance: DagsterInstance, open_recorder: Make) -> None:
    with pytest.raises(DagsterStorageError, match="damaged"):
        open_recorder("damaged").commit([line("a")])
    assert instance.now() == 1000


@pytest.mark.parametrize(
    ("said", "is_transient"),
    [
        ("database is locked", True),
        ("database or disk is full", True),
        ("disk I/O error", True),
        ("file is not a database", False),
        ("attempt to write a readonly database", False),
    ],
)
def test_which_faults_may_pass(said: str, is_transient: bool) -> None:
    assert sqlite_fault(Exception(said), "/x.db", 1).is_transient is is_transient


def test_what_cannot_be_recorded_now_is_offered_again(instance: DagsterInstance, open_recorder: Make) -> None:
    recorder = open_recorder("away", "away")
    items = [line("a"), line("b")]

    assert recorder.offer(items, wait_s=0.1) == (False, None)
    assert recorder.offer(items, wait_s=0.1) == (False, None)
    is_recorded, first_id = recorder.offer(items, wait_s=0.1)

    assert is_recorded
    assert texts(instance) == ["a", "b"]
    assert instance.get_records_for_run("r1").records[0].storage_id == first_id


@pytest.mark.parametrize("instance", ["file", "postgres"], indirect=True)
def test_what_was_offered_and_written_without_confirmation_is_not_written_again(
    instance: DagsterInstance, open_recorder: Make
) -> None:
    recorder = open_recorder("confirmation lost")
    items = [line("a"), line("b")]

    assert not recorder.offer(items, wait_s=0.1)[0]
    assert recorder.offer(items, wait_s=0.1)[0]
    recorder.commit([line("c")])

    assert texts(instance) == ["a", "b", "c"]


def test_offers_end_too(instance: DagsterInstance, open_recorder: Make) -> None:
    recorder = open_recorder(*["away"] * 1000)
    items = [line("a")]

    assert not recorder.offer(items, wait_s=0.1)[0]
    instance._clock.sleep(OUTAGE_S)
    assert not recorder.offer(items, wait_s=0.1)[0]
    instance._clock.sleep(1)
    with pytest.raises(DagsterStorageError, match="away"):
        recorder.offer(items, wait_s=0.1)


def test_a_thread_without_patience_waits_shortly_for_a_locked_file(tmp_path: Path) -> None:
    with (
        DagsterInstance.local_temp(str(tmp_path)) as instance,
        DagsterInstance.local_temp(str(tmp_path)) as other,
    ):
        run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
        recorder = instance.open_recorder(run)
        with other._tables.database.transaction():
            assert not recorder.offer([line("a")], wait_s=0.01)[0]
        assert recorder.offer([line("a")], wait_s=60)[0]

        assert texts(instance) == ["a"]
