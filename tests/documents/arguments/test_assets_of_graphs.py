"""Several assets by one function, and assets by graphs: every argument and what the definition tells."""

from datetime import timedelta

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["k", "l"])
MISSING = dg.AutomationCondition.missing()
FRESH = dg.FreshnessPolicy.cron("0 9 * * *", lower_bound_delta=timedelta(hours=1))


def key(*path):
    return dg.AssetKey(list(path))


@dg.asset
def up():
    return 1


@dg.op(out={"a": dg.Out(), "b": dg.Out()})
def two_values(first):
    return first + 1, first + 2


@dg.op(config_schema={"times": int})
def multiply(context, first):
    return first * context.op_config["times"]


@dg.graph(out={"a": dg.GraphOut(), "b": dg.GraphOut()})
def pair(first):
    a, b = two_values(first)
    return {"a": a, "b": b}


@dg.op
def increase(first):
    return first + 1


@dg.graph
def single(first):
    return increase(first)


def made(result):
    return sorted(e.asset_key.to_user_string() for e in result.get_asset_materialization_events())


MAKERS = pytest.mark.parametrize(
    ("make", "of"),
    [(dg.AssetsDefinition.from_graph, pair), (dg.AssetsDefinition.from_op, two_values)],
    ids=["graph", "op"],
)


class TestFromGraphAndOp:
    @MAKERS
    def test_names_are_keys_unless_said_otherwise(self, make, of):
        plain = make(of)
        named = make(
            of,
            keys_by_input_name={"first": key("up")},
            keys_by_output_name={"a": key("x"), "b": key("y")},
            key_prefix=["p"],
        )

        assert (plain.keys, set(plain.dependency_keys)) == ({key("a"), key("b")}, {key("first")})
        assert (named.keys, set(named.dependency_keys)) == ({key("p", "x"), key("p", "y")}, {key("up")})
        result = dg.materialize([up, named])
        assert (result.asset_value(["p", "x"]), result.asset_value(["p", "y"])) == (2, 3)

    def test_a_single_output_is_named_by_its_graph(self):
        assert dg.AssetsDefinition.from_graph(single).key == key("single")
        assert dg.AssetsDefinition.from_op(increase).key == key("increase")

    @MAKERS
    def test_keys_must_cover_every_output(self, make, of):
        with pytest.raises((dg.CheckError, dg.DagsterInvalidDefinitionError)):
            make(of, keys_by_output_name={"a": key("x")})

    @MAKERS
    def test_every_output_depends_on_every_input_unless_said_otherwise(self, make, of):
        assert make(of).asset_deps == {key("a"): {key("first")}, key("b"): {key("first")}}
        narrow = make(of, internal_asset_deps={"a": {key("first")}, "b": {key("a")}})
        assert narrow.asset_deps == {key("a"): {key("first")}, key("b"): {key("a")}}

    @MAKERS
    def test_attributes_are_by_output(self, make, of):
        definition = make(
            of, group_names_by_output_name={"a": "g"}, descriptions_by_output_name={"a": "d"},
            metadata_by_output_name={"a": {"m": 1}}, tags_by_output_name={"a": {"t": "1"}},
            automation_conditions_by_output_name={"a": MISSING}, backfill_policy=dg.BackfillPolicy.single_run(),
            partitions_def=LETTERS, partition_mappings={"first": dg.AllPartitionMapping()},
        )  # fmt: skip

        first, second = (definition.get_asset_spec(key(name)) for name in "ab")
        assert (first.group_name, first.description, first.tags) == ("g", "d", {"t": "1"})
        assert (first.metadata["m"], first.automation_condition) == (1, MISSING)
        assert (second.group_name, second.description, second.automation_condition) == ("default", None, None)
        assert definition.backfill_policy == dg.BackfillPolicy.single_run()
        assert definition.partitions_def == LETTERS
        assert definition.get_partition_mapping(key("first")) == dg.AllPartitionMapping()
        assert definition.get_partition_mapping(key("other")) is None

    @MAKERS
    def test_a_group_is_of_all_or_by_output(self, make, of):
        assert set(make(of, group_name="g").group_names_by_key.values()) == {"g"}
        with pytest.raises(dg.CheckError):
            make(of, group_name="g", group_names_by_output_name={"a": "h"})

    def test_owners_and_resources_of_a_graph(self):
        @dg.graph
        def using():
            return dg.op(name="use", required_resource_keys={"tool"})(
                lambda context: context.resources.tool
            )()

        definition = dg.AssetsDefinition.from_graph(
            using,
            resource_defs={"tool": dg.ResourceDefinition.hardcoded_resource("saw")},
            owners_by_output_name={"result": ["team:x"]},
        )

        assert definition.get_asset_spec().owners == ["team:x"]
        assert set(definition.resource_defs) == {"tool"}
        assert dg.materialize([definition]).asset_value("using") == "saw"


