"""Assets as the log of events knows them."""

import json

import pytest

from weftwork.api.assets import AssetStatus, get_asset, list_asset_views, list_assets
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.records.event_type import DagsterEventType as Kind
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import MetadataValue
from weftwork.records.values.tables import TableColumn, TableSchema
from weftwork.serde import encode


def statuses(instance):
    return {asset.key: asset.status for asset in list_assets(instance).assets}


def test_assets_are_listed_by_key_in_pages(story, instance):
    for name in ("c", "a", "b"):
        story.make("", name)
    first = list_assets(instance, limit=2)
    second = list_assets(instance, limit=2, cursor=first.cursor)
    assert [asset.key for asset in first.assets] == ["a", "b"]
    assert [asset.key for asset in second.assets] == ["c"]
    assert second.cursor is None


def test_the_state_of_an_asset_follows_its_latest_run(story, instance):
    story.start("r1")
    story.plan("r1", "a")
    assert statuses(instance) == {"a": AssetStatus.IN_PROGRESS}
    story.make("r1", "a")
    story.end("r1")
    assert statuses(instance) == {"a": AssetStatus.MATERIALIZED}
    story.start("r2")
    story.plan("r2", "a")
    story.end("r2", Kind.RUN_FAILURE)
    assert statuses(instance) == {"a": AssetStatus.FAILED}


def test_an_asset_whose_run_was_canceled_stands_as_before(story, instance):
    story.start("r1")
    story.plan("r1", "a")
    story.end("r1", Kind.RUN_CANCELED)
    assert statuses(instance) == {"a": AssetStatus.MISSING}


def test_partitions_are_counted_by_state(story, instance):
    story.start("r1")
    for partition in ("x", "y", "z"):
        story.plan("r1", "a", partition)
    story.make("r1", "a", "x")
    story.make("r1", "a", "y")
    [asset] = list_assets(instance).assets
    assert (asset.partitions.materialized, asset.partitions.in_progress) == (2, 1)
    assert asset.status is AssetStatus.IN_PROGRESS
    story.end("r1", Kind.RUN_FAILURE)
    [asset] = list_assets(instance).assets
    assert (asset.partitions.materialized, asset.partitions.failed) == (2, 1)
    assert asset.status is AssetStatus.FAILED


def test_checks_are_counted_as_they_last_ended(story, instance):
    story.start("r1")
    story.make("r1", "a")
    story.check("r1", "a", "c1", passed=False)
    story.check("r1", "a", "c1", passed=True)
    story.check("r1", "a", "c2", passed=False, severity="WARN")
    story.check("r1", "a", "c3", passed=False)
    checks = list_assets(instance).assets[0].checks
    assert (checks.passed, checks.warned, checks.failed) == (1, 1, 1)


def test_assets_that_were_never_recorded_are_missing(instance):
    [asset] = list_asset_views(instance, [AssetKey(["a", "b"])])
    assert (asset.key, asset.status, asset.partitions) == ("a/b", AssetStatus.MISSING, None)


def test_an_asset_is_shown_with_metadata_and_checks(story, instance):
    story.start("r1")
    schema = TableSchema(columns=[TableColumn("n", "int")])
    story.make("r1", "a", rows=5, where=MetadataValue.path("/x"), columns=schema)
    story.check("r1", "a", "c", passed=True)

    shown = json.loads(encode(get_asset(instance, AssetKey("a"))))

    assert shown["metadata"]["rows"] == {"kind": "int", "value": 5}
    assert shown["metadata"]["where"] == {"kind": "path", "value": "/x"}
    assert shown["metadata"]["columns"]["kind"] == "table_schema"
    assert shown["metadata"]["columns"]["value"]["columns"][0]["name"] == "n"
    assert shown["asset"]["run_id"] == "r1"
    assert [check["name"] for check in shown["checks"]] == ["c"]


def test_an_unknown_asset_names_the_nearest(story, instance):
    story.make("", "orders")
    with pytest.raises(DagsterInvalidSubsetError, match="Did you mean 'orders'"):
        get_asset(instance, AssetKey("order"))
