"""materialize(only_stale=True): what is made of the same code, config and data stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import weftwork as dg
from weftwork.api.assets import get_asset
from weftwork.io_managers.filesystem import PickleFileIOManager

made: list[str] = []


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    made.clear()
    with dg.instance_for_test() as instance:
        yield instance


def asset(name: str, deps: list[str], version: str | None = "1", **arguments: Any) -> dg.AssetsDefinition:
    def compute() -> int:
        made.append(name)
        return len(made)

    found: Any = dg.asset(name=name, deps=deps, code_version=version, **arguments)(compute)
    assert isinstance(found, dg.AssetsDefinition)
    return found


def chain(first: str = "1", second: str = "1", third: str = "1") -> list[dg.AssetsDefinition]:
    return [asset("a", [], first), asset("b", ["a"], second), asset("c", ["b"], third)]


def run(assets: list[Any], instance: dg.DagsterInstance, **arguments: Any) -> list[str]:
    """Return what a run made."""
    made.clear()
    assert dg.materialize(assets, instance=instance, only_stale=True, **arguments).success
    return list(made)


def test_what_was_never_made_is_made_and_then_stays(instance: dg.DagsterInstance) -> None:
    assert run(chain(), instance) == ["a", "b", "c"]
    assert run(chain(), instance) == []


def test_new_code_makes_an_asset_and_what_depends_on_it(instance: dg.DagsterInstance) -> None:
    run(chain(), instance)
    assert run(chain(second="2"), instance) == ["b", "c"]
    assert run(chain(second="2", third="2"), instance) == ["c"]


def test_data_made_elsewhere_makes_what_depends_on_it(instance: dg.DagsterInstance) -> None:
    run(chain(), instance)
    event = dg.AssetMaterialization("b", tags={"dagster/data_version": "other"})
    instance.report_runless_asset_event(event)
    assert run([*chain()[2:], dg.AssetSpec("b")], instance) == ["c"]


def test_an_asset_without_code_version_is_always_made(instance: dg.DagsterInstance) -> None:
    assets = [asset("a", [], None), asset("b", ["a"])]
    assert run(assets, instance) == ["a", "b"]
    assert run(assets, instance) == ["a", "b"]


def test_the_same_data_again_stops_what_depends_on_it(instance: dg.DagsterInstance) -> None:
    @dg.asset
    def source() -> dg.MaterializeResult:
        made.append("source")
        return dg.MaterializeResult(data_version=dg.DataVersion("same"))

    assets = [source, asset("after", ["source"])]
    assert run(assets, instance) == ["source", "after"]
    assert run(assets, instance) == ["source"]


def test_other_config_makes_an_asset(instance: dg.DagsterInstance) -> None:
    @dg.asset(code_version="1", config_schema={"limit": int})
    def limited(context: dg.AssetExecutionContext) -> int:
        made.append("limited")
        return int(context.op_execution_context.op_config["limit"])

    def config(limit: int) -> dict[str, Any]:
        return {"ops": {"limited": {"config": {"limit": limit}}}}

    assert run([limited], instance, run_config=config(1)) == ["limited"]
    assert run([limited], instance, run_config=config(1)) == []
    assert run([limited], instance, run_config=config(2)) == ["limited"]


def test_partitions_are_told_apart(instance: dg.DagsterInstance) -> None:
    letters = dg.StaticPartitionsDefinition(["x", "y"])
    assets = [asset("a", [], partitions_def=letters), asset("b", ["a"], partitions_def=letters)]
    assert run(assets, instance, partition_key="x") == ["a", "b"]
    assert run(assets, instance, partition_key="y") == ["a", "b"]
    assert run(assets, instance, partition_key="x") == []
    event = dg.AssetMaterialization("a", partition="y", tags={"dagster/data_version": "other"})
    instance.report_runless_asset_event(event)
    only_b = [assets[1], dg.AssetSpec("a", partitions_def=letters)]
    assert run(only_b, instance, partition_key="x") == []
    assert run(only_b, instance, partition_key="y") == ["b"]


def test_the_versions_of_the_partitions_that_are_read_are_recorded(instance: dg.DagsterInstance) -> None:
    letters = dg.StaticPartitionsDefinition(["x", "y"])
    for partition in ("x", "y"):
        tags = {"dagster/data_version": f"version of {partition}"}
        instance.report_runless_asset_event(dg.AssetMaterialization("a", partition=partition, tags=tags))
    assets = [dg.AssetSpec("a", partitions_def=letters), asset("b", ["a"], partitions_def=letters)]
    result = dg.materialize(assets, instance=instance, partition_key="x")
    (event,) = result.get_asset_materialization_events()
    assert event.materialization.tags["dagster/input_data_version/a"] == "version of x"


def test_values_are_loaded_from_assets_that_stay(instance: dg.DagsterInstance) -> None:
    def build(version: str) -> list[Any]:
        @dg.asset(code_version="1")
        def base() -> int:
            made.append("base")
            return 20

        @dg.asset(code_version=version)
        def doubled(base: int) -> int:
            made.append("doubled")
            return base * 2

        return [base, doubled]

    run(build("1"), instance)
    made.clear()
    result = dg.materialize(build("2"), instance=instance, only_stale=True)
    assert made == ["doubled"]
    assert result.asset_value("doubled") == 40
    assert result.is_node_skipped("base")


def test_a_graph_of_ops_is_made_or_stays_as_a_whole(instance: dg.DagsterInstance) -> None:
    @dg.op
    def load() -> int:
        made.append("load")
        return 1

    @dg.op(code_version="1")
    def store(x: int) -> int:
        made.append("store")
        return x

    @dg.graph_asset(code_version="1")
    def whole() -> int:
        return store(load())  # type: ignore[no-any-return]

    assert run([whole], instance) == ["load", "store"]
    assert run([whole], instance) == []


def test_why_is_told(instance: dg.DagsterInstance) -> None:
    run(chain(), instance)
    result = dg.materialize(chain(second="2"), instance=instance, only_stale=True)
    told = {
        event.event_specific_data.metadata["asset"].value: event.event_specific_data.metadata["reason"].value
        for event in result.all_events
        if event.is_engine_event and "asset" in event.event_specific_data.metadata
    }
    assert told == {
        "a": "its code, config and data are unchanged",
        "b": "its code_version changed from '1' to '2'",
        "c": "the data of 'b' changed",
    }


def test_a_check_is_evaluated_again_when_its_asset_was_made_again(instance: dg.DagsterInstance) -> None:
    def checked(version: str) -> list[Any]:
        @dg.asset_check(asset="a")
        def fits() -> dg.AssetCheckResult:
            made.append("fits")
            return dg.AssetCheckResult(passed=True)

        return [asset("a", [], version), fits]

    assert run(checked("1"), instance) == ["a", "fits"]
    assert run(checked("1"), instance) == []
    assert run(checked("2"), instance) == ["a", "fits"]
    instance.report_runless_asset_event(dg.AssetMaterialization("a", tags={"dagster/code_version": "2"}))
    assert "fits" in run(checked("2"), instance)


def test_why_a_check_stays_is_told(instance: dg.DagsterInstance) -> None:
    @dg.asset_check(asset="a")
    def fits() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    run([asset("a", []), fits], instance)
    result = dg.materialize([asset("a", []), fits], instance=instance, only_stale=True)

    messages = [entry.message for entry in instance.all_logs(result.run_id)]
    assert any(
        "Check 'a:fits' stays as it is: it was evaluated since 'a' was made." in text for text in messages
    )


def test_a_value_that_a_dead_run_stored_and_did_not_record_is_made_again(tmp_path: Path) -> None:
    @dg.asset(code_version="1")
    def kept() -> int:
        return 1

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert dg.materialize([kept], instance=instance).success
        assert not dg.materialize(
            [kept], instance=instance, only_stale=True
        ).get_asset_materialization_events()
        assert get_asset(instance, dg.AssetKey("kept")).value_fault is None
        # As a run does that is killed before it records it.
        manager = PickleFileIOManager(instance.storage_directory())
        manager.handle_output(dg.build_output_context(asset_key=dg.AssetKey("kept")), 2)

        assert "has another value than the one that is recorded" in str(
            get_asset(instance, dg.AssetKey("kept")).value_fault
        )
        again = dg.materialize([kept], instance=instance, only_stale=True)
        assert len(again.get_asset_materialization_events()) == 1
        assert get_asset(instance, dg.AssetKey("kept")).value_fault is None
