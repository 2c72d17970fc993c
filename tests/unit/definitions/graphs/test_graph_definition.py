"""Graphs written as data: GraphDefinition(node_defs, dependencies, …)."""

import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.nodes.dependencies import (
    DependencyDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    NodeInvocation,
)
from weftwork.definitions.nodes.mappings import InputMapping, OutputMapping
from weftwork.definitions.nodes.outputs import DynamicOut
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.run_config.config_mapping import ConfigMapping
from weftwork.records.specs import FromGraphInput, FromMany, FromOutput


@op
def return_one() -> int:
    return 1


@op
def add_one(num: int) -> int:
    return num + 1


@op(out=DynamicOut())
def items(): ...


def build(**arguments):
    return GraphDefinition("basic", **{"node_defs": [return_one, add_one], **arguments})


def test_dependencies_connect_nodes():
    basic = build(dependencies={"add_one": {"num": DependencyDefinition("return_one")}})

    assert {n.name: n.inputs for n in basic.spec.nodes} == {
        "return_one": {},
        "add_one": {"num": FromOutput("return_one")},
    }
    assert basic.is_input_connected("add_one", "num")
    assert [n.name for n in basic.nodes_in_topological_order] == ["return_one", "add_one"]


def test_node_invocations_name_uses():
    basic = build(
        dependencies={
            NodeInvocation("add_one", "first", tags={"a": 1}): {"num": DependencyDefinition("return_one")},
            NodeInvocation("add_one", "second"): {"num": DependencyDefinition("first")},
        }
    )

    assert list(basic.node_dict) == ["return_one", "first", "second"]
    assert basic.node_dict["first"].tags == {"a": "1"}


def test_fan_in_and_mappings_are_read():
    basic = build(
        dependencies={
            "add_one": {
                "num": MultiDependencyDefinition([DependencyDefinition("return_one"), MappedInputPlaceholder])
            }
        },
        input_mappings=[InputMapping("given", "add_one", "num", fan_in_index=1)],
        output_mappings=[OutputMapping("out", "add_one", "result", "what comes out")],
    )

    assert basic.spec.nodes[1].inputs == {
        "num": FromMany((FromOutput("return_one"), FromGraphInput("given")))
    }
    assert basic.spec.inputs == ("given",)
    assert basic.output_dict["out"].description == "what comes out"


def test_inputs_take_the_type_of_what_they_are_mapped_to():
    basic = build(
        input_mappings=[
            InputMapping(graph_input_name="n", mapped_node_name="add_one", mapped_node_input_name="num")
        ]
    )

    assert basic.input_dict["n"].dagster_type.display_name == "Int"


def test_outputs_downstream_of_a_dynamic_one_are_dynamic():
    mapped = GraphDefinition(
        "mapped", node_defs=[items, add_one], dependencies={"add_one": {"num": DependencyDefinition("items")}},
        output_mappings=[OutputMapping("out", "add_one", "result")],
    )  # fmt: skip

    assert mapped.output_dict["out"].is_dynamic


D = DependencyDefinition
WRONG = [
    ({"dependencies": {"add_on": {}}}, "Did you mean 'add_one'"),
    ({"dependencies": {"add_one": {"num": D("return_on")}}}, "Did you mean 'return_one'"),
    ({"dependencies": {"add_one": {"num": D("return_one", "results")}}}, "Did you mean 'result'"),
    ({"dependencies": {"add_one": {"nun": D("return_one")}}}, "Did you mean 'num'"),
    ({"dependencies": {"add_one": {"num": D("add_one")}}}, "add_one -> add_one"),
    ({"dependencies": {"add_one": {"num": "return_one"}}}, r"Write DependencyDefinition\('return_one'\)"),
    ({"dependencies": {"add_one": {"num": [D("return_one")]}}}, "MultiDependencyDefinition"),
    ({"dependencies": {"add_one": D("return_one")}}, "must be a dict"),
    ({"dependencies": {3: {}}}, "NodeInvocation"),
    (
        {"dependencies": {NodeInvocation("add_one"): {}, NodeInvocation("add_one", "add_one"): {}}},
        "two nodes",
    ),
    ({"node_defs": [5]}, "no op and no graph"),
    ({"node_defs": [lambda: 1]}, "Decorate it"),
    ({"node_defs": [return_one, op(name="return_one")(lambda: 2)]}, "two different definitions"),
    ({"input_mappings": [InputMapping("x", "nope", "num")]}, "names the node 'nope'"),
    ({"input_mappings": [InputMapping("x", "add_one", "nun")]}, "Did you mean 'num'"),
    ({"output_mappings": [OutputMapping("x", "nope", "result")]}, "names the node 'nope'"),
    ({"output_mappings": [OutputMapping("x", "add_one", "results")]}, "Did you mean 'result'"),
    ({"output_mappings": ["x"]}, "OutputMapping"),
    (
        {
            "dependencies": {"add_one": {"num": D("return_one")}},
            "input_mappings": [InputMapping("x", "add_one", "num")],
        },
        "both by a dependency and by an input",
    ),
    (
        {"dependencies": {"add_one": {"num": MultiDependencyDefinition([MappedInputPlaceholder])}}},
        "filled by no InputMapping",
    ),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_leads_nowhere_is_refused(arguments, said):
    with pytest.raises(DagsterInvalidDefinitionError, match=said):
        build(**arguments)


def test_a_cycle_is_refused_with_its_path():
    a, b, c = (op(name=name)(lambda x: x) for name in "abc")

    with pytest.raises(DagsterInvalidDefinitionError, match=r"(a|b|c) -> (a|b|c) -> (a|b|c) -> (a|b|c)"):
        GraphDefinition(
            "round", node_defs=[a, b, c],
            dependencies={"a": {"x": D("c")}, "b": {"x": D("a")}, "c": {"x": D("b")}},
        )  # fmt: skip


def test_an_output_twice_in_a_list_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="occurs twice"):
        MultiDependencyDefinition([D("a"), D("a")])
    with pytest.raises(CheckError):
        MultiDependencyDefinition(["a"])


def test_a_missing_node_names_the_nearest():
    with pytest.raises(DagsterInvariantViolationError, match="Did you mean 'add_one'"):
        build().node_named("add_on")
    with pytest.raises(DagsterInvariantViolationError, match="is an op"):
        build().get_node("add_one.x")


def test_a_graph_with_config_mapping_is_configured():
    configurable = build(config=ConfigMapping(lambda config: {}, config_schema={"a": int}))

    fixed = configurable.configured({"a": 1}, name="fixed")

    assert fixed.name == "fixed"
    assert fixed.has_config_mapping
    with pytest.raises(DagsterInvalidDefinitionError, match="no config mapping"):
        build().configured({}, name="fixed")


def test_tags_must_survive_json():
    assert build(tags={"a": {"b": 1}}).tags == {"a": '{"b": 1}'}
    with pytest.raises(DagsterInvalidDefinitionError):
        build(tags={"a": object()})
