"""The text form of selections."""

import pytest

from weftwork.base.errors import DagsterInvalidAssetSelectionError, DagsterInvalidSubsetError
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey


def key(text):
    return AssetKey.from_user_string(text)


@pytest.fixture
def graph():
    def node(name, *deps, **facts):
        return AssetNodeSpec(key=key(name), deps=tuple(key(dep) for dep in deps), **facts)

    return AssetGraph(
        [
            node("a", group="one", tags={"t": "1"}, kinds=frozenset({"sql"}), owners=("team:x", "a@b.com")),
            node("p/b", "a", group="one"),
            node("c", "p/b"),
            node("d", "c"),
            node("e-f.g"),
            node("source", is_materializable=False),
        ]
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("*", "a p/b c d e-f.g"), ("a", "a"), ("p/b", "p/b"), ("e-f.g", "e-f.g"), ("source", "source"),
        ("a*", "a p/b c d"), ("*c", "a p/b c"), ("a+", "a p/b"), ("a++", "a p/b c"), ("+c", "p/b c"), ("++c", "a p/b c"),
        ("*p/b+", "a p/b c"), ("*c*", "a p/b c d"),
        ("key:a", "a"), ('key:"p/b"', "p/b"), ("key:p/*", "p/b"), ("key:*", "a p/b c d e-f.g source"), ("key:absent", ""),
        ('key_substring:"/"', "p/b"), ("group:one", "a p/b"), ('group:"one"', "a p/b"), ("tag:t=1", "a"), ('tag:"t"="1"', "a"),
        ("tag:t", ""), ("kind:sql", "a"), ("kind:<null>", "p/b c d e-f.g"), ('owner:"team:x"', "a"), ("owner:team:x", "a"),
        ("owner:a@b.com", "a"), ("is:materializable", "a p/b c d e-f.g"),
        ("key:a or key:c", "a c"), ("key:a OR key:c", "a c"), ("group:one and key:a", "a"), ("not group:one", "c d e-f.g"),
        ("not not key:a", "a"), ("key:a or key:c and not key:c", "a"), ("(key:a or key:c) and not key:c", "a"),
        ("roots(*)", "a e-f.g"), ("sinks(group:one)", "p/b"), ("+key:c", "a p/b c"), ("key:a+", "a p/b c d"),
        ("1+key:c", "p/b c"), ("key:a+1", "a p/b"), ("1+key:p/b+1", "a p/b c"), ("+(key:c or key:a)", "a p/b c"),
        ("(key:a)+", "a p/b c d"), ("sinks(*)+ or key:a", "a d e-f.g"), ("key: a", "a"),
    ],
)  # fmt: skip
def test_a_text_means_assets(graph, text, names):
    assert AssetSelection.from_string(text).resolve(graph) == {key(name) for name in names.split()}


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "a and c", "(key:a", "key:a)", "key:a or", "or key:a", "key:a key:b", "key:", "foo:bar", "1+a", "a+1", "-a b",
     "roots()", "functions(key:a)", "++key:a", "key:a++", "key:a,b", "key:'a'", "group:o*", "is:nice", '"a"', "code_location:x"],
)  # fmt: skip
def test_what_is_no_selection_is_refused(text):
    with pytest.raises(DagsterInvalidAssetSelectionError):
        AssetSelection.from_string(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key:a and b", "written key:b; 'b' stands alone, at character 11"),
        ("grop:one", "Did you mean 'group'"),
        ("root(key:a)", "Did you mean 'roots'"),
        ("(key:a", r"Expected '\)', at character 7"),
    ],
)
def test_the_error_says_where_and_what_was_meant(text, told):
    with pytest.raises(DagsterInvalidAssetSelectionError, match=told):
        AssetSelection.from_string(text)


def test_a_name_that_does_not_exist_is_found_when_it_is_resolved(graph):
    with pytest.raises(DagsterInvalidSubsetError):
        AssetSelection.from_string("absent+").resolve(graph)


A = AssetSelection


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (A.keys("a") | A.keys("b") & A.groups("x"), 'key:"a" or (key:"b" and group:"x")'),
        (A.all() - A.keys("a", "b"), 'not (key:"a" or key:"b")'),
        (A.keys("a").upstream(), '+key:"a"'),
        (A.keys("a").upstream(2), '2+key:"a"'),
        (A.keys("a", "b").downstream(), '(key:"a" or key:"b")+'),
        (A.keys("a").upstream(include_self=False), '+key:"a" and not key:"a"'),
        (A.tag("a", "b"), 'tag:"a"="b"'),
        (A.keys("a").roots(), 'roots(key:"a")'),
        (A.kind(None), "kind:<null>"),
    ],
)
def test_a_selection_is_written_as_text(selection, text):
    assert str(selection) == text


def test_what_has_no_text_form_is_shown_as_it_is():
    assert "KeyPrefixesAssetSelection" in str(A.key_prefixes("a"))
