"""Which part of a graph a list of queries selects."""

import pytest

from weftwork.base.errors import DagsterInvalidSubsetError, ParameterCheckError
from weftwork.definitions.graphs.decorator import graph
from weftwork.definitions.graphs.selection import select_nodes
from weftwork.definitions.graphs.subset import subset_graph
from weftwork.definitions.ops.decorator import op
from weftwork.records.specs import FromMany, FromOutput


@op
def one():
    return 1


@op
def add(x):
    return x


@graph
def chain():
    handle = one()
    for name in ("a", "b", "c", "d", "e"):
        handle = add.alias(name)(handle)


@graph
def inner(x):
    return add(add(x))


@graph
def outer():
    return add(inner(one()))


QUERIES = [
    (["a"], "a"),
    (["*b"], "one a b"),
    (["c*"], "c d e"),
    (["+c+"], "b c d"),
    (["++c"], "a b c"),
    (["*b+++"], "one a b c d e"),
    (["a", "e"], "a e"),
    (["*"], "one a b c d e"),
    (["c+*"], "c d"),
]


@pytest.mark.parametrize(("queries", "names"), QUERIES)
def test_queries_select_nodes_and_their_neighbours(queries, names):
    assert list(select_nodes(chain, queries)) == names.split()


def test_edges_from_what_is_left_out_become_unconnected_inputs():
    part = subset_graph(chain, ["b", "c"])

    assert {n.name: n.inputs for n in part.spec.nodes} == {"b": {}, "c": {"x": FromOutput("b")}}
    assert not part.is_input_connected("b", "x")


def test_a_list_keeps_what_is_selected():
    @graph
    def many():
        add([one.alias("x")(), one.alias("y")(), one.alias("z")()])

    part = subset_graph(many, ["x", "z", "add"])

    assert part.spec.nodes[-1].inputs == {"x": FromMany((FromOutput("x"), FromOutput("z")))}


def test_paths_select_inside_of_graphs():
    part = subset_graph(outer, ["inner.add"])

    assert part.node_names() == ["inner"]
    assert part.node_dict["inner"].definition.node_names() == ["add"]
    assert part.node_dict["inner"].definition.output_defs == []
    assert part.spec.outputs == ()


def test_what_took_an_output_that_is_gone_is_unconnected():
    part = subset_graph(outer, ["inner.add", "add"])

    assert part.spec.nodes[-1].inputs == {}


def test_inputs_of_a_graph_whose_taker_is_gone_are_gone():
    part = subset_graph(outer, ["one", "inner.add_2"])

    assert part.node_dict["inner"].definition.input_defs == []
    assert part.node_dict["inner"].name == "inner"
    assert part.spec.nodes[-1].inputs == {}


def test_queries_work_inside_of_graphs_too():
    assert select_nodes(outer, ["inner.*add_2"]) == {"inner": {"add": None, "add_2": None}}
    assert select_nodes(outer, ["inner.add", "inner"]) == {"inner": None}


def test_different_parts_of_two_uses_of_one_graph_may_be_selected():
    @graph
    def twice():
        inner(inner.alias("first")(one()))

    part = subset_graph(twice, ["first.add", "inner.add_2"])

    assert part.node_dict["first"].definition.node_names() == ["add"]
    assert part.node_dict["inner"].definition.node_names() == ["add_2"]


@pytest.mark.parametrize(
    ("graph_def", "query", "said"),
    [
        (chain, "*nope", "matches nothing"),
        (chain, "onn", "Did you mean 'one'"),
        (outer, "inner.ad", "Did you mean 'add'"),
        (outer, "iner.add", "Did you mean 'inner"),
        (outer, "one.x", "is an op"),
        (chain, "", "matches nothing"),
    ],
)
def test_a_query_that_matches_nothing_is_refused(graph_def, query, said):
    with pytest.raises(DagsterInvalidSubsetError, match=said):
        select_nodes(graph_def, [query])


def test_text_instead_of_a_list_is_refused():
    with pytest.raises(ParameterCheckError, match=r"\['one'\]"):
        select_nodes(chain, "one")
