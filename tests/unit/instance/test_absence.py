"""How long a run waits for its store, how it ends then, and who sees it meanwhile."""

import os
from pathlib import Path
from typing import Any

import pytest

import weftwork as dg
from weftwork.base.clock import FrozenClock
from weftwork.base.errors import DagsterStorageError, StoreAwayError
from weftwork.instance.absence import FULL_DISK_S, LAST_WORD_S, OUTAGE_S, WAIT_FILE, Absence, find_wait
from weftwork.records.event_type import DagsterEventType
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.storage.drivers.faults import sqlite_fault

ENGINE = DagsterEventType.ENGINE_EVENT
FULL = sqlite_fault(Exception("database or disk is full"), "/home/x.db", 60)
LOCKED = sqlite_fault(Exception("database is locked"), "/home/x.db", 60)


@pytest.mark.parametrize(("error", "limit_s"), [(FULL, FULL_DISK_S), (LOCKED, OUTAGE_S)])
def test_a_run_gives_up_once_and_then_waits_to_tell(error: DagsterStorageError, limit_s: float) -> None:
    clock = FrozenClock(1000.0)
    absence = Absence("r1", clock)
    clock.sleep(limit_s)
    absence.note(error)
    clock.sleep(1)

    with pytest.raises(
        StoreAwayError, match=r"x\.db .* Run r1 waited for it since 1970-01-01 00:16:40 UTC, for"
    ):
        absence.note(error)
    clock.sleep(limit_s)
    absence.note(error)
    clock.sleep(LAST_WORD_S)
    with pytest.raises(DagsterStorageError, match=r"x\.db"):
        absence.note(error)


def test_whoever_looks_sees_what_it_waits_for(tmp_path: Path) -> None:
    clock = FrozenClock(1000.0)
    folder = str(tmp_path / "r1" / "compute_logs")
    absence = Absence("r1", clock, folder)

    absence.note(FULL)
    assert find_wait(folder) is None
    clock.sleep(4)
    absence.note(FULL)
    assert find_wait(folder) == f"It waits for the store since 1970-01-01 00:16:40 UTC. {FULL}"

    assert (
        absence.end()
        == f"Nothing could be recorded from 1970-01-01 00:16:40 UTC on, for 4 s; it is recorded now. {FULL}"
    )
    assert find_wait(folder) is None


def test_a_disk_that_has_room_for_the_name_only_says_since_when(tmp_path: Path) -> None:
    path = tmp_path / WAIT_FILE
    path.touch()
    os.utime(path, (1000, 1000))

    assert (
        find_wait(str(tmp_path))
        == "It waits for the store since 1970-01-01 00:16:40 UTC. The disk may be full."
    )


def test_a_short_absence_is_nothing_to_tell() -> None:
    absence = Absence("r1", FrozenClock(1000.0))
    absence.note(LOCKED)

    assert absence.end() is None


class FullFor:
    """A store whose disk is full from an event on, for a number of appends."""

    def __init__(self, store: Any, kind: str, times: int) -> None:
        self._store, self._kind, self._times = store, kind, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, run_id: str, items: Any, *rest: Any) -> int:
        if self._times and any(getattr(item, "event_type_value", "") == self._kind for item in items):
            self._times -= 1
            raise FULL
        return self._store.append(run_id, items, *rest)


@dg.op
def one() -> int:
    return 1


@dg.op
def two(one: int) -> int:
    return one + 1


@dg.job
def numbers() -> None:
    two(one())


@dg.op
def fails() -> None:
    raise ValueError("its own fault")


@dg.job
def failing() -> None:
    fails()


@pytest.mark.parametrize(("times", "status"), [(1, "SUCCESS"), (30, "FAILURE")])
def test_a_run_whose_disk_is_full_for_too_long_fails_with_the_cause_when_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, status: str
) -> None:
    settings = {"run_monitoring": {"full_disk_timeout_seconds": 2}}
    monkeypatch.setattr("weftwork.execution.run_scope.time.sleep", lambda seconds: clock.sleep(1.0))
    clock = FrozenClock(1000.0)
    with dg.DagsterInstance.local_temp(str(tmp_path), settings) as instance:
        instance._clock = clock
        instance._store = FullFor(instance._store, "STEP_SUCCESS", times)
        result = numbers.execute_in_process(instance=instance, raise_on_error=False)

        events = result.all_events
        assert instance.get_run_by_id(result.run_id).status.value == status
        if status == "FAILURE":
            failed = events[-1].event_specific_data.error.to_string()
            assert "is full; nothing of this write was kept" in failed
            assert "waited for it since 1970-01-01 00:16:40 UTC" in failed
            told = [event.event_type_value for event in result.events_for_node("two")]
            assert told == ["STEP_START", "STEP_FAILURE"]


@pytest.mark.parametrize(("job", "status"), [(numbers, "SUCCESS"), (failing, "FAILURE")])
def test_a_run_whose_steps_have_ended_waits_to_record_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: dg.JobDefinition, status: str
) -> None:
    clock = FrozenClock(1000.0)
    monkeypatch.setattr("weftwork.execution.run_scope.time.sleep", lambda seconds: clock.sleep(4.0))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance._clock = clock
        instance._store = FullFor(instance._store, f"PIPELINE_{status}", 50)
        result = job.execute_in_process(instance=instance, raise_on_error=False)

        assert instance.get_run_by_id(result.run_id).status.value == status
        if status == "FAILURE":
            assert "its own fault" in result.all_events[-1].event_specific_data.error.to_string()


@pytest.mark.parametrize("executor", [dg.thread_executor, dg.async_executor], ids=["threads", "loop"])
def test_a_step_in_a_thread_that_meets_it_first_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: dg.ExecutorDefinition
) -> None:
    clock = FrozenClock(1000.0)
    monkeypatch.setattr("weftwork.execution.run_scope.time.sleep", lambda seconds: clock.sleep(4.0))

    @dg.job(executor_def=executor)
    def job() -> None:
        two.alias("three")(two(one()))

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance._clock = clock
        instance._store = FullFor(instance._store, "STEP_START", 50)
        result = job.execute_in_process(instance=instance, raise_on_error=False)

        assert instance.get_run_by_id(result.run_id).status.value == "FAILURE"
        assert "waited for it since" in result.all_events[-1].event_specific_data.error.to_string()
        assert not [event for event in result.all_events if event.event_type_value == "STEP_SUCCESS"]


def test_an_absence_is_in_the_log_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FrozenClock(1000.0)
    monkeypatch.setattr("weftwork.execution.run_scope.time.sleep", lambda seconds: clock.sleep(4.0))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance._clock = clock
        instance._store = FullFor(instance._store, "STEP_START", 2)
        result = numbers.execute_in_process(instance=instance)

        told = [
            entry.get_dagster_event().message for entry in instance.all_logs(result.run_id, of_type=ENGINE)
        ]
        assert (
            f"Nothing could be recorded from 1970-01-01 00:16:40 UTC on, for 8 s; it is recorded now. {FULL}"
            in told
        )


def test_a_run_that_waits_says_so_to_those_who_ask(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        run = instance.add_run(DagsterRun(job_name="j", run_id="r1", status=DagsterRunStatus.NOT_STARTED))
        assert instance.explain_wait(run) is None
        absence = instance.meet_absence("r1")
        absence._began_s -= 10
        absence.note(FULL)

        assert "is full" in (instance.explain_wait(run) or "")
