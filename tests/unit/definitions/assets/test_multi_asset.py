import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.decorators.graph_asset import graph_asset, graph_multi_asset
from weftwork.definitions.assets.decorators.multi_asset import multi_asset, multi_observable_source_asset
from weftwork.definitions.assets.spec_change import map_asset_specs
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.asset_out import AssetOut
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.ops.decorator import op
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.keys import AssetKey

KEY_A, KEY_B, KEY_C = AssetKey("a"), AssetKey("b"), AssetKey("c")


def nothing(): ...


def takes_up(up): ...


class TestOuts:
    def test_outputs_are_assets_and_depend_on_all_inputs(self):
        @multi_asset(
            outs={
                "o1": AssetOut(key_prefix="p"),
                "o2": AssetOut(key="k", is_required=False, dagster_type=str),
            }
        )
        def both(up): ...

        assert both.keys_by_output_name == {"o1": AssetKey(["p", "o1"]), "o2": AssetKey("k")}
        assert both.asset_deps == {key: {AssetKey("up")} for key in both.keys}
        assert both.op.output_dict["o2"].dagster_type.display_name == "String"
        assert not both.op.output_dict["o2"].is_required

    def test_internal_deps(self):
        outs = {"b": AssetOut(), "c": AssetOut()}
        both = multi_asset(outs=outs, internal_asset_deps={"b": {AssetKey("up")}, "c": {KEY_B}})(takes_up)

        assert both.asset_deps == {KEY_B: {AssetKey("up")}, KEY_C: {KEY_B}}

    @pytest.mark.parametrize("deps", [
        {"c": {KEY_B}}, {"zz": {AssetKey("up")}}, {"b": {AssetKey("up")}, "c": {AssetKey("nope")}},
    ])  # fmt: skip
    def test_internal_deps_must_fit(self, deps):
        with pytest.raises(CheckError, match="internal_asset_deps"):
            multi_asset(outs={"b": AssetOut(), "c": AssetOut()}, internal_asset_deps=deps)(takes_up)

    def test_two_outputs_of_one_key_are_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="twice"):
            multi_asset(outs={"x": AssetOut(key="a"), "y": AssetOut(key="a")})(nothing)


class TestSpecs:
    def test_outputs_carry_nothing_and_deps_are_per_asset(self):
        specs = [AssetSpec("a", deps=["u"]), AssetSpec(["p", "b"], deps=["a", AssetDep("v")], skippable=True)]
        both = multi_asset(specs=specs)(nothing)

        assert both.keys_by_output_name == {"a": KEY_A, "p__b": AssetKey(["p", "b"])}
        assert all(output.dagster_type.is_nothing for output in both.op.output_defs)
        assert [output.is_required for output in both.op.output_defs] == [True, False]
        assert set(both.keys_by_input_name) == {"u", "v"}
        assert both.dependency_keys == {AssetKey("u"), AssetKey("v"), KEY_A}

    def test_parameter_must_be_a_dep_of_some_spec(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="none of its specs depends"):
            multi_asset(specs=[AssetSpec("a")])(takes_up)

        both = multi_asset(specs=[AssetSpec("a", deps=["up"]), AssetSpec("b")])(takes_up)
        assert not both.op.input_dict["up"].is_nothing

    @pytest.mark.parametrize("other", [
        {"outs": {"x": AssetOut()}}, {"deps": ["x"]}, {"internal_asset_deps": {"a": {KEY_B}}},
    ])  # fmt: skip
    def test_specs_exclude(self, other):
        with pytest.raises(DagsterInvalidDefinitionError, match="@multi_asset takes"):
            multi_asset(specs=[AssetSpec("a")], **other)

    def test_group_in_two_places_is_refused(self):
        with pytest.raises(CheckError, match="group_name"):
            multi_asset(specs=[AssetSpec("a", group_name="g")], group_name="h")
        with pytest.raises(CheckError, match="group_name"):
            multi_asset(outs={"a": AssetOut(group_name="g")}, group_name="h")

    def test_partitions_of_all(self):
        days = StaticPartitionsDefinition(["1"])
        both = multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], partitions_def=days)(nothing)

        assert {spec.partitions_def for spec in both.specs} == {days}
        other = AssetSpec("a", partitions_def=StaticPartitionsDefinition(["2"]))
        with pytest.raises(CheckError, match="other partitions"):
            multi_asset(specs=[other], partitions_def=days)(nothing)

    def test_key_of_several_must_be_named(self):
        both = multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])(nothing)

        with pytest.raises(CheckError):
            _ = both.key
        with pytest.raises(CheckError):
            both.get_asset_spec()
        with pytest.raises(KeyError):
            both.get_asset_spec(KEY_C)


