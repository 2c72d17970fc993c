"""Components whose definitions follow from a state that is fetched now and then."""

import asyncio
from pathlib import Path

import pytest

import weftwork as dg
from weftwork.components import (
    DefsStateConfig,
    DefsStateConfigArgs,
    DefsStateManagementType,
    DefsStateStorage,
    DuplicateDefsStateKeyWarning,
    ResolvedDefsStateConfig,
    build_defs_for_component,
)
from weftwork.components.testing import create_defs_folder_sandbox

LOCAL, VERSIONED, IN_PROCESS = (
    DefsStateManagementType.LOCAL_FILESYSTEM,
    DefsStateManagementType.VERSIONED_STATE_STORAGE,
    DefsStateManagementType.LEGACY_CODE_SERVER_SNAPSHOTS,
)


class Tables(dg.StateBackedComponent, dg.Model, dg.Resolvable):
    tables: list[str]
    defs_state: ResolvedDefsStateConfig = DefsStateConfigArgs.local_filesystem()

    @property
    def defs_state_config(self):
        return DefsStateConfig.from_args(self.defs_state, default_key="Tables/all")

    async def write_state_to_path(self, state_path: Path):
        state_path.write_text("\n".join(self.tables))

    def build_defs_from_state(self, context, state_path):
        names = [] if state_path is None else state_path.read_text().splitlines()
        return dg.Definitions(assets=[dg.AssetSpec(name) for name in names])


class Plain(Tables):
    def write_state_to_path(self, state_path):
        state_path.write_text("plain")


def names(component):
    return [spec.key.path[0] for spec in build_defs_for_component(component).assets or ()]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return tmp_path


def component(kind, *tables, cls=Tables):
    return cls(tables=list(tables), defs_state=DefsStateConfigArgs(management_type=kind))


def test_a_state_is_kept_in_the_project(place):
    first = component(LOCAL, "a", "b")
    assert names(first) == []
    asyncio.run(first.refresh_state(place))
    assert names(first) == ["a", "b"]
    assert names(component(LOCAL, "other")) == ["a", "b"]
    asyncio.run(component(LOCAL, cls=Plain).refresh_state(place))
    assert names(first) == ["plain"]
    assert (place / ".local_defs_state" / ".gitignore").read_text() == "*\n"


def test_a_state_is_kept_in_the_instance(place, monkeypatch):
    first = component(VERSIONED, "a")
    with pytest.raises(dg.DagsterInvariantViolationError, match="set DAGSTER_HOME"):
        asyncio.run(first.refresh_state(place))
    assert names(first) == []
    monkeypatch.setenv("DAGSTER_HOME", str(place))
    version = asyncio.run(first.refresh_state(place))
    storage = DefsStateStorage.get()
    assert storage.get_latest_version("Tables/all") == version
    assert storage.list_state_keys_with_prefix("Tab") == ["Tables/all"]
    assert names(first) == ["a"]
    asyncio.run(component(VERSIONED, "b").refresh_state(place))
    assert names(first) == ["b"]
    storage.set_latest_version("Tables/all", version)
    assert names(first) == ["a"]
    storage.set_latest_version("Tables/all", None)
    assert names(first) == []


def test_a_state_may_be_fetched_when_the_process_starts():
    assert names(component(IN_PROCESS, "a")) == ["a"]
    assert names(component(IN_PROCESS, "b")) == ["a"]


def test_under_dev_a_state_is_fetched_at_every_load(monkeypatch):
    monkeypatch.setenv("DAGSTER_IS_DEV_CLI", "1")
    assert names(component(LOCAL, "a")) == ["a"]
    assert names(component(LOCAL, "b")) == ["b"]
    still = DefsStateConfigArgs(management_type=LOCAL, refresh_if_dev=False)
    assert names(Tables(tables=["c"], defs_state=still)) == ["b"]


def test_two_components_with_one_state_are_told():
    with create_defs_folder_sandbox() as sandbox:
        for folder in ("first", "second"):
            contents = {"type": f"{__name__}.Tables", "attributes": {"tables": []}}
            sandbox.scaffold_component(Tables, folder, defs_yaml_contents=contents)
        with (
            pytest.warns(DuplicateDefsStateKeyWarning, match=r"'first\[0\]' and 'second\[0\]'"),
            sandbox.build_all_defs() as defs,
        ):
            assert defs.assets is None or not defs.assets


def test_a_file_says_how_a_state_is_kept():
    said = {"tables": [], "defs_state": {"management_type": "LOCAL_FILESYSTEM", "key": "mine"}}
    assert Tables.from_attributes_dict(attributes=said).defs_state_config == DefsStateConfig("mine", LOCAL)


def test_a_state_storage_may_be_anywhere(place):
    storage = dg.UPathDefsStateStorage.from_config_value(None, {"base_path": "memory://states"})
    assert storage.get_latest_version("k") is None
    fresh, copy = place / "fresh", place / "copy"
    fresh.write_text("x")
    storage.upload_state_from_path("k", "v1", fresh)
    storage.download_state_to_path("k", "v1", copy)
    assert copy.read_text() == "x"
    assert storage.list_state_keys_with_prefix("") == ["k"]
