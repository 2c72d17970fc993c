"""reconstructable: what another process can load, and what it cannot."""

import json

import pytest

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob


@dg.op
def extract() -> int:
    return 1


@dg.op
def load(value: int) -> None:
    del value


@dg.job
def nightly() -> None:
    load(extract())


def make_nightly():
    return nightly


def make_for(region):
    return nightly


def make_number():
    return 3


def test_a_function_that_needs_arguments_is_refused_at_once():
    with pytest.raises(dg.DagsterInvariantViolationError, match="needs 'region'"):
        dg.reconstructable(make_for)


def test_a_function_that_returns_no_job_is_refused_at_once():
    with pytest.raises(dg.DagsterInvariantViolationError, match="int, not a job"):
        dg.reconstructable(make_number)


def test_a_part_of_a_job_is_found_again():
    part = dg.reconstructable(make_nightly).get_subset(op_selection={"extract"})
    assert part.get_definition().op_selection == {"extract"}


def test_a_part_survives_the_way_to_another_process():
    part = dg.reconstructable(nightly).get_subset(op_selection=["extract"])
    read = ReconstructableJob.from_dict(json.loads(json.dumps(part.to_dict())))
    assert list(read.get_definition().graph.node_dict) == ["extract"]


def test_ops_and_assets_together_are_refused():
    with pytest.raises(dg.CheckError, match="not both"):
        dg.reconstructable(nightly).get_subset(
            op_selection=["extract"], asset_selection=[dg.AssetKey("orders")]
        )
