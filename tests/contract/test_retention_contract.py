"""Retention, wiping and soundness, on every backend."""

from pathlib import Path

import pytest

from weftwork.base.clock import FrozenClock
from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.instance.configuration.settings import read_settings
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.retention.policy import RetentionPolicy, RetentionRule, read_retention
from weftwork.instance.retention.prune import prune
from weftwork.instance.soundness import find_faults
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.control.backfills import Backfill, BackfillStatus
from weftwork.records.control.instigators import InstigatorKind, Tick, TickStatus
from weftwork.records.control.leases import run_lease_name
from weftwork.records.event_data import StepMaterializationData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun

DAY = 86_400
KEY = AssetKey("a")


@pytest.fixture
def clock(instance: DagsterInstance) -> FrozenClock:
    """A clock that the test moves."""
    clock = FrozenClock(1000.0 * DAY)
    instance._clock = clock
    return clock


def event(kind: DagsterEventType, **fields: object) -> DagsterEvent:
    return DagsterEvent(event_type_value=kind.value, job_name="j", **fields)


def made(partition: str | None = None) -> DagsterEvent:
    data = StepMaterializationData(AssetMaterialization(KEY, partition=partition))
    return event(DagsterEventType.ASSET_MATERIALIZATION, event_specific_data=data, step_key="a")


def add_run(instance: DagsterInstance, run_id: str, *events: DagsterEvent, ends: bool = True) -> None:
    recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id=run_id)))
    recorder.commit([event(DagsterEventType.RUN_START), *events])
    if ends:
        recorder.commit([event(DagsterEventType.RUN_SUCCESS)])


def run_ids(instance: DagsterInstance) -> set[str]:
    return set(instance.get_run_ids())


def test_old_runs_go_and_what_is_known_of_assets_stays(instance: DagsterInstance, clock: FrozenClock) -> None:
    add_run(instance, "first", made("1"), made("2"))
    clock.now_s += DAY
    add_run(instance, "second", made("2"), made("3"))
    add_run(instance, "running", ends=False)
    clock.now_s += 10 * DAY
    add_run(instance, "today")
    before = instance.get_latest_materialization_event(KEY)
    policy = RetentionPolicy(runs=RetentionRule(days=5))

    told = prune(instance, is_dry_run=True, policy=policy)
    assert (told.runs, run_ids(instance)) == (2, {"first", "second", "running", "today"})
    done = prune(instance, policy=policy)

    assert (done.runs, sorted(done.run_ids)) == (2, ["first", "second"])
    assert run_ids(instance) == {"running", "today"}
    assert instance.get_latest_materialization_event(KEY) == before
    assert instance.get_materialized_partitions(KEY) == {"1", "2", "3"}
    assert instance.all_logs("first") == [], "the log of a deleted run is not shown"


def test_events_that_were_kept_go_when_nothing_refers_to_them(
    instance: DagsterInstance, clock: FrozenClock
) -> None:
    add_run(instance, "first", made("1"))
    clock.now_s += 10 * DAY
    policy = RetentionPolicy(runs=RetentionRule(days=5))
    prune(instance, policy=policy)
    add_run(instance, "second", made("1"))

    assert prune(instance, policy=policy, is_dry_run=True).events == 1
    assert prune(instance, policy=policy).events == 1
    assert prune(instance, policy=policy).events == 0
    assert instance.get_materialized_partitions(KEY) == {"1"}


def test_runs_go_by_count_and_by_size(instance: DagsterInstance, clock: FrozenClock) -> None:
    for number in range(4):
        clock.now_s += 1
        add_run(instance, f"r{number}", event(DagsterEventType.ENGINE_EVENT, text="x" * 10_000))

    assert prune(instance, policy=RetentionPolicy(runs=RetentionRule(keep_count=3))).run_ids == ["r0"]
    assert prune(instance, policy=RetentionPolicy(runs=RetentionRule(max_size_bytes=25_000))).run_ids == [
        "r1"
    ]
    assert run_ids(instance) == {"r2", "r3"}


def test_files_go_with_their_run_or_before(instance: DagsterInstance, clock: FrozenClock) -> None:
    add_run(instance, "old")
    clock.now_s += 10 * DAY
    add_run(instance, "new")
    for run_id in ("old", "new"):
        for path in (
            Path(instance.storage_directory(), run_id, "a"),
            Path(instance.compute_log_directory(run_id)),
        ):
            path.mkdir(parents=True, exist_ok=True)
            (path / "file").write_bytes(b"x" * 1000)

    report = prune(
        instance, policy=RetentionPolicy(runs=RetentionRule(days=5), compute_logs=RetentionRule(keep_count=0))
    )

    assert (report.runs, report.compute_logs, report.file_bytes) == (1, 1, 3000)
    assert not Path(instance.storage_directory(), "old").exists()
    assert Path(instance.storage_directory(), "new", "a", "file").exists()
    assert not Path(instance.compute_log_directory("new")).exists()


