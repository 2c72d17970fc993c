"""Jobs: what they are given, what they need, and their parts."""

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterUnknownPartitionError,
    ParameterCheckError,
)
from weftwork.definitions.graphs.decorator import graph
from weftwork.definitions.hooks.hook_definition import success_hook
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.nodes.inputs import In
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.partitioned_config.partitioned_config import PartitionedConfig
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.run_config.config_mapping import ConfigMapping
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.run_request import RunRequest


@op
def one():
    return 1


@op
def add(x):
    return x


@op(required_resource_keys={"database"})
def load():
    return 1


@graph
def whole():
    return add(one())


@graph
def given(x):
    return add(x)


@success_hook
def greet(context): ...


@success_hook(required_resource_keys={"mail"})
def mail(context): ...


LETTERS = StaticPartitionsDefinition(["a", "b"])


def test_a_job_is_composed_as_a_graph_is():
    @job
    def nightly():
        """Run at night."""
        add(one())

    assert nightly.name == nightly.spec.name == "nightly"
    assert nightly.description == "Run at night."
    assert [node.name for node in nightly.spec.graph.nodes] == ["one", "add"]


@pytest.mark.parametrize("body", [lambda: one(), lambda: 5])
def test_a_job_returns_nothing(body):
    with pytest.raises(DagsterInvalidDefinitionError, match="Remove the return"):
        job(name="wrong")(body)


def test_a_job_is_not_called():
    with pytest.raises(DagsterInvariantViolationError, match="execute_in_process"):
        whole.to_job()()


def test_tags_of_graph_and_job_come_together_and_run_tags_stand_apart():
    tagged = whole.copy(tags={"g": 1})

    assert tagged.to_job(tags={"a": {"b": 1}}).tags == {"g": "1", "a": '{"b": 1}'}
    assert tagged.to_job(tags={"a": 1}).run_tags == {"g": "1", "a": "1"}
    apart = tagged.to_job(tags={"a": 1}, run_tags={"r": 2})
    assert (apart.tags, apart.run_tags) == ({"g": "1", "a": "1"}, {"g": "1", "r": "2"})


def test_what_is_not_given_has_defaults():
    plain = whole.to_job()

    assert set(plain.resource_defs) == {"io_manager"}
    assert plain.explicit_resource_keys == frozenset()
    assert "console" in plain.loggers
    assert not plain.has_specified_executor
    assert not plain.has_specified_loggers
    assert plain.executor_def.name == "multi_or_in_process_executor"
    assert plain.required_resource_keys == {"io_manager"}


class TestResources:
    def test_a_missing_resource_names_who_needs_it_and_the_nearest(self):
        with pytest.raises(
            DagsterInvalidDefinitionError, match=r"op 'load' requires the resource 'database'.*'databas'"
        ):

            @job(resource_defs={"databas": 1})
            def wrong():
                load()

    def test_without_any_resources_they_may_come_later(self):
        @job
        def later():
            load()

        assert later.is_missing_required_resources()
        with pytest.raises(DagsterInvalidDefinitionError):
            later.execute_in_process()
        assert not later.with_top_level_resources({"database": 1}).is_missing_required_resources()

    def test_its_own_resources_stay_over_those_from_outside(self):
        own = ResourceDefinition.hardcoded_resource(1)

        @job(resource_defs={"database": own})
        def owned():
            load()

        assert owned.with_top_level_resources({"database": 2}) is owned
        assert owned.with_top_level_resources({"database": 2, "other": 3}).resource_defs["database"] is own

    @pytest.mark.parametrize(
        ("needy", "said"),
        [
            (op(name="a", out=Out(io_manager_key="disk"))(lambda: 1), "IO manager 'disk'"),
            (
                op(name="a", ins={"x": In(input_manager_key="disk")})(lambda x: 1),
                "input 'x' of op 'a'.*input manager 'disk'",
            ),
            (
                op(
                    name="a",
                    out=Out(
                        DagsterType(
                            name="T", type_check_fn=lambda c, v: True, required_resource_keys={"disk"}
                        )
                    ),
                )(lambda: 1),
                "type 'T'",
            ),
        ],
    )
    def test_io_managers_and_types_need_resources_too(self, needy, said):
        with pytest.raises(DagsterInvalidDefinitionError, match=said):
            job(name="wrong", resource_defs={"other": 1})(lambda: needy() and None)

    def test_hooks_and_resources_need_resources_too(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="hook 'mail'"):
            whole.to_job(hooks={mail}, resource_defs={"other": 1})
        chained = ResourceDefinition(lambda context: 1, required_resource_keys={"url"})
        with pytest.raises(
            DagsterInvalidDefinitionError, match="resource 'database' requires the resource 'url'"
        ):
            job(name="wrong", resource_defs={"database": chained})(lambda: load() and None)
        ready = job(name="right", resource_defs={"database": chained, "url": 1, "idle": 2})(
            lambda: load() and None
        )
        assert ready.required_resource_keys == {"io_manager", "database", "url"}

    def test_keys_are_python_names(self):
        with pytest.raises(CheckError, match="Python name"):
            whole.to_job(resource_defs={"a b": 1})


