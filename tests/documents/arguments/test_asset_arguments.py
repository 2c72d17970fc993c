"""Every argument of an asset, wherever it is written: on functions, specs, outputs and inputs."""

from datetime import timedelta

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b"])
MISSING = dg.AutomationCondition.missing()
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=2))


def nothing(): ...


def key(*path):
    return dg.AssetKey(list(path))


class Telling(dg.IOManager):
    """Tells what it was asked."""

    def __init__(self):
        self.stored = []

    def handle_output(self, context, obj):
        self.stored.append((context.asset_key.to_user_string(), obj, dict(context.definition_metadata)))

    def load_input(self, context):
        return context.asset_key.to_user_string(), dict(context.definition_metadata)


class TestAsset:
    def test_its_name_is_that_of_the_function_and_may_have_a_prefix(self):
        @dg.asset
        def orders(): ...

        assert (orders.key, orders.op.name) == (key("orders"), "orders")
        assert dg.asset(name="x", key_prefix="raw")(nothing).key == key("raw", "x")

        @dg.asset(key_prefix=["a", "b-c"])
        def d(): ...

        assert (d.key, d.op.name) == (key("a", "b-c", "d"), "a__b_c__d")

    @pytest.mark.parametrize("other", [{"name": "b"}, {"key_prefix": "b"}])
    def test_a_whole_key_stands_alone(self, other):
        assert dg.asset(key=["x", "y"])(nothing).key == key("x", "y")
        assert dg.asset(key=dg.AssetKey("x"))(nothing).key == key("x")
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="not both"):
            dg.asset(key="a", **other)

    def test_parameters_are_upstream_but_for_context_config_and_resources(self):
        class Limits(dg.Config):
            rows: int = 5

        class Mail(dg.ConfigurableResource):
            sender: str = "me"

        @dg.asset
        def source():
            return 1

        @dg.asset
        def report(context: dg.AssetExecutionContext, source, config: Limits, mail: Mail):
            return source, config.rows, mail.sender, context.asset_key

        result = dg.materialize([source, report], resources={"mail": Mail(sender="you")})

        assert set(report.dependency_keys) == {key("source")}
        assert result.asset_value("report") == (1, 5, "you", key("report"))

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_deps_are_named_in_every_form_and_carry_no_value(self):
        @dg.asset
        def made(): ...

        deps = [
            dg.AssetDep("dep"), made, dg.SourceAsset("source"), dg.AssetSpec("spec"), key("p", "key"), "text",
        ]  # fmt: skip

        @dg.asset(deps=deps)
        def report():
            return 1

        assert [dep.asset_key for dep in report.get_asset_spec().deps] == [
            key("dep"), key("made"), key("source"), key("spec"), key("p", "key"), key("text"),
        ]  # fmt: skip
        assert dg.materialize([made, report]).asset_value("report") == 1

    def test_attributes_are_on_its_spec(self):
        @dg.asset(
            metadata={"m": 1}, tags={"t": "1"}, group_name="g", code_version="3", owners=["team:x", "ann@example.com"],
            kinds={"k"}, partitions_def=LETTERS, automation_condition=MISSING, freshness_policy=FRESH, description="d",
            is_virtual=True, backfill_policy=dg.BackfillPolicy.multi_run(2), op_tags={"o": {"p": 1}}, pool="db",
        )  # fmt: skip
        def orders(): ...

        spec = orders.get_asset_spec()
        assert (spec.metadata, spec.group_name, spec.code_version) == ({"m": 1}, "g", "3")
        assert (spec.owners, spec.kinds, spec.tags["t"]) == (["team:x", "ann@example.com"], {"k"}, "1")
        assert spec.tags["dagster/kind/k"] == ""
        assert (spec.partitions_def, spec.automation_condition, spec.freshness_policy) == (
            LETTERS,
            MISSING,
            FRESH,
        )
        assert (spec.description, spec.is_virtual) == ("d", True)
        assert orders.backfill_policy == dg.BackfillPolicy.multi_run(2)
        assert (orders.op.tags["o"], orders.op.pool) == ('{"p": 1}', "db")

    def test_tags_of_an_asset_are_no_tags_of_runs(self):
        @dg.asset(tags={"t": "1"})
        def orders(): ...

        assert "t" not in dg.materialize([orders]).dagster_run.tags

    def test_its_text_is_the_docstring_and_its_group_is_default(self):
        @dg.asset
        def orders():
            """All orders."""

        assert orders.get_asset_spec().description == "All orders."
        assert orders.group_names_by_key == {key("orders"): "default"}
        assert orders.partitions_def is None

    @pytest.mark.parametrize("owner", ["bob", "team:", 3])
    def test_owners_are_addresses_or_teams(self, owner):
        with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError)):
            dg.asset(owners=[owner])(nothing)

    @pytest.mark.parametrize("tags", [{"a" * 64: "x"}, {"a": "x" * 64}, {"a b": "x"}])
    def test_tags_are_short_and_plain(self, tags):
        with pytest.raises(dg.DagsterInvalidDefinitionError):
            dg.asset(tags=tags)(nothing)

    def test_an_io_manager_is_named_or_given_and_not_both(self):
        with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError), match="io_manager"):
            dg.asset(io_manager_key="a", io_manager_def=Telling())(nothing)

    def test_checks_are_made_by_the_same_function(self):
        @dg.asset(check_specs=[dg.AssetCheckSpec("positive", asset="orders")])
        def orders():
            yield dg.Output(3)
            yield dg.AssetCheckResult(passed=True, check_name="positive")

        result = dg.materialize([orders])

        assert [(check.check_name, check.passed) for check in result.get_asset_check_evaluations()] == [
            ("positive", True)
        ]

    def test_a_partition_is_the_one_of_the_run(self):
        @dg.asset(partitions_def=LETTERS)
        def orders(context):
            return context.partition_key

        assert dg.materialize([orders], partition_key="b").asset_value("orders") == "b"


