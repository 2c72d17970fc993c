"""How all assets stand is read as far as it may have changed, and is what reading everything would find."""

import random

import pytest

import weftwork as dg
from weftwork.api.catalog import status as statuses
from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.catalog.status import AllStatuses, get_asset_statuses
from weftwork.api.host import Host
from weftwork.records.event_data import AssetMaterializationPlannedData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus

KEYS = [dg.AssetKey(f"a{number}") for number in range(12)]
PARTITIONED = KEYS[:4]


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def host(instance):
    return Host(instance)


@pytest.fixture
def looked_at(monkeypatch):
    """How many assets were read, each time some were."""
    counts = []
    read = statuses.list_asset_views
    monkeypatch.setattr(
        statuses, "list_asset_views", lambda instance, keys: counts.append(len(keys)) or read(instance, keys)
    )
    return counts


def make(instance, key, partition=None):
    instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))


class World:
    """Does something at random, as runs, people and retention do."""

    def __init__(self, instance, seed):
        self.instance = instance
        self.dice = random.Random(seed)
        self.runs = []

    def pick(self):
        key = self.dice.choice(KEYS)
        return key, self.dice.choice("xyz") if key in PARTITIONED else None

    def turn(self):
        self.dice.choice(
            [
                self.make,
                self.make,
                self.plan,
                self.plan,
                self.end,
                self.end,
                self.check,
                self.wipe,
                self.delete,
            ]
        )()

    def make(self):
        make(self.instance, *self.pick())

    def plan(self):
        run = self.instance.add_run(
            DagsterRun(job_name="j", run_id=f"r{len(self.runs)}", status=DagsterRunStatus.STARTED)
        )
        planned = [AssetMaterializationPlannedData(*self.pick()) for _ in range(3)]
        self.instance.open_recorder(run).commit(
            [
                DagsterEvent(
                    event_type_value=DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value, job_name="j",
                    event_specific_data=data, timestamp=1.0,
                )
                for data in planned
            ]
        )  # fmt: skip
        self.runs.append(run)

    def end(self):
        if self.runs:
            end = self.dice.choice([self.instance.report_run_failed, self.instance.report_run_canceled])
            run = self.instance.get_run_by_id(self.dice.choice(self.runs).run_id)
            if run is not None and not run.is_finished:
                end(run)

    def check(self):
        self.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(self.pick()[0], "whole", passed=self.dice.random() < 0.5)
        )

    def wipe(self):
        key, partition = self.pick()
        if partition is not None and self.dice.random() < 0.5:
            self.instance.wipe_asset_partitions(key, [partition])
        else:
            self.instance.wipe_assets([key])

    def delete(self):
        if self.runs:
            self.instance.delete_run(self.dice.choice(self.runs).run_id)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_reading_everything_would_find(instance, host, seed):
    for key in KEYS:
        make(instance, key, "x" if key in PARTITIONED else None)
    world = World(instance, seed)
    versions = {}
    for _ in range(80):
        for _ in range(world.dice.randrange(3)):
            world.turn()

        catalog = get_catalog(host)
        kept = AllStatuses(host, catalog)

        columns = kept.to_columns()
        assert columns == get_asset_statuses(host, catalog, range(len(catalog)))
        assert versions.setdefault(kept.version, columns) == columns


@pytest.mark.parametrize("count", [60, 600])
def test_what_is_asked_again_costs_what_has_changed(instance, host, looked_at, count):
    keys = [dg.AssetKey(f"k{number}") for number in range(count)]
    for key in keys:
        make(instance, key)
    first = AllStatuses(host, get_catalog(host))

    same = AllStatuses(host, get_catalog(host))
    make(instance, keys[5])
    other = AllStatuses(host, get_catalog(host))

    assert looked_at == [count, 0, 1]
    assert first.version == same.version != other.version
