"""Leases and slots of pools, on every backend."""

import pytest

from weftwork.base.clock import FrozenClock
from weftwork.base.errors import DagsterInvalidInvocationError, DagsterRunConflict, ParameterCheckError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.leases import Lease, run_lease_name
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus


@pytest.fixture
def clock(instance: DagsterInstance) -> FrozenClock:
    """A clock that the test moves."""
    clock = FrozenClock(1000.0)
    instance._clock = clock
    return clock


def taken(instance: DagsterInstance, name: str, holder: str = "a", ttl_s: float = 10) -> Lease:
    lease = instance.leases.acquire(name, holder, ttl_s)
    assert lease is not None
    return lease


def test_a_lease_has_one_holder_until_it_expires(instance: DagsterInstance, clock: FrozenClock) -> None:
    first = taken(instance, "daemon", "a")
    assert instance.leases.acquire("daemon", "b", 10) is None

    clock.now_s += 10.5
    second = taken(instance, "daemon", "b")

    assert second.epoch > first.epoch
    assert not instance.leases.renew(first)
    assert instance.leases.renew(second)
    assert instance.leases.find("daemon").holder == "b"


def test_a_renewed_lease_lasts_on(instance: DagsterInstance, clock: FrozenClock) -> None:
    lease = taken(instance, "daemon")
    clock.now_s += 8
    assert instance.leases.renew(lease)
    clock.now_s += 8

    assert instance.leases.acquire("daemon", "b", 10) is None
    assert instance.leases.list_expired("daemon") == []


