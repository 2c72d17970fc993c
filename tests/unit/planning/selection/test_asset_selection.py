"""Which assets and checks a selection means."""

import pytest

from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidSubsetError, ParameterCheckError
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.serde import deserialize_value, serialize_value

FRESH = AssetCheckKey(AssetKey("raw"), "fresh")
UNIQUE = AssetCheckKey(AssetKey("report"), "unique")


def key(text):
    return AssetKey.from_user_string(text)


def node(name, *deps, **facts):
    return AssetNodeSpec(key=key(name), deps=tuple(key(dep) for dep in deps), **facts)


@pytest.fixture
def graph():
    together = (key("left"), key("right"))
    return AssetGraph(
        [
            node(
                "raw",
                group="in",
                tags={"tier": "1"},
                kinds=frozenset({"sql"}),
                owners=("team:data",),
                checks=(FRESH,),
            ),
            node("sales/clean", "raw", group="in"),
            node("left", "sales/clean", required_with=together),
            node("right", "sales/clean", required_with=together),
            node("report", "left", "external", checks=(UNIQUE,)),
            node("external", "further", is_materializable=False, group="out"),
            node("watched", is_materializable=False, is_observable=True),
        ]
    )


A = AssetSelection


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (A.all(), "raw sales/clean left right report"),
        (A.all(include_sources=True), "raw sales/clean left right report external further watched"),
        (A.keys("raw", "sales/clean"), "raw sales/clean"),
        (A.keys(["sales", "clean"], AssetKey("left")), "sales/clean left"),
        (A.keys(), ""),
        (A.keys("external"), "external"),
        (A.groups("in"), "raw sales/clean"),
        (A.groups("default"), "left right report"),
        (A.groups("out"), ""),
        (A.groups("out", include_sources=True), "external"),
        (A.groups("absent"), ""),
        (A.tag("tier", "1"), "raw"),
        (A.tag("tier", "2"), ""),
        (A.tag_string("tier=1"), "raw"),
        (A.kind("sql"), "raw"),
        (A.kind(None), "sales/clean left right report"),
        (A.owner("team:data"), "raw"),
        (A.key_prefixes("sales"), "sales/clean"),
        (A.key_prefixes(["sales", "clean"]), "sales/clean"),
        (A.key_substring("s/c"), "sales/clean"),
        (A.keys("left").upstream(), "raw sales/clean left"),
        (A.keys("left").upstream(1), "sales/clean left"),
        (A.keys("left").upstream(0), "left"),
        (A.keys("left").upstream(include_self=False), "raw sales/clean"),
        (A.keys("report").upstream(1), "left report"),
        (A.keys("raw").downstream(1), "raw sales/clean"),
        (A.keys("raw").downstream(include_self=False), "sales/clean left right report"),
        (A.keys("external").downstream(), "external report"),
        (A.keys("report").upstream_source_assets(), "external further"),
        (A.all().roots(), "raw"),
        (A.all().sinks(), "right report"),
        (A.keys("raw", "left").roots(), "raw"),
        (A.keys("raw", "left").sinks(), "left"),
        (A.groups("default").roots(), "left right"),
        (A.groups("default").sources(), "left right"),
        (A.keys("left").required_multi_asset_neighbors(), "left right"),
        (A.all(include_sources=True).materializable(), "raw sales/clean left right report"),
        (A.keys("raw", "left") & A.keys("left"), "left"),
        (A.keys("raw") | A.keys("left") | A.keys("left"), "raw left"),
        (A.all() - A.groups("in"), "left right report"),
        (A.all_asset_checks(), ""),
        (A.checks(FRESH), ""),
    ],
)
def test_a_selection_means_assets(graph, selection, names):
    assert selection.resolve(graph) == {key(name) for name in names.split()}


@pytest.mark.parametrize(
    ("selection", "checks"),
    [
        (A.all(), {FRESH, UNIQUE}),
        (A.keys("raw"), {FRESH}),
        (A.keys("raw").without_checks(), set()),
        (A.keys("raw") | A.checks(UNIQUE), {FRESH, UNIQUE}),
        (A.all() - A.checks(UNIQUE), {FRESH}),
        (A.all() - A.keys("raw"), {UNIQUE}),
        (A.all() & A.keys("raw"), {FRESH}),
        (A.all_asset_checks(), {FRESH, UNIQUE}),
        (A.checks_for_assets("raw"), {FRESH}),
    ],
)
def test_a_selection_means_checks(graph, selection, checks):
    assert selection.resolve_checks(graph) == checks


def test_an_unknown_key_is_an_error_with_the_nearest_name(graph):
    with pytest.raises(
        DagsterInvalidSubsetError, match=r"no asset 'sales/claen'. Did you mean 'sales/clean'\?"
    ):
        A.keys("sales/claen").resolve(graph)
    assert A.keys("sales/claen", "raw").resolve(graph, allow_missing=True) == {key("raw")}


def test_an_unknown_check_is_an_error_with_the_nearest_name(graph):
    with pytest.raises(DagsterInvalidSubsetError, match="Did you mean 'raw:fresh'"):
        A.checks(AssetCheckKey(AssetKey("raw"), "frehs")).resolve_checks(graph)


def test_a_selection_is_resolved_over_definitions_too():
    definitions = [node("a"), node("b", "a")]
    assert A.keys("a").downstream().resolve(definitions) == {key("a"), key("b")}
    with pytest.raises(ParameterCheckError):
        A.all().resolve(3)


@pytest.mark.parametrize("wrong", [lambda: A.keys("a") | 3, lambda: A.keys("a") - "b", lambda: A.keys(3), lambda: A.assets(3),
                                   lambda: A.groups(3), lambda: A.keys("a").upstream("1"), lambda: A.checks("a")])  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(wrong):
    with pytest.raises(CheckError):
        wrong()


def test_a_selection_is_stored_and_read_back():
    selection = (A.keys("a").upstream(2) | A.groups("x")) - A.tag("t", "1").roots()
    assert deserialize_value(serialize_value(selection)) == selection
    assert hash(deserialize_value(serialize_value(selection))) == hash(selection)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("raw+", "raw sales/clean"),
        (["raw", "left"], "raw left"),
        ([AssetKey("raw")], "raw"),
        (A.keys("raw"), "raw"),
        ([], ""),
    ],
)
def test_what_stands_for_a_selection(graph, given, names):
    assert A.from_coercible(given).resolve(graph) == {key(name) for name in names.split()}


@pytest.mark.parametrize("given", [3, [3], None])
def test_what_stands_for_no_selection(given):
    with pytest.raises(DagsterError, match="An asset selection is"):
        A.from_coercible(given)