class TestWhatADefinitionTells:
    pair = dg.AssetsDefinition.from_graph(pair, descriptions_by_output_name={"a": "d"})

    def test_of_one_asset(self):
        assert (up.key, up.keys, up.op.name) == (key("up"), {key("up")}, "up")
        assert up.node_def is up.op
        assert up.get_asset_spec().key == key("up")
        assert not up.can_subset

    def test_of_several_one_must_be_named(self):
        for ask in (
            lambda: self.pair.key,
            lambda: self.pair.get_asset_spec(),
            lambda: self.pair.to_source_asset(),
        ):
            with pytest.raises((dg.CheckError, dg.DagsterInvariantViolationError)):
                ask()
        assert self.pair.get_asset_spec(key("b")).key == key("b")

    def test_a_graph_is_no_op(self):
        assert self.pair.node_def is pair
        with pytest.raises(dg.CheckError):
            _ = self.pair.op

    def test_texts_groups_and_resources(self):
        @dg.asset(required_resource_keys={"tool"}, io_manager_key="files", group_name="g")
        def table(): ...

        assert self.pair.descriptions_by_key == {key("a"): "d"}
        assert self.pair.group_names_by_key == {key("a"): "default", key("b"): "default"}
        assert table.group_names_by_key == {key("table"): "g"}
        assert table.required_resource_keys == {"tool", "files"}
        assert self.pair.required_resource_keys == {"io_manager"}
        assert table.partitions_def is None

    def test_checks_and_subsets(self):
        @dg.multi_asset(
            specs=[dg.AssetSpec("a"), dg.AssetSpec("b", deps=["a", "z"])],
            check_specs=[dg.AssetCheckSpec("fine", asset="a")],
            can_subset=True,
        )
        def both(): ...

        assert [spec.name for spec in both.check_specs] == ["fine"]
        assert both.can_subset
        assert set(both.dependency_keys) == {key("a"), key("z")}
        assert both.asset_deps == {key("a"): set(), key("b"): {key("a"), key("z")}}

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_sources_have_its_key_metadata_and_io_manager(self):
        @dg.asset(metadata={"m": 1}, io_manager_key="files")
        def table(): ...

        source = table.to_source_asset()

        assert (source.key, source.raw_metadata["m"], source.io_manager_key) == (key("table"), 1, "files")
        assert [source.key for source in self.pair.to_source_assets()] == [key("a"), key("b")]
        assert self.pair.to_source_asset("b").key == key("b")


