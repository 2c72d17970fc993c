"""The graph of assets."""

import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidSubsetError
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec, list_node_specs
from weftwork.records.keys import AssetKey


def node(name, *deps, **facts):
    return AssetNodeSpec(key=AssetKey(name), deps=tuple(AssetKey(dep) for dep in deps), **facts)


def names(keys):
    return sorted(key.to_user_string() for key in keys)


def test_what_is_depended_on_and_not_given_is_external():
    graph = AssetGraph([node("a", "outside")])
    assert names(graph.asset_keys) == ["a", "outside"]
    assert graph.get(AssetKey("outside")).is_external
    assert names(graph.materializable_asset_keys) == ["a"]
    assert names(graph.external_asset_keys) == ["outside"]


def test_neighbours_near_and_far():
    graph = AssetGraph([node("c", "b"), node("b", "a"), node("a")])
    assert names(graph.get_parent_keys(AssetKey("c"))) == ["b"]
    assert names(graph.get_child_keys(AssetKey("a"))) == ["b"]
    assert names(graph.get_ancestor_keys(AssetKey("c"))) == ["a", "b"]
    assert names(graph.get_descendant_keys(AssetKey("a"), include_self=True)) == ["a", "b", "c"]
    assert [key.path[0] for key in graph.toposorted_asset_keys] == ["a", "b", "c"]


def test_levels():
    graph = AssetGraph([node("a"), node("b", "a"), node("c", "a"), node("d", "b", "a")])
    assert [names(level) for level in graph.toposorted_asset_keys_by_level] == [["a"], ["b", "c"], ["d"]]


def test_groups():
    graph = AssetGraph([node("a", group="g"), node("b", "outside"), node("c", group="g")])
    assert {group: names(keys) for group, keys in graph.groups.items()} == {"g": ["a", "c"], "default": ["b"]}


def test_a_circle_is_an_error_that_shows_it():
    graph = AssetGraph([node("a", "b"), node("b", "a")])
    with pytest.raises(DagsterInvalidDefinitionError, match="circle: . -> . -> ."):
        _ = graph.order


def test_a_key_twice_is_an_error():
    with pytest.raises(DagsterInvalidDefinitionError, match="'a' is defined more than once"):
        AssetGraph([node("a"), node("a")])


def test_an_unknown_asset_is_an_error():
    with pytest.raises(DagsterInvalidSubsetError, match="no asset 'b'"):
        AssetGraph([node("a")]).get(AssetKey("b"))


def test_an_asset_spec_becomes_an_external_node():
    class Dep:
        asset_key = AssetKey("up")

    class Spec:
        key = AssetKey("x")
        deps = (Dep(),)
        group_name = None
        tags = {"dagster/kind/sql": "", "tier": "1"}
        owners = ("team:x",)

    [made] = list_node_specs(Spec())
    assert (made.deps, made.group, made.kinds, made.is_external) == (
        (AssetKey("up"),),
        "default",
        frozenset({"sql"}),
        True,
    )


def test_what_is_no_asset_is_refused():
    with pytest.raises(CheckError):
        AssetGraph.from_definitions([3])