def test_a_released_lease_is_free_and_its_epoch_never_comes_back(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    first = taken(instance, "daemon")
    assert instance.leases.release(first)
    second = taken(instance, "daemon", "b")

    assert second.epoch > first.epoch
    assert not instance.leases.release(first)
    assert instance.leases.find("daemon") is not None


def test_a_holder_replaces_its_own_lease(instance: DagsterInstance, clock: FrozenClock) -> None:
    first = taken(instance, "daemon", "a")
    second = taken(instance, "daemon", "a")

    assert not instance.leases.renew(first)
    assert instance.leases.renew(second)


def test_a_lease_can_be_taken_by_force(instance: DagsterInstance, clock: FrozenClock) -> None:
    first = taken(instance, "run:1", "a")
    second = instance.leases.acquire("run:1", "b", 10, force=True)

    assert second is not None
    assert not instance.leases.renew(first)


def test_expired_leases_are_listed_by_prefix(instance: DagsterInstance, clock: FrozenClock) -> None:
    taken(instance, "run:1", ttl_s=5)
    taken(instance, "run:2", ttl_s=50)
    taken(instance, "daemon", ttl_s=5)
    clock.now_s += 20

    assert [lease.name for lease in instance.leases.list_expired("run:")] == ["run:1"]
    assert [lease.name for lease in instance.leases.list_expired(now=clock.now_s + 100)] == [
        "daemon",
        "run:1",
        "run:2",
    ]
    assert [lease.name for lease in instance.leases.list_all("run:")] == ["run:1", "run:2"]


def started() -> DagsterEvent:
    return DagsterEvent(event_type_value=DagsterEventType.RUN_START.value, job_name="j")


def test_what_is_recorded_after_the_lease_was_taken_over_is_refused(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
    recorder = instance.open_recorder(run, "j", taken(instance, run_lease_name("r1")))
    recorder.commit([started()])
    clock.now_s += 11
    taken(instance, run_lease_name("r1"), "monitor")
    instance.report_run_failed(run, "its process died")

    success = DagsterEvent(event_type_value=DagsterEventType.RUN_SUCCESS.value, job_name="j")
    with pytest.raises(DagsterRunConflict, match="holds the lease 'run:r1' no more"):
        recorder.commit([success])

    assert instance.get_run_by_id("r1").status is DagsterRunStatus.FAILURE
    assert [entry.dagster_event_type for entry in instance.all_logs("r1")] == [
        DagsterEventType.RUN_START,
        DagsterEventType.RUN_FAILURE,
    ]


def test_recording_under_a_lease_renews_it(instance: DagsterInstance, clock: FrozenClock) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
    recorder = instance.open_recorder(run, "j", taken(instance, run_lease_name("r1")))
    clock.now_s += 8
    recorder.commit([started()])
    clock.now_s += 8

    assert instance.leases.list_expired() == []


def test_after_each_recording_a_lease_has_nearly_all_of_its_time_left(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
    lease = taken(instance, run_lease_name("r1"), ttl_s=10)
    recorder = instance.open_recorder(run, "j", lease)

    for _ in range(50):
        clock.now_s += 0.3
        recorder.commit([started()])
        kept = instance.leases.find(lease.name)

        assert kept is not None
        assert kept.expires_at >= clock.now_s + 9


def test_a_pool_gives_no_more_slots_than_it_has(instance: DagsterInstance, clock: FrozenClock) -> None:
    lease = taken(instance, "run:1")
    instance.slots.set_limit("db", 2)

    assert instance.slots.claim("db", lease, "a")
    assert instance.slots.claim("db", lease, "b")
    assert not instance.slots.claim("db", lease, "c")
    assert instance.slots.claim("db", lease, "a"), "asking again for what one has is harmless"
    assert instance.slots.release("db", lease, "a")
    assert instance.slots.claim("db", lease, "c")


def test_a_pool_without_limit_gives_every_slot(instance: DagsterInstance, clock: FrozenClock) -> None:
    lease = taken(instance, "run:1")

    assert all(instance.slots.claim("free", lease, str(number)) for number in range(20))


def test_slots_go_back_with_the_step_that_ends(instance: DagsterInstance, clock: FrozenClock) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
    lease = taken(instance, run_lease_name("r1"))
    recorder = instance.open_recorder(run, "j", lease)
    assert instance.slots.claim("db", lease, "a", 1)
    assert not instance.slots.claim("db", lease, "b", 1)

    recorder.commit([started()], freed=["a"])

    assert instance.slots.claim("db", lease, "b", 1)
    assert [(claim.run_id, claim.step_key) for claim in instance.slots.list_claims("db")] == [("r1", "b")]


def test_slots_go_back_with_a_lease_that_ends_or_expires(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    dead, ended, alive = (
        taken(instance, "run:1", ttl_s=5),
        taken(instance, "run:2"),
        taken(instance, "run:3", ttl_s=99),
    )
    assert instance.slots.claim("db", dead, "a", 2)
    assert instance.slots.claim("db", ended, "a", 2)
    assert not instance.slots.claim("db", alive, "a", 2)

    instance.leases.release(ended)
    assert instance.slots.claim("db", alive, "a", 2)
    assert not instance.slots.claim("db", alive, "b", 2)
    clock.now_s += 6

    assert instance.slots.claim("db", alive, "b", 2)
    assert not instance.slots.claim("db", dead, "c", 9), "an expired lease gets nothing"


def test_expired_slots_are_freed(instance: DagsterInstance, clock: FrozenClock) -> None:
    dead, alive = taken(instance, "run:1", ttl_s=5), taken(instance, "run:2", ttl_s=99)
    assert instance.slots.claim("db", dead, "a", 2)
    assert instance.slots.claim("web", dead, "a", 2)
    assert instance.slots.claim("db", alive, "a", 2)
    clock.now_s += 6

    assert instance.slots.free_expired() == 2
    assert [claim.lease_name for claim in instance.slots.list_claims()] == ["run:2"]


def test_those_that_wait_go_by_priority_and_then_by_when_they_asked(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    lease = taken(instance, "run:1", ttl_s=999)
    assert instance.slots.claim("db", lease, "first", 1)
    for key, priority in (("early", 0), ("late", 0), ("urgent", 5)):
        clock.now_s += 1
        assert not instance.slots.claim("db", lease, key, 1, priority=priority)
    served = []
    holder = "first"
    for _ in range(3):
        instance.slots.release("db", lease, holder)
        for key, priority in (("late", 0), ("early", 0), ("urgent", 5)):
            if key not in served and instance.slots.claim("db", lease, key, 1, priority=priority):
                served.append(key)
                holder = key

    assert served == ["urgent", "early", "late"]


def test_who_does_not_ask_again_is_passed_over(instance: DagsterInstance, clock: FrozenClock) -> None:
    lease = taken(instance, "run:1", ttl_s=999)
    assert instance.slots.claim("db", lease, "holder", 1)
    assert not instance.slots.claim("db", lease, "silent", 1)
    clock.now_s += 1
    assert not instance.slots.claim("db", lease, "asks", 1)
    instance.slots.release("db", lease, "holder")
    assert not instance.slots.claim("db", lease, "asks", 1)
    clock.now_s += 31

    assert instance.slots.claim("db", lease, "asks", 1)


def test_limits_are_set_shown_and_forgotten(instance: DagsterInstance) -> None:
    instance.slots.set_limit("db", 3)
    instance.slots.set_limit("db", 4)

    assert instance.slots.find_limit("db") == 4
    assert instance.slots.list_limits() == {"db": 4}
    with pytest.raises(DagsterInvalidInvocationError, match="between 0 and 1000"):
        instance.slots.set_limit("db", 1001)
    with pytest.raises(ParameterCheckError, match="whole number"):
        instance.slots.set_limit("db", "many")  # type: ignore[arg-type]
    instance.slots.delete_limit("db")
    assert instance.slots.find_limit("db") is None


def test_the_default_limit_comes_from_the_settings() -> None:
    with DagsterInstance.ephemeral(settings={"concurrency": {"pools": {"default_limit": 1}}}) as instance:
        lease = taken(instance, "run:1")

        assert instance.slots.claim("db", lease, "a")
        assert not instance.slots.claim("db", lease, "b")
