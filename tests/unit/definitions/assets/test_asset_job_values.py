"""Values that jobs over assets store are there for later runs, however the job is executed."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg


@dg.asset
def numbers() -> list[int]:
    return [1, 2]


@dg.asset
def total(numbers: list[int]) -> int:
    return sum(numbers)


def test_a_job_loads_what_an_earlier_run_stored(tmp_path: Any) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        defs = dg.Definitions([numbers, total], jobs=[dg.define_asset_job("sums", ["total"])])
        dg.materialize([numbers], instance=instance)

        assert (
            defs.resolve_job_def("sums").execute_in_process(instance=instance).output_for_node("total") == 3
        )
        whole = defs.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance)

    [made] = [
        event for event in whole.get_asset_materialization_events() if event.asset_key.path == ["total"]
    ]
    assert "path" in made.materialization.metadata


def test_a_job_is_resolved_with_the_graph_of_the_definitions() -> None:
    graph = dg.Definitions([numbers, total]).resolve_asset_graph()

    job = dg.define_asset_job("sums", [numbers, total]).resolve(asset_graph=graph)

    assert job.execute_in_process().output_for_node("total") == 3


def test_a_split_is_an_error_of_selection_and_of_definition() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both() -> None: ...

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="cannot be split") as failure:
        dg.materialize([both], selection=["a"])
    assert isinstance(failure.value, dg.DagsterInvalidSubsetError)


@pytest.mark.parametrize(
    "attribute",
    [{"automation_condition": 5}, {"skippable": "x"}, {"metadata": {1: 2}}, {"partitions_def": 5}],
)
def test_attributes_of_a_wrong_kind_are_refused(attribute: Any) -> None:
    with pytest.raises(dg.ParameterCheckError):
        dg.AssetSpec("a", **attribute)


@pytest.mark.parametrize(
    "argument",
    [
        {"metadata_by_output_name": {"resul": {}}},
        {"tags_by_output_name": {"resul": {}}},
        {"partition_mappings": {"nothing": dg.AllPartitionMapping()}},
    ],
)
def test_mappings_by_name_name_what_is_there(argument: Any) -> None:
    @dg.op
    def made() -> int:
        return 1

    with pytest.raises(dg.CheckError, match="has no such"):
        dg.AssetsDefinition.from_op(made, **argument)
    with pytest.raises(dg.ParameterCheckError, match="made of an op or a graph"):
        dg.AssetsDefinition.from_op(5)
