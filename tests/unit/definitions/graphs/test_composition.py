"""What calls in a @graph function come to."""

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.definitions.events import DynamicOutput
from weftwork.definitions.graphs.decorator import graph
from weftwork.definitions.nodes.inputs import GraphIn, In
from weftwork.definitions.nodes.outputs import DynamicOut, GraphOut, Out
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.definitions.types.builtin_types import Nothing
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import FromGraphInput, FromMany, FromOutput


@op
def one() -> int:
    return 1


@op
def add(x: int) -> int:
    return x


@op
def pair(a, b):
    return a


@op(out={"p": Out(), "q": Out(is_required=False)})
def split():
    return 1, 2


@op(ins={"start": In(Nothing)})
def after(): ...


@op(out=DynamicOut(int))
def items():
    yield DynamicOutput(1, "a")


@op(out=DynamicOut(int))
def parts(x):
    yield DynamicOutput(1, "a")


def inputs_of(graph_def):
    return {node.name: node.inputs for node in graph_def.spec.nodes}


def test_calls_become_nodes_and_edges():
    @graph
    def chain():
        return add(add(x=one()))

    assert inputs_of(chain) == {"one": {}, "add": {"x": FromOutput("one")}, "add_2": {"x": FromOutput("add")}}
    assert [(o.name, o.node) for o in chain.spec.outputs] == [("result", "add_2")]
    assert chain.output_dict["result"].dagster_type.display_name == "Int"


def test_what_is_said_of_one_use_stays_with_it():
    policy = RetryPolicy()

    @graph
    def tuned():
        one.alias("first").tag({"a": 1})()
        one.tag({"b": "2"}).with_retry_policy(policy).alias("second")()
        one()

    first, second, third = tuned.spec.nodes
    assert (first.name, first.tags) == ("first", {"a": "1"})
    assert (second.name, second.tags, second.retry_policy) == ("second", {"b": "2"}, policy)
    assert (third.name, third.tags, third.retry_policy) == ("one", {}, None)
    assert first.definition is third.definition


def test_numbers_step_over_names_that_are_taken():
    @graph
    def numbered():
        one.alias("one_2")()
        one()
        one()

    assert list(numbered.node_dict) == ["one_2", "one", "one_3"]


def test_an_alias_twice_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"two nodes are named 'x'"):

        @graph
        def twice():
            one.alias("x")()
            one.alias("x")()


def test_two_definitions_of_one_name_are_refused():
    other = OpDefinition(lambda context, inputs: None, "one")

    with pytest.raises(DagsterInvalidDefinitionError, match="two different definitions are named 'one'"):

        @graph
        def clash():
            one()
            other.alias("other")()


def test_lists_are_fan_in_of_outputs_and_graph_inputs():
    @graph
    def many(given):
        return add([one(), given, one()])

    assert inputs_of(many)["add"] == {
        "x": FromMany((FromOutput("one"), FromGraphInput("given"), FromOutput("one_2")))
    }


def test_an_input_of_type_nothing_is_given_by_position_or_name():
    @graph
    def ordered():
        after(one())
        after(start=[one(), one()])

    assert inputs_of(ordered)["after"] == {"start": FromOutput("one")}
    assert inputs_of(ordered)["after_2"] == {"start": FromMany((FromOutput("one_2"), FromOutput("one_3")))}


def test_several_outputs_are_a_named_tuple():
    @graph
    def unpacked():
        both = split()
        p, q = both
        pair(p, both.q)
        pair(q, both[0])

    assert inputs_of(unpacked)["pair"] == {"a": FromOutput("split", "p"), "b": FromOutput("split", "q")}
    assert inputs_of(unpacked)["pair_2"] == {"a": FromOutput("split", "q"), "b": FromOutput("split", "p")}


