"""Definitions.get_repository_def tells what is missing, before anything runs."""

import pytest

import weftwork as dg


@dg.asset(required_resource_keys={"warehouse"})
def orders() -> None: ...


@dg.op(required_resource_keys={"warehouse"})
def load() -> None: ...


@dg.job
def nightly() -> None:
    load()


@dg.sensor(job_name="nightly", required_resource_keys={"mailbox"})
def on_mail(context): ...


@pytest.mark.parametrize("parts", [{"assets": [orders]}, {"jobs": [nightly]}])
def test_a_missing_resource_is_told(parts):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="requires the resource 'warehouse'"):
        dg.Definitions(**parts).get_repository_def()


def test_what_is_missing_is_told_before_a_job_is_looked_up():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="warehouse"):
        dg.Definitions(assets=[orders]).resolve_implicit_global_asset_job_def()


def test_a_job_over_assets_that_do_not_exist_is_told_when_it_is_asked_for():
    defs = dg.Definitions(jobs=[dg.define_asset_job("sales", dg.AssetSelection.keys("nowhere"))])
    assert list(defs.get_repository_def().job_names) == ["sales"]
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="nowhere"):
        defs.resolve_job_def("sales")
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="nowhere"):
        dg.Definitions.validate_loadable(defs)


def test_a_repository_with_a_sensor_whose_resource_its_context_gives_is_made():
    @dg.repository
    def sales():
        return [
            nightly.with_top_level_resources({"warehouse": dg.ResourceDefinition.none_resource()}),
            on_mail,
        ]

    assert sales.has_sensor_def("on_mail")
