"""Functions and graphs that make several assets, and what their definitions tell."""

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError

KEYS = [dg.AssetKey("a"), dg.AssetKey("b")]


def made(result):
    return sorted(event.asset_key.to_user_string() for event in result.get_asset_materialization_events())


@dg.op(out={"a": dg.Out(), "b": dg.Out()})
def two_values(up):
    return up + 1, up + 2


@dg.asset
def up():
    return 1


class TestMultiAsset:
    def test_a_subset_reads_what_is_selected(self):
        seen = []

        @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], can_subset=True)
        def both(context):
            seen.append(context.selected_asset_keys)
            for key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key)

        assert made(dg.materialize([both], selection=["b"])) == ["b"]
        assert seen == [{dg.AssetKey("b")}]

    def test_skippable_assets_may_be_left_out_and_others_follow(self):
        @dg.multi_asset(specs=[dg.AssetSpec("a", skippable=True), dg.AssetSpec("b", skippable=True)])
        def both():
            yield dg.MaterializeResult(asset_key="a")

        @dg.asset(deps=["b"])
        def after_b(): ...

        result = dg.materialize([both, after_b])
        assert made(result) == ["a"]
        assert result.is_node_skipped("after_b")

    def test_all_are_made_where_the_function_says_nothing(self):
        @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b", deps=["a"])])
        def both(): ...

        assert made(dg.materialize([both])) == ["a", "b"]
        assert set(both.dependency_keys) == {dg.AssetKey("a")}

    def test_outs_have_io_managers_and_attributes_of_their_own(self):
        memory = dg.InMemoryIOManager()

        @dg.multi_asset(
            outs={
                "a": dg.AssetOut(
                    key_prefix="raw",
                    io_manager_key="memory",
                    owners=["team:x"],
                    tags={"t": "1"},
                    code_version="2",
                ),
                "b": dg.AssetOut(
                    key=["b"], group_name="g", description="d", metadata={"m": 1}, is_required=False
                ),
            }
        )
        def both():
            yield dg.Output(1, "a")

        result = dg.materialize([both], resources={"memory": memory})
        assert made(result) == ["raw/a"]
        spec = both.get_asset_spec(dg.AssetKey(["raw", "a"]))
        assert (spec.owners, spec.tags, spec.code_version) == (["team:x"], {"t": "1"}, "2")
        assert both.group_names_by_key[dg.AssetKey("b")] == "g"
        assert both.descriptions_by_key == {dg.AssetKey("b"): "d"}

    def test_config_resources_and_retries(self):
        tries = []

        @dg.multi_asset(
            specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], name="loader", config_schema={"n": int},
            required_resource_keys={"r"}, retry_policy=dg.RetryPolicy(max_retries=1), op_tags={"x": "y"},
        )  # fmt: skip
        def both(context):
            tries.append((context.op_execution_context.op_config["n"], context.resources.r))
            if len(tries) == 1:
                raise ValueError("not yet")

        config = {"ops": {"loader": {"config": {"n": 3}}}}
        assert dg.materialize([both], resources={"r": 4}, run_config=config).success
        assert tries == [(3, 4), (3, 4)]
        assert both.op.tags["x"] == "y"