class TestAssetSpec:
    def test_it_holds_every_attribute(self):
        spec = dg.AssetSpec(
            ["sales", "orders"], deps=["customers"], description="All.", metadata={"rows": 1}, skippable=True,
            group_name="g", code_version="2", owners=["team:data"], tags={"tier": "gold"}, kinds={"python"},
            partitions_def=LETTERS, automation_condition=MISSING, freshness_policy=FRESH, is_virtual=True,
        )  # fmt: skip

        assert (spec.key, [dep.asset_key for dep in spec.deps]) == (
            key("sales", "orders"),
            [key("customers")],
        )
        assert (spec.description, spec.metadata, spec.skippable) == ("All.", {"rows": 1}, True)
        assert (spec.group_name, spec.code_version, spec.owners) == ("g", "2", ["team:data"])
        assert spec.tags == {"tier": "gold", "dagster/kind/python": ""}
        assert (spec.partitions_def, spec.automation_condition, spec.freshness_policy) == (
            LETTERS,
            MISSING,
            FRESH,
        )
        assert spec.is_virtual

    def test_its_version_wins_over_that_of_the_function(self):
        specs = [dg.AssetSpec("a", code_version="own"), dg.AssetSpec("b")]

        @dg.multi_asset(specs=[specs[0], specs[1].replace_attributes(code_version="other")])
        def both(): ...

        versions = {
            event.asset_key: event.materialization.tags["dagster/code_version"]
            for event in dg.materialize([both]).get_asset_materialization_events()
        }
        assert versions == {key("a"): "own", key("b"): "other"}

    def test_a_copy_has_other_attributes(self):
        spec = dg.AssetSpec("a", deps=["b"], metadata={"m": 1}, group_name="g")

        other = spec.replace_attributes(key="z", deps=["c"], metadata={"n": 2}, group_name=None)

        assert (other.key, [dep.asset_key for dep in other.deps]) == (key("z"), [key("c")])
        assert (other.metadata, other.group_name) == ({"n": 2}, None)
        assert (spec.key, spec.group_name) == (key("a"), "g")

    def test_its_io_manager_loads_it(self):
        @dg.asset
        def report(source):
            return source

        source = dg.AssetSpec("source").with_io_manager_key("telling")
        result = dg.materialize(
            [source, report], resources={"telling": Telling(), "io_manager": dg.mem_io_manager}
        )

        assert source.metadata == {"dagster/io_manager_key": "telling"}
        assert result.asset_value("report")[0] == "source"

    def test_a_group_that_is_open_becomes_default(self):
        defs = dg.Definitions(assets=[dg.AssetSpec("a")])

        assert dg.AssetSpec("a").group_name is None
        assert [spec.group_name for spec in defs.resolve_all_asset_specs()] == ["default"]


