"""Arguments of a wrong kind are refused where they are given, not when something is run."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg

X, Y = dg.StaticPartitionsDefinition(["x"]), dg.StaticPartitionsDefinition(["y"])


def nothing() -> None: ...


@pytest.mark.parametrize(
    "argument",
    [
        "config", "description", "tags", "run_tags", "metadata", "executor_def", "hooks", "op_retry_policy", "owners",
        "automation_condition",
    ],
)  # fmt: skip
def test_of_a_job_over_assets(argument: str) -> None:
    with pytest.raises(dg.ParameterCheckError):
        dg.define_asset_job("job", **{argument: 5})


@pytest.mark.parametrize(
    "argument",
    [
        "required_resource_keys", "resource_defs", "check_specs", "metadata", "deps", "ins", "tags", "owners",
        "backfill_policy", "automation_condition", "partitions_def", "key_prefix",
    ],
)  # fmt: skip
def test_of_an_asset(argument: str) -> None:
    with pytest.raises(dg.ParameterCheckError):
        dg.asset(**{argument: 5})(nothing)


@pytest.mark.parametrize(
    "arguments",
    [
        {"specs": 5},
        {"specs": [5]},
        {"outs": 5},
        {"outs": {"a": 5}},
        {"specs": [dg.AssetSpec("a")], "can_subset": 5},
        {"outs": {"a": dg.AssetOut()}, "internal_asset_deps": 5},
        {"outs": {"a": dg.AssetOut()}, "internal_asset_deps": {"a": ["b"]}},
    ],
)
def test_of_several_assets(arguments: Any) -> None:
    with pytest.raises(dg.ParameterCheckError):
        dg.multi_asset(**arguments)(nothing)


def test_several_partitions_need_a_definition_that_can_be_split() -> None:
    specs = [dg.AssetSpec("a", partitions_def=X), dg.AssetSpec("b", partitions_def=Y), dg.AssetSpec("c")]

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="different partitions.*can_subset"):
        dg.multi_asset(specs=specs)(nothing)

    dg.multi_asset(specs=specs, can_subset=True)(nothing)


def test_assets_of_different_partitions_are_not_run_together() -> None:
    a, b = dg.asset(name="a", partitions_def=X)(nothing), dg.asset(name="b", partitions_def=Y)(nothing)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'a' and 'b' have different partitions"):
        dg.materialize([a, b], partition_key="x")

    assert dg.materialize([a, b], partition_key="x", selection=["a"]).success


def test_a_static_mapping_takes_a_mapping() -> None:
    with pytest.raises(dg.ParameterCheckError, match="takes a mapping"):
        dg.StaticPartitionMapping("ab")  # type: ignore[arg-type]


def test_specs_may_be_made_by_a_function_that_returns_nothing() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both() -> None: ...

    assert len(dg.materialize([both]).get_asset_materialization_events()) == 2


def test_keys_of_checks_are_sorted_by_asset_and_name() -> None:
    keys = [
        dg.AssetCheckKey(dg.AssetKey(asset), name) for asset, name in [("b", "x"), ("a", "y"), ("a", "x")]
    ]

    assert [key.to_user_string() for key in sorted(keys)] == ["a:x", "a:y", "b:x"]


def test_one_partition_is_asked_for_where_there_is_none() -> None:
    class Manager(dg.IOManager):
        def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
            context.partition_key  # noqa: B018 - it raises

        def load_input(self, context: dg.InputContext) -> None: ...

    made = dg.asset(name="made")(lambda: 1)
    for kind in (dg.CheckError, dg.DagsterInvariantViolationError):
        with pytest.raises(kind, match="no single partition"):
            dg.materialize([made], resources={"io_manager": Manager()})
