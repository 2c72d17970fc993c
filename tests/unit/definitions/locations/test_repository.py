import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.assets.asset_job_definition import define_asset_job
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.locations.repository import repository
from weftwork.definitions.locations.repository_data import RepositoryData
from weftwork.definitions.ops.decorator import op


@asset
def one(): ...


@op
def act(): ...


@job
def work():
    act()


def test_list():
    @repository
    def repo():
        """All we have."""
        return [one, work, define_asset_job("j")]

    assert repo.name == "repo"
    assert list(repo.job_names) == ["__ASSET_JOB", "work", "j"]
    assert list(repo.assets_defs_by_key) == [one.key]
    assert repo.get_job("j").asset_layer.selected_keys == {one.key}
    assert repo.get_maybe_subset_job_def("__ASSET_JOB", asset_selection={one.key}).is_subset


def test_dict_is_lazy():
    calls = []

    def make():
        calls.append(1)
        return work

    @repository(name="named")
    def repo():
        return {"jobs": {"work": make}}

    assert (repo.name, list(repo.job_names)) == ("named", ["work"])


def test_own_data():
    class Data(RepositoryData):
        def get_all_jobs(self):
            return [work]

    @repository
    def repo():
        return Data()

    assert repo.has_job("work")
    with pytest.raises(DagsterInvariantViolationError, match="Did you mean 'work'"):
        repo.get_job("wrk")


@pytest.mark.parametrize("returned", [3, [3], {"jobsx": {}}, {"jobs": {"work": 3}}])
def test_anything_else_is_refused(returned):
    with pytest.raises(DagsterInvalidDefinitionError):
        repository(name="repo")(lambda: returned)


def test_a_job_is_given_under_its_own_name():
    with pytest.raises(CheckError, match="gives the job 'work' under the name 'other'"):
        repository(name="repo")(lambda: {"jobs": {"other": work}})


def test_functions_of_a_dict_make_their_jobs_when_these_are_needed():
    made = []

    def build():
        made.append("work")
        return work

    @repository
    def repo():
        return {"jobs": {"work": build}}

    assert repo.has_job("work")
    assert made == []
    assert repo.get_job("work").name == "work"
    assert made == ["work"]


def test_resources_are_looked_at_when_jobs_are_needed():
    @asset(required_resource_keys={"database"})
    def orders(): ...

    @repository
    def repo():
        return [orders]

    with pytest.raises(DagsterInvalidDefinitionError, match="'database'"):
        repo.get_all_jobs()