def test_a_run_id_never_leads_out_of_the_home(
    instance: DagsterInstance, clock: FrozenClock, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    add_run(instance, "../" * 9 + str(outside).lstrip("/"))
    add_run(instance, "..")
    clock.now_s += DAY

    assert prune(instance, policy=RetentionPolicy(runs=RetentionRule(days=0))).runs == 2
    assert outside.is_dir()


def test_ticks_go_by_age_status_and_count(instance: DagsterInstance, clock: FrozenClock) -> None:
    for days in range(10):
        for status in (TickStatus.SKIPPED, TickStatus.FAILURE):
            instance.ticks.begin(
                Tick(
                    instigator="s",
                    kind=InstigatorKind.SENSOR,
                    started_at=clock.now_s - days * DAY,
                    status=status,
                )
            )
    settings = read_settings(
        {"retention": {"sensor": {"purge_after_days": {"failure": 3}, "keep_count": 10}}}
    )
    policy = read_retention(settings)

    dry = prune(instance, policy=policy, is_dry_run=True)
    assert prune(instance, policy=policy).ticks == {"SENSOR": 10}
    assert dry.ticks == {"SENSOR": 18}
    assert {one.status for one in instance.ticks.list("s")} == {TickStatus.SKIPPED, TickStatus.FAILURE}


def test_backfills_go_by_count(instance: DagsterInstance, clock: FrozenClock) -> None:
    for number in range(3):
        clock.now_s += 1
        backfill = Backfill(backfill_id=f"b{number}", created_at=clock.now_s)
        instance.backfills.add(backfill, [])
        if number < 2:
            instance.backfills.update(backfill.replace(status=BackfillStatus.COMPLETED_SUCCESS))

    report = prune(instance, policy=RetentionPolicy(backfills=RetentionRule(keep_count=1)))

    assert report.backfills == 1
    assert [one.backfill_id for one in instance.backfills.list()] == ["b2", "b1"]


def test_nothing_goes_unless_it_is_said(instance: DagsterInstance, clock: FrozenClock) -> None:
    add_run(instance, "r")
    clock.now_s += 9999 * DAY

    assert instance.prune().runs == 0
    assert run_ids(instance) == {"r"}


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"run": {"purge_after_days": "ten"}}, "'retention:run:purge_after_days' must be a whole number"),
        ({"sensor": {"purge_after_days": {"skiped": 1}}}, "Did you mean 'skipped'"),
        ({"sensor": {"purge_after_days": {"skipped": "x"}}}, "skipped' must be a whole number of days"),
        ({"schedule": {"purge_after_days": []}}, "or such numbers by the status"),
    ],
)
def test_wrong_retention_is_refused(block: dict[str, object], told: str) -> None:
    with pytest.raises(DagsterInvalidConfigError, match=told):
        read_retention(read_settings({"retention": block}))


def test_retention_of_ticks_has_defaults() -> None:
    with DagsterInstance.ephemeral(
        settings={"retention": {"schedule": {"purge_after_days": 30}, "sensor": {"purge_after_days": -1}}}
    ) as instance:
        assert instance.get_tick_retention_settings("SCHEDULE") == dict.fromkeys(TickStatus, 30)
        assert instance.get_tick_retention_settings(InstigatorKind.SENSOR) == {}
        assert instance.get_tick_retention_settings("AUTO_MATERIALIZE") == {TickStatus.SKIPPED: 7}


def test_wiping_forgets_everything(instance: DagsterInstance) -> None:
    add_run(instance, "r", made("1"))
    instance.add_dynamic_partitions("d", ["a"])
    instance.slots.set_limit("db", 3)

    instance.wipe()

    assert run_ids(instance) == set()
    assert instance.all_asset_keys() == []
    assert instance.get_latest_materialization_event(KEY) is None
    assert instance.get_dynamic_partitions("d") == []
    assert instance.slots.list_limits() == {}
    add_run(instance, "r", made("1"))
    assert instance.get_materialized_partitions(KEY) == {"1"}


def test_what_does_not_agree_is_told(instance: DagsterInstance, clock: FrozenClock) -> None:
    add_run(instance, "fine", made())
    lease = instance.leases.acquire(run_lease_name("leased"), "me", 60)
    assert lease is not None
    add_run(instance, "leased", ends=False)
    instance.slots.claim("db", lease, "a", 1)
    assert find_faults(instance) == []

    add_run(instance, "orphan", event(DagsterEventType.STEP_SUCCESS, step_key="a"), ends=False)
    instance.open_recorder(instance.get_run_by_id("orphan")).commit(
        [event(DagsterEventType.STEP_SUCCESS, step_key="a"), event(DagsterEventType.RUN_SUCCESS)]
    )
    instance.open_recorder(instance.get_run_by_id("orphan")).commit([event(DagsterEventType.RUN_FAILURE)])
    clock.now_s += 61

    assert find_faults(instance) == [
        "Run leased is STARTED, and no process holds its lease.",
        "The log of run orphan tells 2 ends.",
        "Step a of run orphan succeeded 2 times.",
        "A slot of pool db is held for run:leased, whose lease stands no more.",
    ]
