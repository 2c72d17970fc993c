"""Ticks, requested runs and backfills, on every backend."""

import pytest

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.backfills import Backfill, BackfillStatus, BackfillTarget, TargetStatus
from weftwork.records.control.instigators import (
    InstigatorKind,
    InstigatorState,
    InstigatorStatus,
    Tick,
    TickStatus,
)
from weftwork.records.keys import AssetKey
from weftwork.records.run_request import RunRequest

NAME = "loc:repo:new_files"


def state(instigator: str = NAME, **fields: object) -> InstigatorState:
    return InstigatorState(instigator=instigator, kind=InstigatorKind.SENSOR, **fields)


def tick(started_at: float = 100.0, **fields: object) -> Tick:
    return Tick(instigator=NAME, kind=InstigatorKind.SENSOR, started_at=started_at, **fields)


def test_states_are_kept_by_name(instance: DagsterInstance) -> None:
    instance.ticks.save_state(state(status=InstigatorStatus.RUNNING, cursor="1"))
    instance.ticks.save_state(state(status=InstigatorStatus.STOPPED, cursor="2"))
    instance.ticks.save_state(state("loc:repo:other", status=InstigatorStatus.RUNNING))

    assert instance.ticks.find_state(NAME).cursor == "2"
    assert instance.ticks.find_state("loc:repo:nobody") is None
    running = instance.ticks.list_states(statuses=[InstigatorStatus.RUNNING])
    assert [one.instigator for one in running] == ["loc:repo:other"]
    assert instance.ticks.list_states(kind=InstigatorKind.SCHEDULE) == []
    assert len(instance.ticks.list_states(prefix="loc:")) == 2


def test_a_tick_leaves_its_cursor_and_its_requests_together(instance: DagsterInstance) -> None:
    begun = instance.ticks.begin(tick())
    requests = [RunRequest(run_key="a"), RunRequest(run_key="b", tags={"file": "b"}), RunRequest()]

    added = instance.ticks.finish(
        begun.replace(status=TickStatus.SUCCESS, cursor="b"), state(cursor="b"), requests
    )

    assert [one.request.run_key for one in added] == ["a", "b", None]
    assert instance.ticks.find(begun.tick_id).status is TickStatus.SUCCESS
    assert instance.ticks.find_state(NAME).cursor == "b"
    assert [one.request for one in instance.ticks.list_waiting()] == requests


def test_a_run_key_counts_once(instance: DagsterInstance) -> None:
    instance.ticks.finish(tick(), None, [RunRequest(run_key="a"), RunRequest()])
    again = instance.ticks.finish(
        tick(200), None, [RunRequest(run_key="a"), RunRequest(), RunRequest(run_key="c")]
    )

    assert [one.request.run_key for one in again] == [None, "c"]
    assert set(instance.ticks.find_by_run_keys(NAME, ["a", "c", "z"])) == {"a", "c"}


def test_the_outbox_is_drained_under_one_run_id(instance: DagsterInstance) -> None:
    first, second = instance.ticks.finish(tick(), None, [RunRequest(run_key="a"), RunRequest(run_key="b")])

    run_id = instance.ticks.reserve_run_id(first.request_id)
    assert instance.ticks.reserve_run_id(first.request_id) == run_id, "after a crash the same run goes on"
    instance.ticks.mark_launched(first.request_id)

    assert [one.request_id for one in instance.ticks.list_waiting()] == [second.request_id]
    assert instance.ticks.find_by_run_keys(NAME, ["a"])["a"].run_id == run_id


def test_ticks_come_newest_first_in_pages(instance: DagsterInstance) -> None:
    for number in range(5):
        status = TickStatus.FAILURE if number == 2 else TickStatus.SKIPPED
        instance.ticks.begin(tick(number, status=status))

    page = instance.ticks.list(NAME, limit=2)
    rest = instance.ticks.list(NAME, before_id=page[-1].tick_id)
    assert [one.started_at for one in (*page, *rest)] == [4, 3, 2, 1, 0]
    assert [one.started_at for one in instance.ticks.list(NAME, statuses=[TickStatus.FAILURE])] == [2]
    assert [one.started_at for one in instance.ticks.list(NAME, after=0, before=4)] == [3, 2, 1]


def test_an_instigator_is_forgotten_with_its_ticks(instance: DagsterInstance) -> None:
    instance.ticks.finish(tick(), state(), [RunRequest(run_key="a")])
    instance.ticks.delete_instigator(NAME)

    assert instance.ticks.find_state(NAME) is None
    assert instance.ticks.list(NAME) == []
    assert instance.ticks.list_waiting() == []


def test_a_backfill_and_its_targets(instance: DagsterInstance) -> None:
    targets = [BackfillTarget(AssetKey("a"), key) for key in ("1", "2", "3")]
    instance.backfills.add(Backfill(backfill_id="b1", tags={"why": "new code"}), targets)
    with pytest.raises(DagsterInvariantViolationError, match="already a backfill"):
        instance.backfills.add(Backfill(backfill_id="b1"), [])

    first = instance.backfills.list_targets("b1", limit=1)[0]
    instance.backfills.update_targets([first.target_id], TargetStatus.SUCCESS, run_id="r1")

    assert instance.backfills.find("b1").tags == {"why": "new code"}
    assert instance.backfills.count_targets("b1") == {TargetStatus.SUCCESS: 1, TargetStatus.WAITING: 2}
    assert [one.partition for one in instance.backfills.list_targets("b1", after_id=first.target_id)] == [
        "2",
        "3",
    ]
    open_targets = instance.automation_facts.list_backfill_targets([AssetKey("a"), AssetKey("b")])
    assert open_targets == {AssetKey("a"): {"2", "3"}}


def test_a_finished_backfill_stays_as_it_ended(instance: DagsterInstance) -> None:
    for number in range(3):
        instance.backfills.add(
            Backfill(backfill_id=f"b{number}"), [BackfillTarget(AssetKey("a"), str(number))]
        )
    ended = instance.backfills.find("b1").replace(status=BackfillStatus.CANCELED)

    assert instance.backfills.update(ended)
    assert not instance.backfills.update(ended.replace(status=BackfillStatus.REQUESTED))
    assert [one.backfill_id for one in instance.backfills.list(cursor="b2")] == ["b1", "b0"]
    assert instance.backfills.count([BackfillStatus.REQUESTED]) == 2
    facts = instance.automation_facts.list_backfill_targets([AssetKey("a")])
    assert facts == {AssetKey("a"): {"0", "2"}}