class TestConfig:
    def test_a_dict_is_the_default(self):
        assert whole.to_job(config={"ops": {}}).default_run_config == {"ops": {}}
        assert whole.to_job().default_run_config == {}

    def test_a_mapping_makes_it(self):
        mapping = ConfigMapping(lambda config: {}, config_schema={"a": int})

        assert whole.to_job(config=mapping).config_mapping is mapping

    def test_partitions_make_it(self):
        config = PartitionedConfig(LETTERS, run_config_for_partition_key_fn=lambda key: {"ops": {}})

        partitioned = whole.to_job(config=config)

        assert partitioned.partitioned_config is config
        assert partitioned.partitions_def is LETTERS
        with pytest.raises(CheckError, match="other partitions"):
            whole.to_job(config=config, partitions_def=StaticPartitionsDefinition(["z"]))

    def test_a_dict_beside_partitions_is_for_each_of_them(self):
        fixed = whole.to_job(config={"ops": {}}, partitions_def=LETTERS)

        assert fixed.get_run_config_for_partition_key("a") == {"ops": {}}


@pytest.mark.parametrize("arguments", [
    {"config": 5}, {"executor_def": 5}, {"logger_defs": {"x": 5}}, {"partitions_def": 5}, {"op_retry_policy": 5},
    {"hooks": {5}}, {"hooks": [greet]}, {"resource_defs": {1: 1}}, {"description": 5},
])  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(arguments):
    with pytest.raises(ParameterCheckError):
        whole.to_job(**arguments)


@pytest.mark.parametrize("arguments", [
    {"name": "a-b"}, {"tags": {"a": object()}}, {"owners": ["somebody"]}, {"input_values": {"y": 1}},
])  # fmt: skip
def test_arguments_that_fit_nothing_are_refused(arguments):
    with pytest.raises(DagsterInvalidDefinitionError):
        given.to_job(**arguments)


def test_values_of_inputs_and_owners_are_kept():
    made = given.to_job(input_values={"x": 5}, owners=["team:data", "a@b.org"])

    assert made.has_direct_input_value("x")
    assert made.get_direct_input_value("x") == 5
    assert made.owners == ["team:data", "a@b.org"]
    with pytest.raises(DagsterInvalidDefinitionError, match="'x'"):
        made.execute_in_process(input_values={"y": 1})


def test_hooks_of_the_job_and_of_every_use_on_the_way_apply():
    @op
    def inside(): ...

    @graph
    def inner():
        inside.with_hooks({mail})()

    @job(hooks={greet})
    def hooked():
        inner.alias("deep")()

    assert hooked.hooks_for(("deep", "inside")) == {greet, mail}
    assert whole.to_job().with_hooks({greet}).hooks_for(("one",)) == {greet}


def test_the_retry_policy_of_the_use_wins():
    use, own, default = RetryPolicy(1), RetryPolicy(2), RetryPolicy(3)
    stubborn = op(name="stubborn", retry_policy=own)(lambda: 1)

    @job(op_retry_policy=default)
    def retried():
        stubborn.with_retry_policy(use).alias("a")()
        stubborn.alias("b")()
        one.alias("c")()

    assert [retried.get_retry_policy_for_handle((name,)) for name in "abc"] == [use, own, default]
    assert retried.spec.retry_policy is default