class TestGraphs:
    def test_a_graph_asset_takes_every_argument(self):
        @dg.op(config_schema={"n": int})
        def compute(context, first):
            return first * context.op_config["n"]

        @dg.graph_asset(
            name="named", key_prefix="raw", description="d", ins={"first": dg.AssetIn("up")}, group_name="g",
            metadata={"m": 1}, tags={"t": "1"}, owners=["team:x"], kinds={"python"}, code_version="3",
            config={"compute": {"config": {"n": 10}}}, backfill_policy=dg.BackfillPolicy.multi_run(2),
            check_specs=None, resource_defs={},
        )  # fmt: skip
        def graph_made(first):
            return compute(first)

        spec = graph_made.get_asset_spec()
        assert spec.key == dg.AssetKey(["raw", "named"])
        assert (spec.group_name, spec.description, spec.code_version) == ("g", "d", "3")
        assert spec.kinds == {"python"}
        assert graph_made.backfill_policy == dg.BackfillPolicy.multi_run(2)
        assert dg.materialize([up, graph_made]).asset_value(["raw", "named"]) == 10

    def test_a_config_mapping_gives_the_schema(self):
        @dg.op(config_schema={"n": int})
        def compute(context):
            return context.op_config["n"]

        @dg.config_mapping(config_schema={"simple": int})
        def simplified(config):
            return {"compute": {"config": {"n": config["simple"]}}}

        @dg.graph_asset(config=simplified)
        def table():
            return compute()

        config = {"ops": {"table": {"config": {"simple": 5}}}}
        assert dg.materialize([table], run_config=config).asset_value("table") == 5

    def test_key_excludes_name_and_prefix(self):
        with pytest.raises(DagsterInvalidDefinitionError):
            dg.graph_asset(key="a", name="b")(lambda: None)

    def test_a_graph_of_several_assets_takes_every_argument(self):
        @dg.graph_multi_asset(
            name="pair", outs={"a": dg.AssetOut(), "b": dg.AssetOut()}, ins={"first": dg.AssetIn("up")}, group_name="g",
            backfill_policy=dg.BackfillPolicy.single_run(), can_subset=False,
        )  # fmt: skip
        def both(first):
            a, b = two_values(first)
            return {"a": a, "b": b}

        result = dg.materialize([up, both])
        assert (result.asset_value("a"), result.asset_value("b")) == (2, 3)
        assert set(both.group_names_by_key.values()) == {"g"}
        assert both.node_def.name == "pair"

    def test_any_keyword_takes_the_declared_inputs(self):
        @dg.op
        def total(values):
            return sum(values)

        @dg.asset
        def other():
            return 5

        @dg.graph_asset(ins={"one": dg.AssetIn("up"), "two": dg.AssetIn("other")})
        def joined(**inputs):
            return total(list(inputs.values()))

        assert dg.materialize([up, other, joined]).asset_value("joined") == 6

    def test_steps_inside_are_told_by_the_name_of_the_graph(self):
        @dg.graph_multi_asset(outs={"a": dg.AssetOut(), "b": dg.AssetOut()})
        def both(up):
            a, b = two_values(up)
            return {"a": a, "b": b}

        result = dg.materialize([up, both])
        assert [m.asset_key for m in result.asset_materializations_for_node("both")] == KEYS
        assert [m.asset_key for m in result.asset_materializations_for_node("both.two_values")] == KEYS


class TestFromGraph:
    def build(self, **arguments):
        @dg.graph(out={"a": dg.GraphOut(), "b": dg.GraphOut()})
        def pair(up):
            a, b = two_values(up)
            return {"a": a, "b": b}

        return dg.AssetsDefinition.from_graph(pair, **arguments)

    def test_every_mapping_is_by_output(self):
        pair = self.build(
            keys_by_input_name={"up": dg.AssetKey("source")}, keys_by_output_name={"a": dg.AssetKey("x"), "b": dg.AssetKey("b")},
            key_prefix="p", internal_asset_deps={"a": {dg.AssetKey("source")}, "b": {dg.AssetKey(["p", "x"])}},
            group_names_by_output_name={"a": "g"}, descriptions_by_output_name={"a": "d"}, metadata_by_output_name={"a": {"m": 1}},
            tags_by_output_name={"a": {"t": "1"}}, owners_by_output_name={"a": ["team:x"]}, backfill_policy=dg.BackfillPolicy.single_run(),
            partitions_def=dg.StaticPartitionsDefinition(["k"]), partition_mappings={"up": dg.AllPartitionMapping()},
        )  # fmt: skip
        first = pair.get_asset_spec(dg.AssetKey(["p", "x"]))
        assert (first.group_name, first.description, first.tags, first.owners) == (
            "g",
            "d",
            {"t": "1"},
            ["team:x"],
        )
        assert pair.asset_deps[dg.AssetKey(["p", "b"])] == {dg.AssetKey(["p", "x"])}
        assert pair.keys_by_input_name == {"up": dg.AssetKey("source")}
        assert pair.get_partition_mapping(dg.AssetKey("source")) == dg.AllPartitionMapping()
        assert pair.partitions_def == dg.StaticPartitionsDefinition(["k"])

    def test_group_in_two_ways_is_refused(self):
        with pytest.raises(CheckError):
            self.build(group_name="g", group_names_by_output_name={"a": "h"})

    def test_what_a_definition_tells(self):
        pair = self.build(resource_defs={"r": dg.ResourceDefinition.hardcoded_resource(1)})
        assert pair.keys == set(KEYS)
        assert set(pair.dependency_keys) == {dg.AssetKey("up")}
        assert not pair.can_subset
        assert list(pair.check_specs) == []
        assert pair.node_def.name == "pair"
        assert "io_manager" in pair.required_resource_keys
        assert set(pair.resource_defs) == {"r"}
        assert [source.key for source in pair.to_source_assets()] == KEYS
        assert pair.to_source_asset("a").key == dg.AssetKey("a")
        with pytest.raises(CheckError):
            _ = pair.key
        with pytest.raises(CheckError):
            _ = pair.op

    def test_from_op(self):
        pair = dg.AssetsDefinition.from_op(two_values, group_name="g", can_subset=False)
        result = dg.materialize([up, pair])
        assert (result.asset_value("a"), result.asset_value("b")) == (2, 3)