def test_graphs_nest():
    @graph
    def inner(x):
        return add(x)

    @graph
    def outer(y):
        return inner(inner.alias("again")(y))

    assert inputs_of(outer) == {"again": {"x": FromGraphInput("y")}, "inner": {"x": FromOutput("again")}}
    assert outer.input_dict["y"].dagster_type.display_name == "Int"
    assert outer.get_node(("again", "add")).definition is add
    assert outer.get_node("inner.add").definition is add


def test_graph_inputs_and_outputs_are_described():
    @graph(ins={"x": GraphIn("what comes in")}, out={"r": GraphOut("what goes out"), "s": GraphOut()})
    def described(x: int):
        """What it does."""
        first = add(x)
        return {"s": add(first), "r": first}

    assert described.description == "What it does."
    assert described.input_dict["x"].description == "what comes in"
    assert [(o.name, o.node) for o in described.spec.outputs] == [("r", "add"), ("s", "add_2")]
    assert described.output_dict["r"].description == "what goes out"


def test_a_tuple_is_read_in_the_order_of_the_declared_outputs():
    @graph(out={"r": GraphOut(), "s": GraphOut()})
    def ordered():
        return one(), add(one())

    assert [(o.name, o.node) for o in ordered.spec.outputs] == [("r", "one"), ("s", "add")]


def test_the_outputs_of_a_node_are_returned_by_their_names():
    @graph(out={"q": GraphOut(), "p": GraphOut()})
    def swapped():
        return split()

    assert [(o.name, o.output) for o in swapped.spec.outputs] == [("q", "q"), ("p", "p")]


RETURNS = [
    (None, lambda: 5, "expected what an op or graph gave"),
    (None, lambda: {"r": one()}, r"add out=\{'r': GraphOut\(\)\}"),
    ({"r": GraphOut()}, lambda: {"r": one(), "z": one()}, "'z', which is not declared"),
    ({"r": GraphOut(), "s": GraphOut()}, lambda: {"r": one()}, "does not return its output 's'"),
    ({"r": GraphOut()}, lambda: None, "does not return its output 'r'"),
    ({"r": GraphOut(), "s": GraphOut()}, one, "declares 2 outputs"),
    ({"r": GraphOut(), "s": GraphOut()}, lambda: (one(),), "returned 1 outputs and declares 2"),
    (None, lambda: items().collect(), "Pass the list to an op"),
]


@pytest.mark.parametrize(("out", "body", "said"), RETURNS)
def test_what_is_no_output_is_refused(out, body, said):
    with pytest.raises(DagsterInvalidDefinitionError, match=said):
        graph(name="wrong", out=out)(body if not isinstance(body, OpDefinition) else lambda: one())


def test_an_input_must_be_used_and_not_only_passed_through():
    with pytest.raises(DagsterInvalidDefinitionError, match="never uses its input 'x'"):
        graph(name="unused")(lambda x: None)
    with pytest.raises(DagsterInvalidDefinitionError, match="never uses its input 'x'"):
        graph(name="through")(lambda x: x)


ARGUMENTS = [
    (lambda: add(5), "A constant goes into config"),
    (lambda: add(one), "forget the parentheses"),
    (lambda: add(None), "returned nothing"),
    (lambda: add(split()), "pass one of them: 'p', 'q'"),
    (lambda: add([one(), 5]), r"x\[1\]"),
    (lambda: add(one(), one()), "called with 2 arguments and has 1"),
    (lambda: add(y=one()), "no input 'y'"),
    (lambda: pair(aa=one()), "no input 'aa'"),
]


@pytest.mark.parametrize(("body", "said"), ARGUMENTS)
def test_what_is_no_handle_is_refused_with_file_and_line(body, said):
    with pytest.raises(DagsterInvalidDefinitionError, match=rf"test_composition\.py:\d+.*{said}"):
        graph(name="wrong")(body)


def test_an_input_given_twice_is_refused():
    with pytest.raises(DagsterInvalidInvocationError, match="twice"):
        graph(name="wrong")(lambda: add(one(), x=one()))