class TestSubset:
    def test_a_selection_is_a_part_with_the_same_name(self):
        part = whole.to_job(tags={"a": "1"}).get_subset(op_selection=["add"])

        assert part.name == "whole"
        assert part.graph.node_names() == ["add"]
        assert part.is_subset
        assert part.op_selection == {"add"}
        assert part.resolved_op_selection == {"add"}
        assert part.tags == {"a": "1"}

    def test_an_empty_selection_is_the_whole(self):
        made = whole.to_job()

        assert made.get_subset(op_selection=[]) is made
        assert made.get_subset() is made

    def test_default_config_of_what_is_left_out_goes(self):
        configured = whole.to_job(config={"ops": {"one": {"config": 1}, "add": {"config": 2}, "nope": {}}})

        part = configured.get_subset(op_selection=["add"])

        assert part.default_run_config == {"ops": {"add": {"config": 2}, "nope": {}}}
        assert part.drop_unselected_config({"ops": {"one": {}, "add": {}}}) == {"ops": {"add": {}}}

    def test_values_of_inputs_that_are_gone_go(self):
        @job(input_values={"x": 5})
        def fed(x):
            add(x)
            one()

        assert fed.get_subset(op_selection=["one"]).input_values == {}

    def test_to_job_takes_a_selection(self):
        assert whole.to_job(op_selection=["one"]).graph.node_names() == ["one"]

    def test_ops_and_assets_are_not_selected_together(self):
        made = whole.to_job()

        with pytest.raises(CheckError):
            made.get_subset(op_selection=["one"], asset_selection={AssetKey("a")})
        with pytest.raises(CheckError):
            made.execute_in_process(op_selection=["one"], asset_selection=[AssetKey("a")])
        with pytest.raises(DagsterInvalidSubsetError, match="makes no assets"):
            made.get_subset(asset_selection={AssetKey("a")})


class TestPartitions:
    def test_a_partition_gives_a_run_request(self):
        config = PartitionedConfig(
            LETTERS,
            run_config_for_partition_key_fn=lambda key: {"ops": {"one": {"config": key}}},
            tags_for_partition_key_fn=lambda key: {"letter": key},
        )
        lettered = whole.to_job(config=config)

        request = lettered.run_request_for_partition("a", run_key="k", tags={"x": "y"})

        assert request == RunRequest(
            run_key="k", run_config={"ops": {"one": {"config": "a"}}}, job_name="whole", partition_key="a",
            tags={
                "x": "y", "letter": "a", "dagster/partition": "a", "dagster/partition_set": "whole_partition_set",
            },
        )  # fmt: skip
        assert lettered.run_request_for_partition("a", run_config={"ops": {}}).run_config == {"ops": {}}

    def test_unknown_partitions_and_jobs_without_any_are_refused(self):
        with pytest.raises(DagsterUnknownPartitionError):
            whole.to_job(partitions_def=LETTERS).run_request_for_partition("z")
        with pytest.raises(CheckError, match="no partitions"):
            whole.to_job().run_request_for_partition("a")


def test_a_pending_graph_is_a_job_too():
    made = whole.alias("other").tag({"a": 1}).with_hooks({greet}).to_job()

    assert (made.name, made.tags, made.hook_defs) == ("other", {"a": "1"}, {greet})


def test_a_job_needs_a_graph():
    with pytest.raises(ParameterCheckError):
        JobDefinition(graph_def=one)


def test_a_job_tells_what_it_uses_at_any_depth():
    @op
    def inner(): ...

    @graph
    def outer():
        inner()

    @job
    def whole():
        outer()

    index = whole.get_job_index()

    assert index.get_node_def_snap("inner").name == "inner"
    assert index.get_node_def_snap("outer").nodes[0].name == "inner"
    assert not index.has_node_def_snap("whole")
    with pytest.raises(CheckError, match="Did you mean 'inner'"):
        index.get_node_def_snap("iner")