class TestGraphAsset:
    def test_it_takes_every_argument(self):
        @dg.graph_asset(
            name="named", key_prefix="raw", description="d", ins={"first": dg.AssetIn("up")}, group_name="g",
            metadata={"m": 1}, tags={"t": "1"}, owners=["team:x"], kinds={"python"}, code_version="3",
            partitions_def=LETTERS, automation_condition=MISSING, freshness_policy=FRESH,
            backfill_policy=dg.BackfillPolicy.multi_run(2),
        )  # fmt: skip
        def table(first):
            return increase(first)

        spec = table.get_asset_spec()
        assert (spec.key, spec.description, spec.group_name) == (key("raw", "named"), "d", "g")
        assert (spec.metadata["m"], spec.tags["t"], spec.kinds, spec.owners) == (
            1,
            "1",
            {"python"},
            ["team:x"],
        )
        assert (spec.code_version, spec.partitions_def, spec.automation_condition) == ("3", LETTERS, MISSING)
        assert spec.freshness_policy == FRESH
        assert table.backfill_policy == dg.BackfillPolicy.multi_run(2)
        assert set(table.dependency_keys) == {key("up")}
        result = dg.materialize([up, table], partition_key="k", selection=["*raw/named"])
        assert result.asset_value(["raw", "named"]) == 2

    def test_a_whole_key_stands_alone(self):
        @dg.graph_asset(key=["x", "y"])
        def table(up):
            return increase(up)

        assert table.key == key("x", "y")
        for other in ({"name": "b"}, {"key_prefix": "b"}):
            with pytest.raises(dg.DagsterInvalidDefinitionError):
                dg.graph_asset(key="a", **other)(lambda: increase(5))

    def test_config_is_a_default_of_its_ops(self):
        @dg.graph_asset(config={"multiply": {"config": {"times": 10}}})
        def table(up):
            return multiply(up)

        assert dg.materialize([up, table]).asset_value("table") == 10

    def test_config_is_a_mapping_with_a_schema_of_its_own(self):
        @dg.config_mapping(config_schema={"simple": int})
        def simplified(config):
            return {"multiply": {"config": {"times": config["simple"]}}}

        @dg.graph_asset(config=simplified)
        def table(up):
            return multiply(up)

        run_config = {"ops": {"table": {"config": {"simple": 5}}}}
        assert dg.materialize([up, table], run_config=run_config).asset_value("table") == 5

    def test_checks_hooks_and_resources(self):
        heard = []

        @dg.success_hook
        def note(context):
            heard.append(context.op.name)

        @dg.op(required_resource_keys={"tool"})
        def use(context):
            return context.resources.tool

        @dg.op
        def look(value):
            return dg.AssetCheckResult(passed=value == "saw")

        @dg.graph_asset(
            check_specs=[dg.AssetCheckSpec("sharp", asset="table")],
            resource_defs={"tool": dg.ResourceDefinition.hardcoded_resource("saw")},
            hooks={note},
        )
        def table():
            used = use()
            return {"result": used, "table_sharp": look(used)}

        result = dg.materialize([table])

        assert result.asset_value("table") == "saw"
        assert [check.passed for check in result.get_asset_check_evaluations()] == [True]
        assert sorted(heard) == ["look", "use"]


class TestGraphMultiAsset:
    def test_it_takes_every_argument(self):
        @dg.graph_multi_asset(
            name="pair_of_assets", outs={"a": dg.AssetOut(), "b": dg.AssetOut(key=["x", "y"])},
            ins={"first": dg.AssetIn("up")}, group_name="g", partitions_def=LETTERS,
            backfill_policy=dg.BackfillPolicy.single_run(), can_subset=False,
        )  # fmt: skip
        def both(first):
            a, b = two_values(first)
            return {"a": a, "b": b}

        assert (both.keys, both.node_def.name) == ({key("a"), key("x", "y")}, "pair_of_assets")
        assert set(both.group_names_by_key.values()) == {"g"}
        assert (both.partitions_def, both.backfill_policy) == (LETTERS, dg.BackfillPolicy.single_run())
        result = dg.materialize([up, both], partition_key="l", selection=["*a", "x/y"])
        assert (result.asset_value("a"), result.asset_value(["x", "y"])) == (2, 3)
        with pytest.raises(TypeError):
            dg.graph_multi_asset()

    def test_config_of_its_ops(self):
        outs = {"a": dg.AssetOut(), "b": dg.AssetOut()}

        @dg.config_mapping(config_schema={"n": int})
        def simplified(config):
            return {"multiply": {"config": {"times": config["n"]}}}

        def both(up):
            return {"a": multiply(up), "b": increase(up)}

        default = dg.graph_multi_asset(outs=outs, config={"multiply": {"config": {"times": 4}}})(both)
        mapped = dg.graph_multi_asset(outs=outs, config=simplified)(both)
        derived = dg.graph_multi_asset(outs=outs)(both)
        mapped_config = {"ops": {"both": {"config": {"n": 5}}}}
        derived_config = {"ops": {"both": {"ops": {"multiply": {"config": {"times": 6}}}}}}

        assert dg.materialize([up, default]).asset_value("a") == 4
        assert dg.materialize([up, mapped], run_config=mapped_config).asset_value("a") == 5
        assert dg.materialize([up, derived], run_config=derived_config).asset_value("a") == 6

    def test_a_group_is_given_once(self):
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="group_name"):
            dg.graph_multi_asset(outs={"a": dg.AssetOut(group_name="x")}, group_name="g")(lambda: 1)