@pytest.mark.parametrize("use", [list, lambda handle: handle[0]])
def test_a_handle_cannot_be_iterated_or_indexed(use):
    with pytest.raises(DagsterInvariantViolationError, match=r"out=\{…\}"):
        graph(name="wrong")(lambda: use(one()))


def test_an_output_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no output 'pp'"):
        graph(name="wrong")(lambda: add(split().pp))


def test_alias_after_the_call_is_explained():
    with pytest.raises(DagsterInvariantViolationError, match=r"my_op\.alias"):
        graph(name="wrong")(lambda: one().alias("x"))


def test_a_graph_is_not_called_outside_of_a_composition():
    whole = graph(name="whole")(lambda: one())

    with pytest.raises(DagsterInvariantViolationError, match=r"whole\.execute_in_process"):
        whole()


@pytest.mark.parametrize("make", [
    lambda: one.alias("a b"), lambda: graph(name="a b")(lambda: None), lambda: graph(lambda: None),
    lambda: graph(name="g")(lambda *xs: None), lambda: graph(name="g", ins={"z": GraphIn()})(lambda x: add(x)),
])  # fmt: skip
def test_bad_names_and_signatures_are_refused(make):
    with pytest.raises(DagsterInvalidDefinitionError):
        make()


@pytest.mark.parametrize("make", [
    lambda: one.with_hooks([1]), lambda: one.with_hooks({1}), lambda: one.with_retry_policy(3),
    lambda: graph(name="g", out=3)(lambda: one()),
])  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(make):
    with pytest.raises(ParameterCheckError):
        make()


def test_two_types_of_one_name_in_a_graph_are_refused():
    first, second = (DagsterType(name="Even", type_check_fn=lambda _c, v: v % 2 == 0) for _ in range(2))
    left = op(name="left", out=Out(first))(lambda: 2)
    right = op(name="right", out=Out(second))(lambda: 2)

    @graph
    def inner():
        left()

    with pytest.raises(DagsterInvalidDefinitionError, match="two different types named 'Even'"):

        @graph
        def outer():
            inner()
            right()


