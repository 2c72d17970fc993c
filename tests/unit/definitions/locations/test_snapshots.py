"""What hosts are told of definitions: plain records that read back as they were written."""

import json
from datetime import timedelta

import weftwork as dg
from weftwork.definitions.locations.snapshots.job_detail import export_job_detail
from weftwork.definitions.locations.snapshots.repository import export_location
from weftwork.partitions.specs import (
    PartitionMappingSpec,
    PartitionsSpec,
    mapping_from_spec,
    partitions_from_spec,
)
from weftwork.records.snapshots.location import LocationSnapshot, from_ranges, to_ranges
from weftwork.serde import decode, deserialize_value, encode

DAYS = dg.DailyPartitionsDefinition(start_date="2024-01-01")


def export(*args, **kwargs):
    snapshot = export_location([dg.Definitions(*args, **kwargs).get_repository_def()])
    again = decode(encode(snapshot), LocationSnapshot)
    assert again == snapshot
    return again.repositories[0]


def by_key(repository):
    return {asset.key.to_user_string(): asset for asset in repository.assets}


def test_an_asset_with_everything():
    @dg.asset(
        key_prefix="sales", deps=[dg.AssetDep("raw", partition_mapping=dg.LastPartitionMapping())], group_name="money",
        owners=["team:a", "ada@example.com"], tags={"tier": "1"}, kinds={"duckdb"}, metadata={"rows": 3, "odd": object()},
        description="All orders.", code_version="7", partitions_def=DAYS, io_manager_key="lake", pool="db",
        automation_condition=dg.AutomationCondition.eager(), backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=24)),
    )  # fmt: skip
    def orders() -> int:
        return 1

    repository = export([orders], resources={"lake": dg.mem_io_manager})
    found = by_key(repository)["sales/orders"]

    assert (found.description, found.group, found.code_version) == ("All orders.", "money", "7")
    assert found.owners == ("team:a", "ada@example.com")
    assert (found.kinds, found.tags["tier"]) == (("duckdb",), "1")
    assert found.metadata["rows"].value == 3
    assert "unserializable" in found.metadata["odd"].value
    assert found.deps[0].key == dg.AssetKey("raw")
    mapping = decode(repository.mappings[found.deps[0].mapping], PartitionMappingSpec)
    assert isinstance(mapping_from_spec(mapping), dg.LastPartitionMapping)
    assert partitions_from_spec(decode(repository.partitions[found.partitions], PartitionsSpec)) == DAYS
    condition = repository.conditions[found.condition]
    assert deserialize_value(condition.definition) == dg.AutomationCondition.eager()
    assert (found.io_manager_key, found.pools, found.type_name) == ("lake", ("db",), "Int")
    assert found.backfill == "all partitions in one run"
    assert json.loads(found.freshness)["__class__"] == "TimeWindowFreshnessPolicy"
    assert found.source.startswith(__file__)
    assert found.is_materializable
    assert found.is_executable
    raw = by_key(repository)["raw"]
    assert not raw.is_declared
    assert not raw.is_executable


def test_what_many_share_is_written_once():
    made = [
        dg.AssetSpec(f"a{number}", partitions_def=dg.DailyPartitionsDefinition(start_date="2024-01-01"))
        for number in range(20)
    ]

    repository = export(made)

    assert len(repository.partitions) == 1
    assert {asset.partitions for asset in repository.assets} == {0}


def test_jobs_name_their_assets_as_ranges():
    assets = [
        dg.asset(name=f"a{number}", group_name="g" if number < 3 else "h")(lambda: 1) for number in range(5)
    ]
    job = dg.define_asset_job("some", "group:g", tags={"a": "b"}, description="Some.", partitions_def=None)

    repository = export(assets, jobs=[job])
    implicit, some = repository.jobs

    assert (implicit.name, implicit.is_implicit, implicit.assets) == ("__ASSET_JOB", True, ((0, 5),))
    assert (some.assets, some.tags, some.description) == (((0, 3),), {"a": "b"}, "Some.")
    assert some.makes_assets


def test_ranges():
    assert to_ranges([]) == ()
    assert to_ranges([7, 1, 2, 3, 9, 8]) == ((1, 4), (7, 10))
    assert list(from_ranges(((1, 4), (7, 8)))) == [1, 2, 3, 7]


def test_checks_schedules_sensors_and_resources():
    @dg.asset
    def orders(): ...

    @dg.asset_check(asset=orders, blocking=True, description="Is it full?")
    def full():
        return dg.AssetCheckResult(passed=True)

    @dg.op
    def work(): ...

    @dg.job
    def nightly():
        work()

    @dg.schedule(job=nightly, cron_schedule=["0 6 * * *", "0 7 * * *"], execution_timezone="Europe/Berlin")
    def mornings(context):
        return {}

    @dg.asset_sensor(asset_key=orders.key, job=nightly, default_status=dg.DefaultSensorStatus.RUNNING)
    def on_orders(context, event):
        return dg.RunRequest()

    class Database(dg.ConfigurableResource):
        url: str

    repository = export(
        [orders], asset_checks=[full], jobs=[nightly], schedules=[mornings], sensors=[on_orders],
        resources={"database": Database(url="here"), "limit": dg.ResourceDefinition.hardcoded_resource(3)},
    )  # fmt: skip
    (check,) = repository.checks
    (schedule,) = repository.schedules
    (sensor,) = repository.sensors
    resources = {resource.key: resource for resource in repository.resources}

    assert (check.key.to_user_string(), check.is_blocking, check.description) == (
        "orders:full",
        True,
        "Is it full?",
    )
    assert (schedule.cron_schedules, schedule.timezone) == (("0 6 * * *", "0 7 * * *"), "Europe/Berlin")
    assert (schedule.job_name, schedule.is_running_by_default) == ("nightly", False)
    assert (sensor.kind, sensor.job_names, sensor.assets) == ("ASSET", ("nightly",), ((0, 1),))
    assert sensor.is_running_by_default
    assert "url" in json.loads(resources["database"].config_schema)["properties"]
    assert resources["limit"].config_schema is None
    for one in (check, schedule, sensor):
        assert one.source.startswith(__file__)


def test_a_job_in_full():
    @dg.op(config_schema={"rows": int}, description="Counts.", required_resource_keys={"database"})
    def count(context) -> int:
        return 1

    @dg.op
    def plus(number: int) -> int:
        return number + 1

    @dg.graph
    def inner(number):
        return plus(number)

    @dg.job(resource_defs={"database": dg.ResourceDefinition.none_resource()})
    def nightly():
        inner(count())

    repository = dg.Definitions(jobs=[nightly]).get_repository_def()
    detail = export_job_detail(repository, "nightly")
    nodes = {node.name: node for node in detail.nodes}

    assert [node.name for node in detail.spec.graph.nodes] == ["count", "inner"]
    assert nodes["inner"].is_graph
    assert nodes["plus"].inputs[0].type_name == "Int"
    assert nodes["count"].resource_keys == ("database",)
    assert json.loads(nodes["count"].config_schema)["properties"]["rows"] == {"type": "integer"}
    assert "rows" in detail.config_schema
    assert decode(encode(detail), type(detail)) == detail


def test_equal_definitions_give_equal_content():
    def make():
        @dg.asset(
            kinds={"b", "a", "c"}, owners=["team:x"], automation_condition=dg.AutomationCondition.eager()
        )
        def orders(): ...

        return encode(export([orders]))

    assert make() == make()