class TestMultiAsset:
    def test_its_op_is_named_by_the_function_or_by_name(self):
        @dg.multi_asset(specs=[dg.AssetSpec("a")])
        def by_function(): ...

        assert by_function.op.name == "by_function"
        assert dg.multi_asset(specs=[dg.AssetSpec("a")], name="given")(lambda: None).op.name == "given"

    def test_values_come_from_ins_and_deps_carry_none(self):
        @dg.multi_asset(
            outs={"a": dg.AssetOut(), "b": dg.AssetOut()}, ins={"number": dg.AssetIn("up")}, deps=["z"]
        )
        def both(number):
            return number, number * 2

        assert set(both.dependency_keys) == {key("up"), key("z")}
        result = dg.materialize([up, both])
        assert (result.asset_value("a"), result.asset_value("b")) == (1, 2)

    def test_specs_come_without_values(self):
        @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
        def both(): ...

        result = dg.materialize([both])
        kinds = [event.event_type_value for event in result.all_events]

        assert made(result) == ["a", "b"]
        assert "HANDLED_OUTPUT" not in kinds
        assert {out.dagster_type.display_name for out in both.op.output_dict.values()} == {"Nothing"}
        for other in ({"outs": {"x": dg.AssetOut()}}, {"deps": ["x"]}):
            with pytest.raises(dg.DagsterInvalidDefinitionError):
                dg.multi_asset(specs=[dg.AssetSpec("a")], **other)

    def test_version_policy_resources_and_tags_are_of_its_op(self):
        @dg.multi_asset(
            outs={"a": dg.AssetOut(), "b": dg.AssetOut()}, code_version="7", partitions_def=LETTERS, group_name="g",
            backfill_policy=dg.BackfillPolicy.single_run(), op_tags={"o": "1"}, retry_policy=dg.RetryPolicy(2),
            config_schema={"n": int}, required_resource_keys={"given"},
            resource_defs={"own": dg.ResourceDefinition.hardcoded_resource(2)},
        )  # fmt: skip
        def both(context):
            config = context.op_execution_context.op_config["n"]
            return config + context.resources.own, context.resources.given

        result = dg.materialize(
            [both], partition_key="k", resources={"given": 5}, run_config={"ops": {"both": {"config": {"n": 1}}}}
        )  # fmt: skip

        assert (result.asset_value("a"), result.asset_value("b")) == (3, 5)
        events = result.get_asset_materialization_events()
        assert {event.materialization.tags["dagster/code_version"] for event in events} == {"7"}
        assert (both.backfill_policy, both.partitions_def) == (dg.BackfillPolicy.single_run(), LETTERS)
        assert (both.op.tags["o"], both.op.retry_policy) == ("1", dg.RetryPolicy(2))
        assert set(both.group_names_by_key.values()) == {"g"}

    def test_a_subset_is_told_by_keys_and_by_outputs(self):
        seen = []

        @dg.multi_asset(
            outs={"a": dg.AssetOut(is_required=False), "b": dg.AssetOut(is_required=False)}, can_subset=True
        )
        def both(context):
            seen.append(
                (context.selected_asset_keys, set(context.op_execution_context.selected_output_names))
            )
            for name in context.op_execution_context.selected_output_names:
                yield dg.Output(1, name)

        assert made(dg.materialize([both], selection=["b"])) == ["b"]
        assert seen == [({key("b")}, {"b"})]

    def test_checks_are_further_outputs(self):
        @dg.multi_asset(
            specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], check_specs=[dg.AssetCheckSpec("fine", asset="b")]
        )
        def both():
            yield dg.MaterializeResult("a")
            yield dg.MaterializeResult("b", check_results=[dg.AssetCheckResult(passed=False)])

        (check,) = dg.materialize([both]).get_asset_check_evaluations()

        assert (check.asset_key, check.check_name, check.passed) == (key("b"), "fine", False)

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_the_former_name_of_deps(self):
        outs = {"a": dg.AssetOut(), "b": dg.AssetOut()}
        both = dg.multi_asset(outs=outs, name="both", non_argument_deps={"z"})(lambda: (1, 2))

        assert set(both.dependency_keys) == {key("z")}
