import pytest
from hypothesis import given
from hypothesis import strategies as st

from weftwork.base.errors import (
    DagsterError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidSubsetError,
)
from weftwork.definitions.assets.asset_job import build_asset_job
from weftwork.definitions.assets.asset_job_definition import define_asset_job
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.decorators.multi_asset import multi_asset
from weftwork.definitions.assets.decorators.observable_source_asset import observable_source_asset
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.checks.asset_check import asset_check
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.planning.compile import compile_plan
from weftwork.records.keys import AssetKey
from weftwork.records.specs import FromOutput


def fn_named(name, *parameters):
    namespace = {}
    exec(f"def {name}({', '.join(parameters)}): ...", namespace)
    return namespace[name]


def make(name, *parameters, **arguments):
    return asset(**arguments)(fn_named(name, *parameters))


def edges(job):
    return {
        (node.name, source.node) for node in job.spec.graph.nodes for source in node.inputs.values()
    }  # fmt: skip


ONE, TWO, THREE = make("one"), make("two", "one"), make("three", "two")


class TestNodes:
    def test_assets_are_connected_by_key(self):
        job = build_asset_job("j", [THREE, ONE, TWO])

        assert edges(job) == {("two", "one"), ("three", "two")}
        assert [step.key for step in compile_plan(job.spec).steps] == ["one", "two", "three"]

    def test_unselected_upstream_is_loaded(self):
        job = build_asset_job("j", [ONE, TWO, THREE], selection="three")

        assert edges(job) == set()
        assert job.asset_layer.selected_keys == {THREE.key}
        assert compile_plan(job.spec).steps[0].inputs[0].asset_key == TWO.key

    def test_dependency_on_what_nobody_declares_is_external(self):
        job = build_asset_job("j", [make("a", deps=["elsewhere"])])

        assert edges(job) == set()
        assert job.asset_layer.spec(AssetKey("elsewhere")).metadata == {
            "dagster/auto_created_stub_asset": True
        }

    def test_value_that_nobody_makes_is_an_error_with_the_nearest(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="not produced by any .* Did you mean 'one'"):
            build_asset_job("j", [ONE, make("a", "oen")])

    def test_external_values_are_loaded(self):
        job = build_asset_job(
            "j", [AssetSpec("x").with_io_manager_key("io"), SourceAsset("y"), make("a", "x", "y")]
        )

        assert job.asset_layer.io_manager_key(AssetKey("x")) == "io"
        assert job.asset_layer.io_manager_key(AssetKey("y")) == "io_manager"

    def test_same_op_name_twice_gets_a_number(self):
        job = build_asset_job("j", [asset(name="a-b")(fn_named("x")), asset(name="a.b")(fn_named("y"))])

        assert [node.name for node in job.graph.nodes] == ["a_b", "a_b_2"]

    def test_circle_names_its_assets(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="(a -> b -> a|b -> a -> b)"):
            build_asset_job("j", [make("a", "b"), make("b", "a")])


class TestSplitting:
    def test_definition_that_waits_for_others_in_between_is_two_nodes(self):
        specs = [AssetSpec("a"), AssetSpec("c", deps=["b"])]
        both = multi_asset(name="both", specs=specs, can_subset=True)(fn_named("both"))

        job = build_asset_job("j", [both, make("b", deps=["a"])])

        assert edges(job) == {("b", "both"), ("both_2", "b")}
        selected = {node.node: node.selected for node in job.spec.assets}
        assert selected == {"both": {"a"}, "both_2": {"c"}, "b": None}

    def test_whole_definition_cannot_be_split(self):
        specs = [AssetSpec("a"), AssetSpec("c", deps=["b"])]
        both = multi_asset(name="both", specs=specs)(fn_named("both"))

        with pytest.raises(DagsterInvalidDefinitionError, match="can_subset=True"):
            build_asset_job("j", [both, make("b", deps=["a"])])

    def test_selecting_part_of_a_whole_definition_is_refused(self):
        both = multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])(fn_named("both"))

        with pytest.raises(
            DagsterInvalidSubsetError, match="cannot be split, but 'a' is selected without 'b'"
        ):
            build_asset_job("j", [both], selection="a")

    @given(
        pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20),
        owners=st.lists(st.integers(0, 2), min_size=10, max_size=10),
    )
    def test_any_graph_without_circle_can_run(self, pairs, owners):
        """Ten assets, numbered so that dependencies point down, spread over three splittable definitions."""
        deps = {
            number: {f"k{low}" for low, high in pairs if high == number and low < high}
            for number in range(10)
        }
        definitions = []
        for owner in set(owners):
            specs = [AssetSpec(f"k{n}", deps=sorted(deps[n])) for n in range(10) if owners[n] == owner]
            definitions.append(multi_asset(name=f"m{owner}", specs=specs, can_subset=True)(fn_named("m")))

        job = build_asset_job("j", definitions)
        steps = compile_plan(job.spec).steps

        made: dict[str, int] = {}
        for step in steps:
            for output in step.outputs:
                if output.selected:
                    made[output.asset_key.to_user_string()] = step.index
        assert set(made) == {f"k{number}" for number in range(10)}
        assert all(made[dep] <= made[f"k{number}"] for number in range(10) for dep in deps[number])


