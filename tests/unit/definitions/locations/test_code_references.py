"""Where the code of assets is."""

from pathlib import Path

import pytest

import weftwork as dg

HERE = Path(__file__)


@dg.asset
def orders(): ...


@dg.op
def fetch(): ...


@dg.graph_asset
def table():
    return fetch()


def references(asset):
    return asset.get_asset_spec().metadata["dagster/code_references"].code_references


def test_file_and_line_are_told():
    found = dg.with_source_code_references([orders, table, dg.AssetSpec("outside")])
    assert [(r.file_path, r.line_number) for r in references(found[0])] == [(str(HERE), 12)]
    assert references(found[1])[0].file_path == str(HERE)
    assert found[2] == dg.AssetSpec("outside")


@pytest.mark.parametrize(
    ("url", "platform", "expected"),
    [
        ("https://github.com/o/r", None, "https://github.com/o/r/tree/main/src/{name}#L12"),
        ("https://gitlab.com/o/r", None, "https://gitlab.com/o/r/-/tree/main/src/{name}#L12"),
        ("https://git.example.com/o/r/", "gitlab", "https://git.example.com/o/r/-/tree/main/src/{name}#L12"),
    ],
)
def test_references_become_links(url, platform, expected):
    mapping = dg.AnchorBasedFilePathMapping(HERE.parent, "src")
    linked = dg.link_code_references_to_git(
        dg.with_source_code_references([orders]), url, "main", mapping, platform=platform
    )
    assert references(linked[0])[0].url == expected.format(name=HERE.name)


def test_an_unknown_platform_must_be_named():
    mapping = dg.AnchorBasedFilePathMapping(HERE, "src/x.py")
    with pytest.raises(ValueError, match="platform='github'"):
        dg.link_code_references_to_git([orders], "https://example.com/o/r", "main", mapping)


def test_paths_are_told_from_an_anchor():
    mapping = dg.AnchorBasedFilePathMapping(Path("/a/b/c.py"), "x/c.py")
    assert mapping.convert_to_source_control_path(Path("/a/b/d/e.py")) == "x/d/e.py"
    assert mapping.convert_to_source_control_path(Path("/a/z.py")) == "z.py"


def test_assets_that_a_schedule_starts_belong_to_the_location():
    schedule = dg.ScheduleDefinition("nightly", target=[orders], cron_schedule="@daily")
    assert dg.Definitions(schedules=[schedule]).resolve_assets_def("orders") is orders


def test_job_keys_round_trip():
    key = dg.AssetJobKey("nightly")
    assert dg.AssetJobKey.from_db_string(key.to_db_string()) == key
    assert dg.AssetJobKey.from_user_string(key.to_user_string()) == key
    assert dg.AssetJobKey.from_db_string("nonsense") is None
    assert isinstance(dg.AssetKey("a"), dg.AssetOrCheckKey)
