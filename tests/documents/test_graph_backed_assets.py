"""The examples of the guide to graph-backed assets, as they run."""

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterInvariantViolationError


def keys_of(result):
    return [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]


def succeeded(result):
    return [event.step_key for event in result.all_node_events if event.is_step_success]


class SlackClient:
    def files_list(self, channel):
        return [{"id": 1, "created": 2, "title": channel, "permalink": "p", "other": "left out"}]


class SlackResource(dg.ConfigurableResource):
    token: str

    def get_client(self):
        return SlackClient()


def test_several_ops_make_one_asset():
    stored = []

    @dg.op
    def fetch_files_from_slack(slack: SlackResource) -> list:
        files = slack.get_client().files_list(channel="#random")
        return [{name: file.get(name) for name in ("id", "created", "title", "permalink")} for file in files]

    @dg.op
    def store_files(files):
        stored.extend(files)

    @dg.graph_asset
    def slack_files_table():
        return store_files(fetch_files_from_slack())

    result = dg.materialize([slack_files_table], resources={"slack": SlackResource(token="t")})
    assert succeeded(result) == ["slack_files_table.fetch_files_from_slack", "slack_files_table.store_files"]
    assert keys_of(result) == ["slack_files_table"]
    assert stored == [{"id": 1, "created": 2, "title": "#random", "permalink": "p"}]


def test_parameters_are_upstream_assets():
    @dg.asset
    def upstream_asset():
        return 1

    @dg.op
    def add_one(input_num):
        return input_num + 1

    @dg.op
    def multiply_by_two(input_num):
        return input_num * 2

    @dg.graph_asset
    def middle_asset(upstream_asset):
        return multiply_by_two(add_one(upstream_asset))

    @dg.asset
    def downstream_asset(middle_asset):
        return middle_asset + 7

    result = dg.materialize([upstream_asset, middle_asset, downstream_asset])
    assert result.asset_value("middle_asset") == 4
    assert result.asset_value("downstream_asset") == 11


def test_one_graph_makes_several_assets():
    @dg.asset
    def upstream_asset():
        return 3

    @dg.op(out={"one": dg.Out(), "two": dg.Out()})
    def two_outputs(upstream):
        return upstream + 1, upstream + 2

    @dg.graph_multi_asset(outs={"first_asset": dg.AssetOut(), "second_asset": dg.AssetOut()})
    def two_assets(upstream_asset):
        one, two = two_outputs(upstream_asset)
        return {"first_asset": one, "second_asset": two}

    result = dg.materialize([upstream_asset, two_assets])
    assert [result.asset_value(key) for key in ("first_asset", "second_asset")] == [4, 5]


def test_one_graph_is_an_asset_twice():
    @dg.op
    def fetch():
        return 5

    @dg.graph
    def load_table():
        return fetch()

    north = dg.AssetsDefinition.from_graph(load_table, keys_by_output_name={"result": dg.AssetKey("north")})
    south = dg.AssetsDefinition.from_graph(load_table, keys_by_output_name={"result": dg.AssetKey("south")})
    assert sorted(keys_of(dg.materialize([north, south]))) == ["north", "south"]


def test_a_part_of_a_graph_cannot_be_selected_by_default():
    @dg.op(out={"one": dg.Out(), "two": dg.Out()})
    def two_outputs():
        return 1, 2

    @dg.graph_multi_asset(outs={"first_asset": dg.AssetOut(), "second_asset": dg.AssetOut()})
    def two_assets():
        one, two = two_outputs()
        return {"first_asset": one, "second_asset": two}

    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.Definitions(
            assets=[two_assets], jobs=[dg.define_asset_job("part", selection=["first_asset"])]
        ).resolve_job_def("part")