class TestAssetOut:
    def test_each_asset_has_attributes_of_its_own(self):
        @dg.multi_asset(
            outs={
                "a": dg.AssetOut(
                    key_prefix="raw", dagster_type=dg.Int, description="d", is_required=False, io_manager_key="telling",
                    metadata={"m": 1}, group_name="g", code_version="2", automation_condition=MISSING,
                    owners=["team:x"], tags={"t": "1"}, kinds={"k"}, freshness_policy=FRESH,
                ),
                "b": dg.AssetOut(key=["x", "y"]),
                "c": dg.AssetOut(),
            }
        )  # fmt: skip
        def three():
            yield dg.Output(1, "a")
            yield dg.Output(2, "b")
            yield dg.Output(3, "c")

        assert three.keys == {key("raw", "a"), key("x", "y"), key("c")}
        spec = three.get_asset_spec(key("raw", "a"))
        assert (spec.description, spec.metadata["m"], spec.group_name) == ("d", 1, "g")
        assert (spec.code_version, spec.owners, spec.tags["t"], spec.kinds) == ("2", ["team:x"], "1", {"k"})
        assert (spec.automation_condition, spec.freshness_policy, spec.skippable) == (MISSING, FRESH, True)
        telling = Telling()
        assert dg.materialize([three], resources={"telling": telling}).success
        assert [(name, value) for name, value, _ in telling.stored] == [("raw/a", 1)]
        assert telling.stored[0][2]["m"] == 1

    def test_the_type_is_checked(self):
        @dg.multi_asset(outs={"a": dg.AssetOut(dagster_type=dg.Int), "b": dg.AssetOut()})
        def both():
            return "text", 2

        assert not dg.materialize([both], raise_on_error=False).success

    def test_the_io_manager_is_the_default_one_and_key_excludes_prefix(self):
        @dg.multi_asset(outs={"a": dg.AssetOut(), "b": dg.AssetOut(io_manager_key="files")})
        def both(): ...

        assert [out.io_manager_key for out in both.op.output_dict.values()] == ["io_manager", "files"]
        assert dg.AssetOut().is_required
        with pytest.raises((dg.CheckError, dg.DagsterInvalidDefinitionError), match="not both"):
            dg.AssetOut(key="a", key_prefix="b")

    def test_a_backfill_policy_is_of_all(self):
        policy = dg.BackfillPolicy.single_run()

        @dg.multi_asset(
            outs={"a": dg.AssetOut(backfill_policy=policy), "b": dg.AssetOut(backfill_policy=policy)},
            partitions_def=LETTERS,
        )
        def both(): ...

        assert both.backfill_policy == policy


