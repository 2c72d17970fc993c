import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.events import MaterializeResult
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.partitions.mappings import LastPartitionMapping, TimeWindowPartitionMapping
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.keys import AssetCheckKey, AssetKey


def one():
    return 1


def add_one(number):
    return number + 1


def types_of(definition):
    op = definition.op
    ins = {name: i.dagster_type.display_name for name, i in op.input_dict.items()}
    return ins, {name: (o.dagster_type.display_name, o.is_required) for name, o in op.output_dict.items()}


class TestKeyAndName:
    def test_key_is_the_name_of_the_function(self):
        @asset
        def orders():
            """All orders."""

        assert orders.key == AssetKey("orders")
        assert orders.op.name == "orders"
        assert orders.descriptions_by_key == {orders.key: "All orders."}
        assert orders.group_names_by_key == {orders.key: "default"}

    def test_hyphens_and_dots_are_allowed_in_the_key(self):
        definition = asset(name="x-y.z", key_prefix=["a", "b"])(one)

        assert definition.key == AssetKey(["a", "b", "x-y.z"])
        assert definition.op.name == "a__b__x_y_z"

    @pytest.mark.parametrize("name", ["b c", "b/c", "ü", "context", "int", "class"])
    def test_other_names_are_refused(self, name):
        with pytest.raises(DagsterInvalidDefinitionError, match="cannot be"):
            asset(name=name)(one)

    @pytest.mark.parametrize("arguments", [{"name": "b"}, {"key_prefix": "b"}])
    def test_key_excludes_name_and_prefix(self, arguments):
        with pytest.raises(DagsterInvalidDefinitionError, match="not both"):
            asset(key="a", **arguments)

    def test_what_is_no_function_is_refused(self):
        with pytest.raises((CheckError, TypeError)):
            asset(3)

    def test_unknown_argument_is_refused(self):
        with pytest.raises(TypeError):
            asset(colour="red")


class TestInputs:
    def test_parameters_are_upstream_assets_and_deps_carry_no_value(self):
        @asset(deps=["d-x", ["p", "q"]])
        def a(context, up1, up2: int): ...

        assert dict(a.keys_by_input_name) == {
            "up1": AssetKey("up1"), "up2": AssetKey("up2"), "d_x": AssetKey("d-x"), "p_q": AssetKey(["p", "q"]),
        }  # fmt: skip
        assert types_of(a)[0] == {"d_x": "Nothing", "p_q": "Nothing", "up1": "Any", "up2": "Int"}
        assert [dep.asset_key.to_user_string() for dep in a.get_asset_spec().deps] == [
            "up1",
            "up2",
            "d-x",
            "p/q",
        ]

    def test_an_input_that_is_a_dep_too_is_one_input(self):
        assert list(asset(name="a", deps=["number"])(add_one).keys_by_input_name) == ["number"]

    def test_ins_name_other_assets(self):
        definition = asset(name="a", ins={"number": AssetIn(key_prefix="raw", metadata={"m": 1})})(add_one)

        assert definition.keys_by_input_name == {"number": AssetKey(["raw", "number"])}
        assert definition.op.input_dict["number"].metadata == {"m": 1}

    def test_ins_may_be_keys(self):
        assert asset(name="a", ins={"number": "x"})(add_one).keys_by_input_name == {"number": AssetKey("x")}

    def test_ins_without_parameter_are_refused_with_the_nearest(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="Did you mean 'number'"):
            asset(name="a", ins={"nmber": AssetIn()})(add_one)

    def test_kwargs_take_declared_inputs(self):
        @asset(ins={"x": AssetIn()})
        def a(**kwargs): ...

        assert a.keys_by_input_name == {"x": AssetKey("x")}

    def test_args_are_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match=r"\*args"):

            @asset
            def a(*args): ...

    def test_partition_mapping_of_a_dep(self):
        mapping = LastPartitionMapping()
        definition = asset(name="a", deps=[AssetDep("b", partition_mapping=mapping)])(one)

        assert definition.get_partition_mapping(AssetKey("b")) is mapping
        assert definition.get_partition_mapping(AssetKey("c")) is None

    def test_depending_on_itself_needs_earlier_partitions(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="depends on itself"):
            asset(name="number")(add_one)

        mapping = TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
        definition = asset(name="number", ins={"number": AssetIn(partition_mapping=mapping)})(add_one)
        assert definition.dependency_keys == {AssetKey("number")}

    def test_old_name_of_deps(self):
        assert asset(name="a", non_argument_deps={"b"})(one).dependency_keys == {AssetKey("b")}