class TestSubsets:
    """The graph of the guide: bar -> foo -> baz, foo_asset from foo, baz_asset from baz."""

    def build(self, seen):
        @dg.op(out={"bar_1": dg.Out(), "bar_2": dg.Out()})
        def bar():
            return 1, 2

        @dg.op(out={"foo_1": dg.Out(is_required=False), "foo_2": dg.Out(is_required=False)})
        def foo(context: dg.OpExecutionContext, bar_1):
            seen.append(set(context.selected_output_names))
            if "foo_1" in context.selected_output_names:
                yield dg.Output(bar_1 + 1, output_name="foo_1")
            if "foo_2" in context.selected_output_names:
                yield dg.Output(bar_1 + 2, output_name="foo_2")

        @dg.op
        def baz(foo_2, bar_2):
            return foo_2 + bar_2

        @dg.graph_multi_asset(outs={"foo_asset": dg.AssetOut(), "baz_asset": dg.AssetOut()}, can_subset=True)
        def my_graph_assets():
            bar_1, bar_2 = bar()
            foo_1, foo_2 = foo(bar_1)
            return {"foo_asset": foo_1, "baz_asset": baz(foo_2, bar_2)}

        return my_graph_assets

    @pytest.mark.parametrize(
        ("selected", "steps", "outputs"),
        [
            ("foo_asset", ["bar", "foo"], {"foo_1"}),
            ("baz_asset", ["bar", "foo", "baz"], {"foo_2"}),
        ],
    )
    def test_only_the_ops_run_that_a_selected_asset_needs(self, selected, steps, outputs):
        seen = []
        result = dg.materialize([self.build(seen)], selection=[selected])
        assert succeeded(result) == [f"my_graph_assets.{step}" for step in steps]
        assert seen == [outputs]
        assert keys_of(result) == [selected]

    def test_a_job_over_all_makes_all(self):
        seen = []
        defs = dg.Definitions(assets=[self.build(seen)], jobs=[dg.define_asset_job("graph_asset")])
        result = defs.resolve_job_def("graph_asset").execute_in_process()
        assert sorted(keys_of(result)) == ["baz_asset", "foo_asset"]
        assert seen == [{"foo_1", "foo_2"}]
        assert result.asset_value("baz_asset") == 5

    def test_an_asset_that_was_not_selected_is_refused_instead_of_made_unexpectedly(self):
        @dg.op(out={"foo_1": dg.Out(), "foo_2": dg.Out()})
        def foo():
            return 1, 2

        @dg.op
        def baz(foo_2):
            return foo_2

        @dg.graph_multi_asset(outs={"foo_asset": dg.AssetOut(), "baz_asset": dg.AssetOut()}, can_subset=True)
        def my_graph_assets():
            foo_1, foo_2 = foo()
            return {"foo_asset": foo_1, "baz_asset": baz(foo_2)}

        with pytest.raises(DagsterInvariantViolationError, match="selected_output_names"):
            dg.materialize([my_graph_assets], selection=["baz_asset"])


def test_values_between_ops_are_no_assets_and_steps_are_named_by_graph():
    @dg.op
    def fetch():
        return 1

    @dg.op
    def store(value):
        return value + 1

    @dg.graph_asset
    def table():
        return store(fetch())

    result = dg.materialize([table])
    assert result.output_for_node("table.fetch") == 1
    assert [key.to_user_string() for key in table.keys] == ["table"]
    made = [e.step_key for e in result.get_asset_materialization_events()]
    assert made == ["table.store"]


ATTEMPTS = []


@dg.op
def fetch_rows():
    ATTEMPTS.append("fetch")
    return [1, 2]


@dg.op
def store_rows(rows):
    ATTEMPTS.append("store")
    if ATTEMPTS.count("store") == 1:
        raise ValueError("not yet")
    return rows


@dg.graph_asset
def rows_table():
    return store_rows(fetch_rows())


def job_of_rows():
    job = dg.define_asset_job("rows", executor_def=dg.in_process_executor)
    return dg.Definitions(assets=[rows_table], jobs=[job]).resolve_job_def("rows")


def test_one_op_of_an_asset_is_executed_again():
    ATTEMPTS.clear()
    with dg.instance_for_test() as instance:
        first = dg.execute_job(dg.reconstructable(job_of_rows), instance)
        options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
        again = dg.execute_job(dg.reconstructable(job_of_rows), instance, reexecution_options=options)
        only_store = dg.ReexecutionOptions(again.run_id, step_selection=["rows_table.store_rows"])
        third = dg.execute_job(dg.reconstructable(job_of_rows), instance, reexecution_options=only_store)

    assert not first.success
    assert succeeded(again) == succeeded(third) == ["rows_table.store_rows"]
    assert keys_of(third) == ["rows_table"]
    assert ATTEMPTS == ["fetch", "store", "store", "store"]