class TestChecks:
    def test_downstream_waits_for_blocking_checks_only(self):
        @asset_check(asset=ONE, blocking=True)
        def stops(one): ...

        @asset_check(asset=ONE)
        def warns(): ...

        job = build_asset_job("j", [ONE, TWO, stops, warns])
        nodes = {node.name: node for node in job.spec.graph.nodes}

        assert nodes["two"].after == (FromOutput("one_stops", "result"),)
        assert nodes["one_warns"].inputs == {"one": FromOutput("one", "result")}
        assert not nodes["one_stops"].after

    def test_selecting_an_asset_selects_its_checks(self):
        @asset_check(asset=ONE)
        def warns(): ...

        job = build_asset_job("j", [ONE, TWO, warns], selection="one")

        assert [node.name for node in job.graph.nodes] == ["one", "one_warns"]

    def test_check_alone(self):
        @asset_check(asset=ONE)
        def warns(): ...

        whole = build_asset_job("j", [ONE, warns])
        part = whole.get_subset(asset_check_selection=[warns.check_key])

        assert [node.name for node in part.graph.nodes] == ["one_warns"]


class TestParts:
    def test_part_of_a_job(self):
        job = build_asset_job("j", [ONE, TWO, THREE])

        part = job.get_subset(asset_selection=[TWO.key])

        assert [node.name for node in part.graph.nodes] == ["two"]
        assert part.parent_job is job
        assert part.asset_selection == {TWO.key}

    def test_unknown_part_names_the_nearest(self):
        with pytest.raises(DagsterInvalidSubsetError, match="Did you mean 'two'"):
            build_asset_job("j", [ONE, TWO]).get_subset(asset_selection=[AssetKey("twoo")])


class TestResources:
    def test_bound_and_given_are_joined(self):
        bound = make("a", resource_defs={"r": ResourceDefinition.hardcoded_resource(1)})

        job = build_asset_job("j", [bound], resources={"q": 2})

        assert {"r", "q"} <= set(job.resource_defs)

    def test_bound_and_given_twice_is_refused(self):
        bound = make("a", resource_defs={"r": ResourceDefinition.hardcoded_resource(1)})

        with pytest.raises(DagsterInvalidInvocationError, match="'r'"):
            build_asset_job("j", [bound], resources={"r": 2})

    def test_two_bound_under_one_key_are_refused(self):
        first = make("a", resource_defs={"r": ResourceDefinition.hardcoded_resource(1)})
        second = make("b", resource_defs={"r": ResourceDefinition.hardcoded_resource(1)})

        with pytest.raises(DagsterInvalidDefinitionError, match="different resources under the key 'r'"):
            build_asset_job("j", [first, second])


class TestDefineAssetJob:
    A_B = StaticPartitionsDefinition(["a", "b"])
    X_Y = StaticPartitionsDefinition(["x", "y"])

    def test_selection_is_resolved_late(self):
        job = define_asset_job("j", selection="two*")

        assert job.resolve([ONE, TWO, THREE]).asset_layer.selected_keys == {TWO.key, THREE.key}

    def test_default_leaves_out_what_is_observed(self):
        @observable_source_asset
        def seen(): ...

        assert define_asset_job("j").resolve([ONE, seen]).asset_layer.selected_keys == {ONE.key}
        both = define_asset_job("j", selection=[seen, ONE]).resolve([ONE, seen])
        assert both.asset_layer.selected_keys == {ONE.key, AssetKey("seen")}

    def test_external_asset_cannot_be_selected(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="is external"):
            define_asset_job("j", selection=[AssetKey("e")]).resolve([ONE, AssetSpec("e")])

    def test_partitions_are_those_of_the_assets(self):
        job = define_asset_job("j").resolve([ONE, make("p", partitions_def=self.A_B)])

        assert job.partitions_def is self.A_B

    def test_two_kinds_of_partitions_are_refused(self):
        both = [make("p", partitions_def=self.A_B), make("q", partitions_def=self.X_Y)]

        with pytest.raises(DagsterInvalidDefinitionError, match="different partitions"):
            define_asset_job("j").resolve(both)
        with pytest.warns(DeprecationWarning, match="partitions_def of define_asset_job"):
            job = define_asset_job("j", selection="p", partitions_def=self.X_Y)
        with pytest.raises(DagsterInvalidDefinitionError, match="other partitions than the job"):
            job.resolve(both)

    def test_a_run_of_a_partition_is_asked_for_before_the_job_is_looked_up(self):
        with pytest.warns(DeprecationWarning, match="partitions_def of define_asset_job"):
            job = define_asset_job("j", selection="p", partitions_def=self.A_B, config={"execution": {}})
        with pytest.warns(DeprecationWarning, match="RunRequest"):
            request = job.run_request_for_partition("a", run_key="k")

        assert (request.job_name, request.partition_key, request.run_key) == ("j", "a", "k")
        assert request.run_config == {"execution": {}}

    def test_name_is_checked_when_it_is_resolved(self):
        job = define_asset_job("not valid")

        with pytest.raises(DagsterInvalidDefinitionError, match="not_valid"):
            job.resolve([ONE])

    def test_run_tags_are_the_tags_where_not_given(self):
        assert define_asset_job("j", tags={"t": "1"}).resolve([ONE]).run_tags == {"t": "1"}
        assert define_asset_job("j", tags={"t": "1"}, run_tags={"r": "2"}).resolve([ONE]).run_tags == {
            "r": "2"
        }

    def test_what_is_no_selection_is_refused_at_once(self):
        with pytest.raises(DagsterError):
            define_asset_job("j", selection=3)