class TestDynamic:
    def test_map_connects_and_collect_collects(self):
        @graph
        def mapped():
            found = items().map(add).map(lambda x: add.alias("more")(x))
            return add.alias("total")(found.collect())

        assert inputs_of(mapped) == {
            "items": {}, "add": {"x": FromOutput("items")}, "more": {"x": FromOutput("add")},
            "total": {"x": FromOutput("more", collect=True)},
        }  # fmt: skip
        assert not mapped.output_dict["result"].is_dynamic

    def test_collect_works_on_the_dynamic_output_itself(self):
        @graph
        def collected():
            add(items().collect())

        assert inputs_of(collected)["add"] == {"x": FromOutput("items", collect=True)}

    def test_a_list_may_hold_collected_outputs(self):
        @graph
        def collected():
            add([items().collect(), one()])

        assert inputs_of(collected)["add"] == {
            "x": FromMany((FromOutput("items", collect=True), FromOutput("one")))
        }

    @pytest.mark.parametrize("body", [
        lambda: add(items()), lambda: add([items()]), lambda: add(items().map(add)),
        lambda: items().map(lambda x: add(items.alias("others")())),
    ])  # fmt: skip
    def test_a_dynamic_output_is_not_passed_directly(self, body):
        with pytest.raises(DagsterInvalidDefinitionError, match=r"\.map\(add(_2)?\).*\.collect\(\)"):
            graph(name="wrong")(body)

    def test_map_gives_back_tuples_and_nothing(self):
        @graph
        def mapped():
            a, b = items().map(lambda x: (add(x), add(x)))
            assert items().map(lambda x: None) is None
            pair(a.collect(), b.collect())

        assert inputs_of(mapped)["pair"] == {
            "a": FromOutput("add", collect=True), "b": FromOutput("add_2", collect=True),
        }  # fmt: skip

    @pytest.mark.parametrize("fn", [lambda x: 5, lambda x: [add(x)], lambda x: {"a": add(x)}, 5])
    def test_map_refuses_what_is_no_handle(self, fn):
        with pytest.raises(CheckError):
            graph(name="wrong")(lambda: items().map(fn))

    @pytest.mark.parametrize("body", [
        lambda: one().map(add), lambda: one().collect(), lambda: items().map(lambda x: x.map(add)),
        lambda: items().map(lambda x: x.collect()),
    ])  # fmt: skip
    def test_only_dynamic_outputs_are_mapped_and_collected(self, body):
        with pytest.raises(DagsterInvalidDefinitionError, match="DynamicOut"):
            graph(name="wrong")(body)

    def test_nested_maps_collect_level_by_level(self):
        @graph
        def nested():
            inner = items().map(lambda x: parts(x).map(add))
            sums = inner.collect().map(add.alias("sum_of_parts"))
            add.alias("total")(sums.collect())

        assert inputs_of(nested)["sum_of_parts"] == {"x": FromOutput("add", collect=True)}
        assert inputs_of(nested)["total"] == {"x": FromOutput("sum_of_parts", collect=True)}
        levels = nested.structure.levels
        assert [len(levels[name]) for name in ("items", "parts", "add", "sum_of_parts", "total")] == [
            0,
            1,
            2,
            1,
            0,
        ]

    def test_collecting_inside_of_a_map_leaves_the_outer_level(self):
        @graph
        def nested():
            sums = items().map(lambda x: add.alias("inner_sum")(parts(x).collect()))
            add.alias("total")(sums.collect())

        assert inputs_of(nested)["inner_sum"] == {"x": FromOutput("parts", collect=True)}
        assert nested.structure.levels["inner_sum"] == (("items", "result", 0),)

    def test_two_dynamic_outputs_are_joined_outer_first(self):
        @graph
        def joined():
            left = items()
            right = items.alias("others")()
            left.map(lambda x: right.map(lambda y: pair(y, x)))

        assert joined.structure.levels["pair"] == (("items", "result", 0), ("others", "result", 0))
        assert list(inputs_of(joined)["pair"]) == ["b", "a"]

    def test_a_list_collected_twice_is_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="collected a second time"):
            graph(name="wrong")(lambda: items().map(parts).collect().collect())

    def test_a_graph_may_give_a_dynamic_output(self):
        @graph
        def inner():
            return items().map(lambda x: parts(x))

        @graph
        def outer():
            add(inner().map(add).collect().map(add).collect())

        assert inner.output_dict["result"].dynamic_depth == 2
        assert inner.output_mappings[0].from_dynamic_mapping
        assert [len(outer.structure.levels[name]) for name in ("inner", "add", "add_2", "add_3")] == [
            0,
            2,
            1,
            0,
        ]

    def test_a_graph_is_mapped_as_an_op_is(self):
        @graph
        def inner(x):
            return add(x)

        @graph
        def outer():
            return items().map(inner)

        assert inputs_of(outer)["inner"] == {"x": FromOutput("items")}
        assert outer.output_dict["result"].is_dynamic


def test_a_long_chain_is_composed_in_linear_time():
    def compose(length):
        @graph
        def chain():
            handle = one()
            for _ in range(length):
                handle = add(handle)

        return chain

    assert len(compose(3000).spec.nodes) == 3001


def test_a_use_that_is_not_called_is_told():
    with pytest.warns(UserWarning, match="mentions op 'one' as 'uno' and does not call it"):

        @graph
        def forgets():
            one.alias("uno")

    assert forgets.node_defs == []


def test_a_dict_of_the_one_output_needs_no_declaration():
    @graph
    def gives():
        return {"result": one()}

    assert [output.name for output in gives.output_defs] == ["result"]