class TestSubsets:
    def test_a_subset_is_a_view_of_the_same_op(self):
        specs = [AssetSpec("a", deps=["u"]), AssetSpec("b", deps=["a", "v"])]
        both = multi_asset(specs=specs, check_specs=[AssetCheckSpec("c", asset="a")], can_subset=True)(
            nothing
        )

        part = both.subset_for({KEY_A})

        assert part.keys == {KEY_A}
        assert part.op is both.op
        assert set(part.keys_by_input_name) == {"u"}
        assert part.selected_output_names == {"a", "a_c"}
        assert both.subset_for({KEY_A}, set()).selected_output_names == {"a"}

    def test_what_cannot_be_split_is_not(self):
        with pytest.raises(CheckError, match="cannot be split"):
            multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])(nothing).subset_for({KEY_A})

    def test_graph_backed_subset_has_only_the_ops_it_needs(self):
        @op(out={"foo_1": Out(is_required=False), "foo_2": Out(is_required=False)})
        def foo(bar): ...

        @op(out={"bar_1": Out(), "bar_2": Out()})
        def bar(): ...

        @op
        def baz(foo_2, bar_2): ...

        @graph_multi_asset(outs={"foo_asset": AssetOut(), "baz_asset": AssetOut()}, can_subset=True)
        def my_graph_assets():
            bar_1, bar_2 = bar()
            foo_1, foo_2 = foo(bar_1)
            return {"foo_asset": foo_1, "baz_asset": baz(foo_2, bar_2)}

        part = my_graph_assets.subset_for({AssetKey("foo_asset")})
        rest = my_graph_assets.subset_for({AssetKey("baz_asset")})

        assert set(part.node_def.node_names()) == {"foo", "bar"}
        assert set(rest.node_def.node_names()) == {"foo", "bar", "baz"}
        assert set(rest.node_def.output_dict) == {"baz_asset", "foo_asset"}


class TestGraphAssets:
    def test_parameters_are_upstream_assets(self):
        @op
        def add_one(x): ...

        @graph_asset(ins={"x": AssetIn("up")}, key_prefix="p", group_name="g")
        def total(x):
            """The total."""
            return add_one(add_one(x))

        assert total.key == AssetKey(["p", "total"])
        assert total.keys_by_input_name == {"x": AssetKey("up")}
        assert total.get_asset_spec().description == "The total."
        with pytest.raises(CheckError, match="graph"):
            _ = total.op

    def test_checks_are_outputs_of_the_graph(self):
        @op
        def make(): ...

        @op
        def look(x): ...

        @graph_asset(check_specs=[AssetCheckSpec("fine", asset="total")])
        def total():
            made = make()
            return {"result": made, "total_fine": look(made)}

        assert set(total.check_specs_by_output_name) == {"total_fine"}

    def test_group_in_two_places_is_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="group_name"):
            graph_multi_asset(outs={"a": AssetOut(group_name="x")}, group_name="g")


class TestFromOp:
    def test_names_are_keys(self):
        @op(out={"o1": Out(), "o2": Out()})
        def two(x): ...

        made = AssetsDefinition.from_op(two, key_prefix="p", descriptions_by_output_name={"o1": "first"})

        assert made.keys_by_output_name == {"o1": AssetKey(["p", "o1"]), "o2": AssetKey(["p", "o2"])}
        assert made.keys_by_input_name == {"x": AssetKey("x")}
        assert made.descriptions_by_key == {AssetKey(["p", "o1"]): "first"}

    def test_single_result_is_named_after_the_op(self):
        @op
        def total(x): ...

        assert AssetsDefinition.from_op(total).key == AssetKey("total")

    @pytest.mark.parametrize("arguments", [
        {"keys_by_input_name": {"zz": KEY_A}}, {"keys_by_output_name": {"zz": KEY_A}},
        {"internal_asset_deps": {"zz": {KEY_A}}},
        {"group_name": "g", "group_names_by_output_name": {"result": "h"}},
    ])  # fmt: skip
    def test_mappings_must_fit(self, arguments):
        @op
        def total(x): ...

        with pytest.raises(CheckError):
            AssetsDefinition.from_op(total, **arguments)


class TestChanges:
    def test_keys_are_replaced_everywhere(self):
        specs = [AssetSpec("a", deps=["u"]), AssetSpec("b", deps=["a"])]
        both = multi_asset(specs=specs, check_specs=[AssetCheckSpec("c", asset="a")])(nothing)

        new = both.with_attributes(
            asset_key_replacements={KEY_A: AssetKey("x"), AssetKey("u"): AssetKey("v")}
        )

        assert new.keys == {AssetKey("x"), KEY_B}
        assert new.asset_deps == {AssetKey("x"): {AssetKey("v")}, KEY_B: {AssetKey("x")}}
        assert {check.asset_key for check in new.check_keys} == {AssetKey("x")}
        assert both.keys == {KEY_A, KEY_B}

    def test_a_second_group_is_refused(self):
        made = multi_asset(specs=[AssetSpec("a", group_name="g")])(nothing)

        with pytest.raises(DagsterInvalidDefinitionError, match="has one already"):
            made.with_attributes(group_names_by_key={KEY_A: "h"})

    def test_specs_are_mapped_and_keys_kept(self):
        made = multi_asset(specs=[AssetSpec("a")])(nothing)

        mapped = map_asset_specs(
            lambda spec: spec.replace_attributes(owners=["team:x"]), [made, AssetSpec("z")]
        )

        assert [next(iter(mapped[0].specs)).owners, mapped[1].owners] == [["team:x"], ["team:x"]]
        with pytest.raises(DagsterInvalidDefinitionError, match="changed the key"):
            map_asset_specs(lambda spec: spec.replace_attributes(key="other"), [made])
        with pytest.raises(CheckError, match="must return an AssetSpec"):
            made.map_asset_specs(lambda spec: None)

    def test_source_assets_keep_key_and_io_manager(self):
        made = multi_asset(outs={"a": AssetOut(io_manager_key="io", metadata={"m": 1}), "b": AssetOut()})(
            nothing
        )

        first, second = made.to_source_assets()

        assert (first.key, first.get_io_manager_key(), first.raw_metadata) == (KEY_A, "io", {"m": 1})
        assert second.get_io_manager_key() == "io_manager"


def test_observation_of_several():
    @multi_observable_source_asset(specs=[AssetSpec("a"), AssetSpec("b")])
    def look(): ...

    assert look.is_observable
    assert not look.is_materializable
    assert look.keys == {KEY_A, KEY_B}