class TestInputs:
    def test_an_input_is_declared_by_key_or_prefix(self):
        @dg.asset(ins={"orders": dg.AssetIn(key_prefix="raw", metadata={"columns": "id"})})
        def totals(orders):
            return orders

        @dg.asset(ins={"x": dg.AssetIn(key="orders"), "y": dg.AssetIn(key=["raw", "orders"])})
        def both(x, y): ...

        loading = {"io_manager": Telling()}
        result = dg.materialize([totals, dg.AssetSpec(["raw", "orders"])], resources=loading)

        assert set(totals.dependency_keys) == {key("raw", "orders")}
        assert set(both.dependency_keys) == {key("orders"), key("raw", "orders")}
        assert result.success
        with pytest.raises((dg.CheckError, dg.DagsterInvalidDefinitionError), match="not both"):
            dg.AssetIn(key="a", key_prefix="b")

    def test_a_manager_of_the_input_loads_it(self):
        @dg.asset(ins={"orders": dg.AssetIn(input_manager_key="teller", metadata={"columns": "id"})})
        def totals(orders):
            return orders

        result = dg.materialize(
            [totals, dg.AssetSpec("orders")],
            resources={"teller": Telling(), "io_manager": dg.mem_io_manager},
        )

        assert result.asset_value("totals") == ("orders", {"columns": "id"})

    @pytest.mark.parametrize("how", ["ins", "deps"])
    def test_a_mapping_says_which_partitions(self, how):
        seen = []
        before = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
        days = dg.DailyPartitionsDefinition("2024-01-01")

        @dg.asset(partitions_def=days)
        def upstream(): ...

        given = (
            {"ins": {"upstream": dg.AssetIn(partition_mapping=before, dagster_type=dg.Nothing)}}
            if how == "ins"
            else {"deps": [dg.AssetDep(upstream, partition_mapping=before)]}
        )

        @dg.asset(partitions_def=days, **given)
        def downstream(context: dg.AssetExecutionContext):
            seen.append(context.asset_partition_key_for_input("upstream"))

        dg.materialize([upstream, downstream], partition_key="2024-01-03", selection=[downstream])

        assert seen == ["2024-01-02"]
        assert downstream.get_partition_mapping(key("upstream")) == before

    @pytest.mark.parametrize(
        ("upstream_partitions", "own_partitions", "partition", "expected"),
        [
            (LETTERS, LETTERS, "b", ["b"]),
            (LETTERS, None, None, ["a", "b"]),
            (
                dg.HourlyPartitionsDefinition("2024-01-01-00:00"),
                dg.DailyPartitionsDefinition("2024-01-01"),
                "2024-01-02",
                [f"2024-01-02-{hour:02}:00" for hour in range(24)],
            ),
            (
                dg.DailyPartitionsDefinition("2024-01-01"),
                dg.HourlyPartitionsDefinition("2024-01-01-00:00"),
                "2024-01-02-05:00",
                ["2024-01-02"],
            ),
        ],
        ids=["same", "all", "hours of a day", "day of an hour"],
    )
    def test_without_a_mapping_partitions_are_the_same_overlap_or_all(
        self, upstream_partitions, own_partitions, partition, expected
    ):
        seen = []

        class Noting(dg.IOManager):
            def handle_output(self, context, obj): ...

            def load_input(self, context):
                seen.extend(context.asset_partition_keys)

        @dg.asset(partitions_def=upstream_partitions)
        def upstream(): ...

        @dg.asset(partitions_def=own_partitions)
        def downstream(upstream): ...

        dg.materialize(
            [upstream, downstream],
            partition_key=partition,
            selection=[downstream],
            resources={"io_manager": Noting()},
        )

        assert seen == expected


class TestAssetKey:
    def test_a_key_is_text_or_a_list_or_a_tuple(self):
        assert dg.AssetKey("a").path == ["a"]
        assert dg.AssetKey(["a", "b"]).path == ["a", "b"]
        assert dg.AssetKey(("a", "b")) == dg.AssetKey(["a", "b"])

    def test_keys_are_compared_sorted_and_hashed_but_equal_no_text(self):
        assert dg.AssetKey("a") == dg.AssetKey(["a"])
        assert {dg.AssetKey("a"): 1}[dg.AssetKey(["a"])] == 1
        assert sorted([dg.AssetKey("b"), dg.AssetKey(["a", "c"]), dg.AssetKey("a")]) == [
            key("a"), key("a", "c"), key("b"),
        ]  # fmt: skip
        assert dg.AssetKey("a") != "a"

    def test_a_slash_parts_only_what_a_user_types(self):
        assert dg.AssetKey("a/b").path == ["a/b"]
        assert dg.AssetKey.from_user_string("a/b").path == ["a", "b"]
        assert dg.AssetKey(["prefix", "sub", "a"]).to_user_string() == "prefix/sub/a"


@pytest.mark.parametrize("name", ["ü", "a/b", "a b", "..", ".", "/abs", "a\x00b", "x" * 300, ""])
def test_an_output_may_have_any_key_and_its_file_stays_inside(name, tmp_path):
    base = tmp_path / "base"

    @dg.multi_asset(outs={"made": dg.AssetOut(key=[name])})
    def maker():
        return 5

    @dg.asset(ins={"given": dg.AssetIn(key=[name])})
    def next_one(given):
        return given + 1

    files = dg.FilesystemIOManager(base_dir=str(base))
    result = dg.materialize([maker, next_one], resources={"io_manager": files})

    assert result.asset_value("next_one") == 6
    assert list(tmp_path.iterdir()) == [base]
    assert len([path for path in base.rglob("*") if path.is_file()]) == 2
