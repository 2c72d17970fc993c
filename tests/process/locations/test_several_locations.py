"""Several code locations at once: one graph of assets, jobs found by name and place."""

import pytest

import weftwork as dg
from weftwork.locations.origins import list_origins
from weftwork.locations.workspace import Workspace
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.requests import JobAddress

UP = """
import weftwork as dg

@dg.asset(group_name="source")
def orders(): ...

@dg.op
def work(): ...

@dg.job
def nightly(): work()

@dg.job
def only_here(): work()
"""
DOWN = """
import weftwork as dg

@dg.asset(deps=["orders", "prices"])
def report(): ...

prices = dg.AssetSpec("prices", description="Bought.")

@dg.op
def work(): ...

@dg.job
def nightly(): work()

defs = dg.Definitions([report, prices], jobs=[nightly])
"""


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "down.py").write_text(DOWN)
    (tmp_path / "up.py").write_text(UP)
    origins = list_origins(python_files=["down.py", "up.py"], working_directory=str(tmp_path))
    with Workspace.load(origins, dg.DagsterInstance.ephemeral()) as loaded:
        assert loaded.wait_until_loaded(50)
        yield loaded


def test_one_graph_in_which_each_asset_is_that_of_its_maker(workspace):
    graph = workspace.asset_graph()

    assert graph.get_parent_keys(AssetKey("report")) == {AssetKey("orders"), AssetKey("prices")}
    assert graph.get(AssetKey("orders")).group == "source"
    assert graph.get(AssetKey("orders")).is_materializable
    assert workspace.find_asset(AssetKey("orders")).location == "up.py"
    assert workspace.find_asset(AssetKey("prices")).asset.description == "Bought."
    assert workspace.find_asset(AssetKey("nothing")) is None


def test_a_job_of_one_name_in_two_places_needs_its_place(workspace):
    with pytest.raises(dg.DagsterInvalidSubsetError, match="Several code locations"):
        workspace.get_job(JobAddress(job="nightly"))

    assert workspace.find_job(JobAddress(job="nightly")) is None
    assert workspace.find_job(JobAddress(job="nightly", location="up.py")).location == "up.py"
    assert workspace.find_job(JobAddress(job="only_here")).location == "up.py"


def test_two_locations_of_one_name_are_refused(tmp_path):
    origins = list_origins(python_files=["a/code.py", "b/code.py"], working_directory=str(tmp_path))

    with pytest.raises(dg.DagsterInvariantViolationError, match="location_name"):
        Workspace(origins, dg.DagsterInstance.ephemeral())
