"""`weft asset list` and `show` on what was recorded."""

import json

import pytest

from weftwork.records.values.metadata_value import MetadataValue
from weftwork.records.values.tables import TableColumn, TableSchema


@pytest.fixture
def recorded(story_at_home):
    story = story_at_home
    story.start("r1")
    story.make(
        "r1",
        "orders",
        rows=12345,
        where=MetadataValue.path("/x"),
        columns=TableSchema([TableColumn("n", "int")]),
    )
    for partition in ("x", "y"):
        story.make("r1", "days", partition)
    story.plan("r1", "days", "z")
    story.check("r1", "orders", "is_full", passed=False, severity="WARN")
    story.check("r1", "orders", "is_new", passed=True)
    return story


def test_assets_are_listed_as_a_table(run, recorded):
    header, days, orders = run("asset", "list").stdout.splitlines()
    assert header.split() == ["ASSET", "GROUP", "STATUS", "PARTITIONS", "CHECKS", "MATERIALIZED", "RUN"]
    assert days.startswith("days")
    assert "2, 1 in progress" in days
    assert "1 passed, 1 warned" in orders
    assert orders.endswith("r1")


def test_assets_are_listed_as_json_in_pages(run, recorded):
    page = json.loads(run("asset", "list", "--json", "-n", "1").stdout)
    assert [asset["key"] for asset in page["assets"]] == ["days"]
    following = json.loads(run("asset", "list", "--json", "--cursor", page["cursor"]).stdout)
    assert [asset["key"] for asset in following["assets"]] == ["orders"]


def test_assets_are_filtered_by_prefix(run, recorded):
    recorded.make("r1", ["shop", "carts"])
    [_, line] = run("asset", "list", "--prefix", "shop").stdout.splitlines()
    assert line.startswith("shop/carts")


def test_a_selection_needs_definitions(run, recorded):
    result = run("asset", "list", "--select", "x")
    assert result.exit_code == 2
    assert "-f FILE" in result.stderr


def test_an_asset_is_shown(run, recorded):
    text = run("asset", "show", "orders").stdout
    assert "rows" in text
    assert "12,345" in text
    assert "n int" in text
    assert "warned  orders: is_full  is_full says" in text


def test_an_asset_is_shown_as_json(run, recorded):
    shown = json.loads(run("asset", "show", "orders", "--json").stdout)
    assert shown["metadata"]["where"] == {"kind": "path", "value": "/x"}


def test_an_unknown_asset_is_an_error(run, recorded):
    result = run("asset", "show", "order")
    assert result.exit_code == 1
    assert "Did you mean 'orders'" in result.stderr


@pytest.mark.parametrize("key", ["", "a//b", "/a"])
def test_what_is_no_key_is_an_error(run, recorded, key):
    result = run("asset", "show", key)
    assert result.exit_code == 1
    assert "not an asset key" in result.stderr
