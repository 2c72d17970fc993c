"""Specs of one key, kinds without end, and dependencies that are mapped away."""

import pytest

import weftwork as dg

FIRST, SECOND = dg.AssetSpec("orders", group_name="first"), dg.AssetSpec("orders", group_name="second")


@pytest.mark.parametrize(
    "define",
    [
        lambda specs: dg.AssetsDefinition(specs=specs),
        lambda specs: dg.multi_asset(name="load", specs=specs)(lambda: None),
    ],
)
def test_one_definition_takes_a_spec_twice_but_not_two_of_one_key(define):
    assert define([FIRST, FIRST]).keys == {dg.AssetKey("orders")}
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'orders'"):
        define([FIRST, SECOND])


def test_an_asset_has_at_most_ten_kinds():
    many = {f"kind_{number}" for number in range(11)}
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="10 kinds"):
        dg.AssetSpec("orders", kinds=many)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="10 kinds"):
        FIRST.replace_attributes(kinds=many)


def test_an_op_loses_the_inputs_of_dependencies_that_are_mapped_away():
    @dg.multi_asset(specs=[dg.AssetSpec("report", deps=["orders", "customers"])])
    def report(): ...

    (mapped,) = dg.map_asset_specs(lambda spec: spec.replace_attributes(deps=["customers"]), [report])
    assert [given.name for given in mapped.op.input_defs] == ["customers"]
    assert [given.name for given in report.op.input_defs] == ["orders", "customers"]
    assert dg.materialize([mapped]).success


@pytest.mark.filterwarnings("ignore")
def test_a_job_of_partitioned_assets_has_a_condition_or_config():
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def orders(): ...

    condition = dg.AutomationCondition.all_job_root_assets_match(dg.AutomationCondition.missing())
    job = dg.define_asset_job("nightly", [orders], config={}, automation_condition=condition)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="each partition"):
        dg.Definitions(assets=[orders], jobs=[job]).resolve_job_def("nightly")


def test_a_definition_is_made_again_from_its_attributes():
    @dg.multi_asset(
        specs=[dg.AssetSpec("orders"), dg.AssetSpec("report", deps=["orders"])],
        check_specs=[dg.AssetCheckSpec("whole", asset="orders")],
        can_subset=True,
    )
    def load(): ...

    part = load.subset_for({dg.AssetKey("report")})
    for definition in (load, part, dg.AssetsDefinition(specs=[FIRST])):
        again = dg.AssetsDefinition(**definition.get_attributes_dict())
        assert (again.keys, again.check_keys) == (definition.keys, definition.check_keys)
        assert again.is_executable == definition.is_executable


@pytest.mark.parametrize("selection", ["nothing", "elsewhere", dg.AssetSelection.assets("nothing")])
@pytest.mark.parametrize("error", [dg.DagsterInvalidSubsetError, dg.DagsterInvalidDefinitionError])
def test_selecting_what_is_not_made_is_an_error_of_the_selection_and_of_the_definitions(selection, error):
    @dg.asset
    def orders(): ...

    with pytest.raises(error):
        dg.materialize([orders, dg.AssetSpec("elsewhere")], selection=selection)
