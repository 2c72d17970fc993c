"""Selections over random graphs equal what plain set arithmetic says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey
from weftwork.serde import deserialize_value, serialize_value

NAMES = "abcdefgh"


sometimes = st.integers(0, 3).map(bool)


@st.composite
def graphs(draw, made=sometimes):
    nodes = []
    for position, name in enumerate(NAMES):
        deps = draw(st.sets(st.sampled_from(NAMES[:position]), max_size=3)) if position else set()
        nodes.append(
            AssetNodeSpec(
                key=AssetKey(name),
                deps=tuple(AssetKey(dep) for dep in sorted(deps)),
                group=draw(st.sampled_from(["one", "two"])),
                is_materializable=draw(made),
            )
        )
    return draw(st.permutations(nodes))


leaves = st.one_of(
    st.sets(st.sampled_from(NAMES), min_size=1).map(lambda names: ("keys", names)),
    st.sampled_from(["one", "two"]).map(lambda group: ("group", group)),
    st.just(("all",)),
)
depths = st.one_of(st.none(), st.integers(0, 3))
selections = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["or", "and", "minus"]), inner, inner),
        st.tuples(st.sampled_from(["up", "down"]), inner, depths, st.booleans()),
        st.tuples(st.sampled_from(["roots", "sinks"]), inner),
    ),
    max_leaves=6,
)


def build(tree):
    match tree:
        case ("keys", names):
            return AssetSelection.keys(*sorted(names))
        case ("group", group):
            return AssetSelection.groups(group)
        case ("all",):
            return AssetSelection.all()
        case ("or", left, right):
            return build(left) | build(right)
        case ("and", left, right):
            return build(left) & build(right)
        case ("minus", left, right):
            return build(left) - build(right)
        case ("up", child, depth, include_self):
            return build(child).upstream(depth, include_self)
        case ("down", child, depth, include_self):
            return build(child).downstream(depth, include_self)
        case ("roots", child):
            return build(child).roots()
        case ("sinks", child):
            return build(child).sinks()


class Naive:
    """What a selection means, by definition and without regard for time."""

    def __init__(self, nodes):
        self.nodes = {node.key.path[0]: node for node in nodes}
        self.parents = {name: {dep.path[0] for dep in node.deps} for name, node in self.nodes.items()}
        self.children = {name: {c for c in self.nodes if name in self.parents[c]} for name in self.nodes}

    def made(self, names):
        return {name for name in names if self.nodes[name].is_materializable}

    def walk(self, edges, start, depth):
        found = set(start)
        for _ in range(len(self.nodes) if depth is None else depth):
            found |= {other for name in found for other in edges[name]}
        return found

    def strictly(self, edges, name):
        return self.walk(edges, edges[name], None)

    def resolve(self, tree):
        match tree:
            case ("keys", names):
                return set(names)
            case ("group", group):
                return {name for name in self.made(self.nodes) if self.nodes[name].group == group}
            case ("all",):
                return self.made(self.nodes)
            case ("or", left, right):
                return self.resolve(left) | self.resolve(right)
            case ("and", left, right):
                return self.resolve(left) & self.resolve(right)
            case ("minus", left, right):
                return self.resolve(left) - self.resolve(right)
            case ("up" | "down" as way, child, depth, include_self):
                start = self.resolve(child)
                found = self.walk(self.parents if way == "up" else self.children, start, depth)
                found = found if include_self else found - start
                return self.made(found) if way == "up" else found
            case ("roots" | "sinks" as end, child):
                start = self.resolve(child)
                edges = self.parents if end == "roots" else self.children
                return {name for name in start if not self.strictly(edges, name) & start}


@settings(max_examples=150, deadline=None)
@given(graphs(), selections)
def test_a_selection_equals_the_naive_answer(nodes, tree):
    found = build(tree).resolve(AssetGraph(nodes))
    assert {key.path[0] for key in found} == Naive(nodes).resolve(tree)


@settings(max_examples=60, deadline=None)
@given(graphs(st.just(True)), selections)
def test_text_and_storage_keep_the_meaning(nodes, tree):
    selection = build(tree)
    graph = AssetGraph(nodes)
    assert deserialize_value(serialize_value(selection)) == selection
    again = AssetSelection.from_string(selection.to_selection_str())
    assert again.resolve(graph) == selection.resolve(graph)
