"""Run config and tags of partitions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterUnknownPartitionError
from weftwork.config.run_config import RunConfig
from weftwork.definitions.partitioned_config import (
    PartitionedConfig,
    daily_partitioned_config,
    dynamic_partitioned_config,
    hourly_partitioned_config,
    monthly_partitioned_config,
    partitioned_config,
    static_partitioned_config,
    weekly_partitioned_config,
)
from weftwork.definitions.run_config.config_mapping import ConfigMapping
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition

AB = StaticPartitionsDefinition(["a", "b"])


def op_config(value):
    return {"ops": {"load": {"config": {"value": value}}}}


def test_daily_config_gets_the_start_and_end_of_the_day():
    @daily_partitioned_config(start_date="2024-01-01", hour_offset=2)
    def config(start: datetime, end: datetime):
        return op_config(f"{start:%d-%H} {end:%d-%H}")

    assert config.get_run_config_for_partition_key("2024-01-03") == op_config("03-02 04-02")
    assert config(datetime(2024, 1, 3), datetime(2024, 1, 4)) == op_config("03-00 04-00")
    assert config.get_partition_keys(datetime(2024, 1, 4, 2, tzinfo=UTC)) == [
        "2024-01-01",
        "2024-01-02",
        "2024-01-03",
    ]
    assert config.get_tags_for_partition_key("2024-01-03", "report") == {
        "dagster/partition": "2024-01-03", "dagster/partition_set": "report_partition_set",
    }  # fmt: skip
    with pytest.raises(DagsterUnknownPartitionError):
        config.get_run_config_for_partition_key("zz")


@pytest.mark.parametrize(("decorator", "start", "key", "hours"), [
    (hourly_partitioned_config, "2024-01-01-00:00", "2024-01-01-05:00", 1),
    (weekly_partitioned_config, "2024-01-01", "2024-01-07", 168), (monthly_partitioned_config, "2024-01-01", "2024-02-01", 696),
])  # fmt: skip
def test_every_rhythm_has_a_decorator(decorator, start, key, hours):
    @decorator(
        start_date=start,
        tags_for_partition_fn=lambda start, end: {"hours": (end - start).total_seconds() // 3600},
    )
    def config(start, end):
        return op_config((end - start).total_seconds() // 3600)

    assert config.get_run_config_for_partition_key(key) == op_config(hours)
    assert config.get_tags_for_partition_key(key) == {"hours": f"{hours}.0", "dagster/partition": key}


def test_static_config():
    @static_partitioned_config(
        partition_keys=["a", "b"], tags_for_partition_key_fn=lambda key: {"region": key}
    )
    def config(partition_key):
        return RunConfig(ops={"load": {"config": {"value": partition_key}}})

    assert config.get_run_config_for_partition_key("a")["ops"] == op_config("a")["ops"]
    assert config.get_tags_for_partition_key("a") == {"region": "a", "dagster/partition": "a"}
    assert config("b") == RunConfig(ops={"load": {"config": {"value": "b"}}})


def test_dynamic_config_computes_its_keys():
    @dynamic_partitioned_config(partition_fn=lambda now: [str(now.year)])
    def config(partition_key):
        return op_config(partition_key)

    assert config.get_partition_keys(datetime(2024, 1, 1, tzinfo=UTC)) == ["2024"]
    assert config.get_run_config_for_partition_key("2024") == op_config("2024")


def test_multi_dimensional_partitions_are_tagged_by_dimension():
    @partitioned_config(partitions_def=MultiPartitionsDefinition({"x": AB, "y": AB}))
    def config(partition_key):
        return op_config(partition_key)

    assert config.get_run_config_for_partition_key("a|b") == op_config("a|b")
    assert config.get_tags_for_partition_key("a|b") == {
        "dagster/partition": "a|b", "dagster/partition/x": "a", "dagster/partition/y": "b",
    }  # fmt: skip


def test_old_programs_get_partition_objects():
    config = PartitionedConfig(
        AB,
        run_config_for_partition_fn=lambda p: op_config(p.value),
        tags_for_partition_fn=lambda p: {"name": p.name},
    )
    assert config.get_run_config_for_partition_key("a") == op_config("a")
    assert config.get_tags_for_partition_key("a")["name"] == "a"


def test_the_returned_config_is_a_copy():
    shared = op_config("x")
    config = PartitionedConfig(AB, run_config_for_partition_key_fn=lambda _: shared)
    config.get_run_config_for_partition_key("a")["ops"]["load"]["config"]["value"] = "changed"
    assert config.get_run_config_for_partition_key("a") == op_config("x")


def test_wrong_arguments_are_refused():
    with pytest.raises(CheckError, match="exactly one"):
        PartitionedConfig(AB)
    with pytest.raises(CheckError, match="exactly one"):
        PartitionedConfig(AB, run_config_for_partition_fn=dict, run_config_for_partition_key_fn=dict)
    with pytest.raises(CheckError, match="at most one"):
        PartitionedConfig(
            AB,
            run_config_for_partition_key_fn=dict,
            tags_for_partition_fn=dict,
            tags_for_partition_key_fn=dict,
        )
    with pytest.raises(CheckError, match="returned int"):
        PartitionedConfig(AB, run_config_for_partition_key_fn=lambda _: 5).get_run_config_for_partition_key(
            "a"
        )
    with pytest.raises(CheckError, match="made by a decorator"):
        PartitionedConfig(AB, run_config_for_partition_key_fn=dict)("a")
    with pytest.raises(DagsterInvalidDefinitionError, match="set by the system"):
        PartitionedConfig(
            AB,
            run_config_for_partition_key_fn=dict,
            tags_for_partition_key_fn=lambda _: {"dagster/partition": "x"},
        ).get_tags_for_partition_key("a")


def test_the_users_own_error_is_not_wrapped():
    def fails(_key):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        PartitionedConfig(AB, run_config_for_partition_key_fn=fails).get_run_config_for_partition_key("a")


def test_config_and_partitions_of_a_job_together():
    flexible = PartitionedConfig.from_flexible_config
    assert flexible(op_config(1), AB).get_run_config_for_partition_key("a") == op_config(1)
    assert flexible(None, AB).get_run_config_for_partition_key("a") == {}
    assert flexible(RunConfig(), AB).partitions_def == AB
    config = PartitionedConfig(AB, run_config_for_partition_key_fn=op_config)
    assert flexible(config, StaticPartitionsDefinition(["a", "b"])) is config
    with pytest.raises(CheckError, match="other partitions"):
        flexible(config, StaticPartitionsDefinition(["z"]))
    with pytest.raises(CheckError, match="ConfigMapping"):
        flexible(ConfigMapping(lambda value: value), AB)


def test_the_run_tells_what_its_partition_came_to():
    @dg.static_partitioned_config(["a"])
    def config(key):
        return {"ops": {"told": {"config": {"name": key}}}}

    @dg.op(config_schema={"name": str})
    def told(context): ...

    @dg.job(config=config)
    def job():
        told()

    result = job.execute_in_process(partition_key="a")

    assert result.dagster_run.run_config == {"ops": {"told": {"config": {"name": "a"}}}}