class TestOutput:
    def test_annotation_is_the_type(self):
        @asset
        def a() -> int: ...

        @asset
        def b() -> None: ...

        @asset
        def c() -> MaterializeResult: ...

        @asset
        def d() -> MaterializeResult[int]: ...

        shown = [types_of(definition)[1]["result"] for definition in (a, b, c, d)]
        assert shown == [("Int", True), ("Nothing", True), ("Any", True), ("Int", True)]

    def test_output_may_be_optional(self):
        definition = asset(name="a", output_required=False, dagster_type=int)(one)

        assert types_of(definition)[1] == {"result": ("Int", False)}
        assert definition.get_asset_spec().skippable

    def test_io_manager_key_or_definition(self):
        manager = ResourceDefinition.hardcoded_resource(1)
        by_key = asset(name="a", io_manager_key="x")(one)
        by_definition = asset(name="a", io_manager_def=manager)(one)

        assert by_key.required_resource_keys == {"x"}
        assert by_definition.resource_defs == {"a__io_manager": manager}
        assert by_definition.get_io_manager_key_for_asset_key(AssetKey("a")) == "a__io_manager"
        with pytest.raises(CheckError, match="not both"):
            asset(name="a", io_manager_key="x", io_manager_def=manager)


class TestAttributes:
    def test_all_reach_the_spec(self):
        days = StaticPartitionsDefinition(["a"])
        definition = asset(
            name="a", metadata={"m": 1}, tags={"t": "1"}, group_name="g", code_version="3", owners=["team:x"],
            kinds={"k"}, partitions_def=days,
        )(one)  # fmt: skip
        spec = definition.get_asset_spec()

        assert (spec.metadata, spec.group_name, spec.code_version, spec.owners) == (
            {"m": 1},
            "g",
            "3",
            ["team:x"],
        )
        assert spec.tags == {"t": "1", "dagster/kind/k": ""}
        assert definition.partitions_def is days

    def test_kinds_exclude_the_older_compute_kind(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="not both"):
            asset(name="a", kinds={"k"}, compute_kind="k")(one)

    def test_one_decorator_may_decorate_several_functions(self):
        decorate = asset(group_name="g")

        assert {decorate(one).key, decorate(lambda_named("two")).key} == {AssetKey("one"), AssetKey("two")}

    def test_resource_defs_are_required_and_bound(self):
        definition = asset(name="a", resource_defs={"r": 3}, required_resource_keys={"q"})(one)

        assert definition.required_resource_keys == {"q", "r", "io_manager"}
        assert set(definition.resource_defs) == {"r"}


class TestChecks:
    def test_checks_are_outputs(self):
        definition = asset(name="a", check_specs=[AssetCheckSpec("c", asset="a")])(one)

        assert set(definition.op.output_dict) == {"result", "a_c"}
        assert definition.check_keys == {AssetCheckKey(AssetKey("a"), "c")}

    def test_check_of_another_asset_is_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="checks 'b', which is not made there"):
            asset(name="a", check_specs=[AssetCheckSpec("c", asset="b")])(one)

    def test_check_named_twice_is_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="twice"):
            asset(name="a", check_specs=[AssetCheckSpec("c", asset="a"), AssetCheckSpec("c", asset="a")])(one)


def lambda_named(name):
    def fn(): ...

    fn.__name__ = name
    return fn


def test_mark_of_nothing_given_is_shared():
    assert AssetIn().dagster_type is NO_VALUE
