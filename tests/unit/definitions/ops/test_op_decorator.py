"""What @op reads from a function."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Generator, Iterator  # noqa: F401 - named by annotations that are text

import pytest

import weftwork as dg
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidPythonicConfigDefinitionError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.definitions.events import DynamicOutput, MaterializeResult, Output
from weftwork.definitions.nodes.inputs import In
from weftwork.definitions.nodes.outputs import DynamicOut, Out
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.definitions.types.builtin_types import Nothing
from weftwork.records.retry import RetryPolicy


class OpExecutionContext:
    __weft_op_context__ = True


def inputs_of(op_def: OpDefinition) -> dict[str, str]:
    return {input_def.name: input_def.dagster_type.display_name for input_def in op_def.input_defs}


def outputs_of(op_def: OpDefinition) -> dict[str, tuple[str, bool]]:
    return {o.name: (o.dagster_type.display_name, o.is_dynamic) for o in op_def.output_defs}


def test_parameters_are_inputs_with_their_annotations_and_defaults():
    @op
    def add(a: int, b="x", *, c: int | None = None) -> int: ...

    assert inputs_of(add) == {"a": "Int", "b": "Any", "c": "Int?"}
    assert [i.has_default_value for i in add.input_defs] == [False, True, True]
    assert add.input_def_named("b").default_value == "x"
    assert outputs_of(add) == {"result": ("Int", False)}


@pytest.mark.parametrize("name", ["context", "_context", "context_", "_"])
def test_a_first_parameter_named_like_a_context_is_no_input(name):
    namespace: dict = {}
    exec(f"def load({name}, a): ...", namespace)

    loaded = op(namespace["load"])

    assert list(inputs_of(loaded)) == ["a"]
    assert loaded.compute.has_context


@pytest.mark.parametrize("name", ["ctx", "__", "self"])
def test_other_first_parameters_are_inputs(name):
    namespace: dict = {}
    exec(f"def load({name}, a): ...", namespace)

    assert list(inputs_of(op(namespace["load"]))) == [name, "a"]


def test_a_parameter_annotated_with_a_context_class_is_the_context():
    @op
    def load(ctx: OpExecutionContext, a): ...

    assert list(inputs_of(load)) == ["a"]
    assert load.compute.context_class is OpExecutionContext


def test_a_context_annotated_with_something_else_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="OpExecutionContext"):

        @op
        def load(context: int): ...


def test_classes_local_to_a_function_are_found_in_postponed_annotations():
    class Row: ...

    def define() -> OpDefinition:
        class Inner: ...

        @op
        def load(row: Row, inner: Inner) -> list[Inner]: ...

        return load

    assert inputs_of(define()) == {"row": "Row", "inner": "Inner"}


def test_an_annotation_that_names_nothing_is_refused_with_the_place():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"'Missing'.*cannot be resolved"):

        @op
        def load(row: Missing): ...  # noqa: F821


def test_declared_inputs_come_first_and_take_what_they_lack_from_the_signature():
    @op(ins={"b": In(description="second"), "start": In(Nothing)})
    def load(a, b: int = 3, c: str = "z"): ...

    assert inputs_of(load) == {"b": "Int", "start": "Nothing", "a": "Any", "c": "String"}
    assert load.input_def_named("b").default_value == 3
    assert load.ins["b"].description == "second"
    assert load.positional_inputs == ["a", "b", "c", "start"]


def test_keyword_arguments_take_the_inputs_that_have_no_parameter():
    @op(ins={"a": In(int), "b": In()})
    def load(**kwargs): ...

    assert inputs_of(load) == {"a": "Int", "b": "Any"}
    assert load.compute.var_keyword


@pytest.mark.parametrize(
    ("arguments", "function", "said"),
    [
        ({"ins": {"rows": In()}}, lambda row: None, r"no parameter for input 'rows'.*Did you mean 'row'"),
        ({"ins": {"a": In(Nothing)}}, lambda a: None, "must not have a parameter"),
        ({}, lambda *args: None, r"takes \*args"),
        ({}, lambda input: None, "reserved"),  # noqa: A006
    ],
)
def test_inputs_that_do_not_fit_the_function_are_refused(arguments, function, said):
    with pytest.raises(DagsterInvalidDefinitionError, match=said):
        op(name="load", **arguments)(function)


def test_a_parameter_annotated_with_nothing_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"In\(Nothing\)"):

        @op
        def load(a: Nothing): ...


@pytest.mark.parametrize(
    ("annotation", "default"), [("int", None), ("float", 1), ("str", 1), ("bool", 0), ("int", True)]
)
def test_a_default_that_is_not_of_the_annotated_type_is_refused(annotation, default):
    def load(a): ...

    load.__annotations__["a"] = annotation
    load.__defaults__ = (default,)

    with pytest.raises(DagsterInvalidDefinitionError, match="which is no"):
        op(load)


def test_config_needs_an_annotation():
    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match="config: MyConfig"):

        @op
        def load(config): ...


def test_a_config_parameter_is_the_schema_and_no_input():
    @op
    def load(config: int, a): ...

    assert list(inputs_of(load)) == ["a"]
    assert load.compute.config_param == "config"
    assert load.config_field is not None


def test_a_config_schema_beside_a_config_parameter_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="Remove one"):

        @op(config_schema={"a": int})
        def load(config: int): ...


def test_a_config_class_gives_the_schema():
    from weftwork.config.pythonic.config import Config

    class LoadConfig(Config):
        limit: int = 10

    @op
    def load(config: LoadConfig): ...

    assert load.compute.config_class is LoadConfig
    assert "limit" in load.config_field.config_type.fields


def test_an_op_without_annotation_of_what_it_returns_gives_anything():
    @op
    def load(): ...

    assert outputs_of(load) == {"result": ("Any", False)}


RETURNS = [
    ("None", ("Nothing", False)),
    ("int", ("Int", False)),
    ("Output[int]", ("Int", False)),
    ("Output", ("Any", False)),
    ("tuple[int, str]", ("Tuple[Int,String]", False)),
    ("list[DynamicOutput[int]]", ("Int", True)),
    ("list[DynamicOutput]", ("Any", True)),
    ("Generator[Output[int], None, None]", ("Int", False)),
    ("Iterator[DynamicOutput[int]]", ("Int", True)),
    ("Iterator[int]", ("Any", False)),
]


@pytest.mark.parametrize(("annotation", "expected"), RETURNS)
def test_the_return_annotation_is_the_output(annotation, expected):
    def load(): ...

    load.__annotations__["return"] = annotation

    assert outputs_of(op(load)) == {"result": expected}


def test_several_outputs_take_their_types_from_a_tuple():
    @op(out={"x": Out(description="first"), "y": Out(is_required=False), "z": DynamicOut()})
    def split() -> tuple[Output[int], str, list[DynamicOutput[float]]]: ...

    assert outputs_of(split) == {"x": ("Int", False), "y": ("String", False), "z": ("Float", True)}
    assert [o.is_required for o in split.output_defs] == [True, False, True]
    assert split.outs["x"].description == "first"


def test_several_outputs_of_materialize_results_carry_nothing():
    @op(out={"x": Out(), "y": Out()})
    def split() -> MaterializeResult: ...

    assert outputs_of(split) == {"x": ("Nothing", False), "y": ("Nothing", False)}


@pytest.mark.parametrize("annotation", ["int", "tuple[int]", "tuple[int, ...]", "tuple"])
def test_several_outputs_whose_annotation_is_no_matching_tuple_are_refused(annotation):
    def split(): ...

    split.__annotations__["return"] = annotation

    with pytest.raises(DagsterInvariantViolationError):
        op(out={"x": Out(), "y": Out()})(split)


def test_a_single_dynamic_output_is_refused():
    with pytest.raises(DagsterInvariantViolationError, match="list"):

        @op
        def load() -> DynamicOutput[int]: ...


def test_an_annotation_that_is_no_type_is_refused_with_the_op_and_its_part():
    with pytest.raises(DagsterInvalidDefinitionError, match="Op 'load', output 'result'"):

        @op
        def load() -> int | str: ...


@pytest.mark.parametrize("arguments", [
    {"ins": [In()]}, {"ins": {"a": int}}, {"out": int}, {"out": {"a": int}}, {"out": [Out()]}, {"name": 3},
    {"description": 3}, {"retry_policy": 3}, {"pool": 3}, {"required_resource_keys": {1}},
])  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(arguments):
    with pytest.raises(ParameterCheckError):

        @op(**arguments)
        def load(a): ...


@pytest.mark.parametrize(
    "make", [lambda: In("int"), lambda: In([int]), lambda: Out("int"), lambda: Out({"a": int})]
)
def test_what_is_no_type_is_refused_in_declarations(make):
    with pytest.raises(DagsterInvalidDefinitionError):
        make()


def test_a_default_on_nothing_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="carries no value"):

        @op(ins={"a": In(Nothing, default_value=1)})
        def load(): ...


def test_partials_and_callables_are_ops_when_they_are_named():
    def base(a, b): ...

    class Loader:
        def __call__(self, x: int): ...

        def method(self, y): ...

    assert list(inputs_of(op(name="part")(functools.partial(base, 1)))) == ["b"]
    assert list(inputs_of(op(name="part")(functools.partial(base, b=1)))) == ["a"]
    assert inputs_of(op(name="loader")(Loader())) == {"x": "Int"}
    assert list(inputs_of(op(Loader().method))) == ["y"]
    with pytest.raises(DagsterInvalidDefinitionError, match="needs a name"):
        op(lambda: 1)


def test_the_kind_of_function_is_known():
    def plain(): ...
    def generator():
        yield 1

    async def coroutine(): ...
    async def stream():
        yield 1

    kinds = [op(fn).compute.kind for fn in (plain, generator, coroutine, stream)]

    assert kinds == ["function", "generator", "coroutine", "async_generator"]
    assert op(name="g")(functools.partial(generator)).compute.kind == "generator"


def test_attributes_are_what_was_given():
    policy = RetryPolicy(max_retries=2)

    @op(tags={"a": 1}, retry_policy=policy, code_version="7", pool="db", required_resource_keys={"db"})
    def load():
        """Load it.

        With care.
        """

    assert load.tags == {"a": "1"}
    assert load.retry_policy is policy
    assert load.output_defs[0].code_version == "7"
    assert load.pool == "db"
    assert load.required_resource_keys == frozenset({"db"})
    assert load.description == "Load it.\n\nWith care."
    assert load.spec.retry_policy is policy
    assert load.spec.tags == {"a": "1"}


def test_the_older_name_of_the_code_version_warns():
    with pytest.warns(DeprecationWarning, match="code_version"):

        @op(version="1")
        def load(): ...

    assert load.code_version == "1"


def test_resource_parameters_are_required_resources():
    class Database:
        __weft_configurable_resource__ = True

    @op
    def load(database: Database, a): ...

    assert load.required_resource_keys == frozenset({"database"})
    assert load.compute.resource_params == {"database": "database"}
    assert list(inputs_of(load)) == ["a"]


def test_an_op_written_by_hand_has_one_output_by_default():
    made = OpDefinition(lambda context, inputs: None, "by_hand", ins={"a": In(int)})

    assert inputs_of(made) == {"a": "Int"}
    assert outputs_of(made) == {"result": ("Any", False)}
    assert made.compute.takes_inputs_dict


def test_a_configured_op_has_another_name_and_schema():
    @op(config_schema={"limit": int})
    def load(): ...

    fixed = load.configured({"limit": 3}, name="load_three")

    assert fixed.name == "load_three"
    assert load.name == "load"
    assert fixed.config_field is not load.config_field


def test_the_spec_says_what_planning_needs():
    @op(
        ins={"a": In(input_manager_key="files"), "s": In(Nothing)},
        out=DynamicOut(io_manager_key="disk", is_required=False),
    )
    def load(a=1): ...

    first, second = load.spec.inputs
    assert (first.name, first.has_default, first.input_manager_key) == ("a", True, "files")
    assert second.nothing
    [output] = load.spec.outputs
    assert (output.dynamic, output.required, output.io_manager_key) == (True, False, "disk")
    assert load.spec is load.spec


def test_config_may_be_annotated_with_a_generic_type():
    @op
    def load(config: dict[str, int]): ...

    assert load.config_field.is_required


def test_what_a_coroutine_promises_is_the_output():
    @op
    def load() -> Awaitable[int]: ...

    assert outputs_of(load) == {"result": ("Int", False)}


def test_a_compute_fn_written_by_hand_yields_its_outputs():
    by_hand = dg.OpDefinition(lambda _context, _inputs: 5, "by_hand", outs={"result": dg.Out()})

    with pytest.raises(dg.DagsterInvariantViolationError, match="yield Output"):
        dg.GraphDefinition("g", node_defs=[by_hand]).execute_in_process()


def test_a_tag_key_that_cannot_be_searched_for_is_warned_of():
    with pytest.warns(DeprecationWarning, match="'a&b'.*'tagged'"):

        @dg.op(tags={"a&b": "c", "team/x": "ok"})
        def tagged(): ...

    assert tagged.tags == {"a&b": "c", "team/x": "ok"}


def test_none_for_an_optional_output_is_passed_on_with_a_warning(capsys):
    @dg.op(out=dg.Out(is_required=False))
    def maybe():
        return None

    @dg.op
    def after(value):
        return value is None

    @dg.job
    def optional_none():
        after(maybe())

    assert optional_none.execute_in_process().output_for_node("after") is True
    assert "optional output 'result'" in capsys.readouterr().err


def test_the_name_of_a_pool_has_no_blanks():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"For example: 'two_words'"):
        op(name="look", pool="two words")(lambda: None)
