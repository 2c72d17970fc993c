"""UPathIOManager: paths, partitions, loading concurrently, metadata."""

from __future__ import annotations

import asyncio
import pathlib

import pytest

from weftwork.base.errors import CheckError
from weftwork.definitions.io.build_contexts import build_input_context, build_output_context
from weftwork.io_managers.upath import UPathIOManager
from weftwork.partitions.keys import MultiPartitionKey, PartitionKeyRange
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.values.metadata_value import IntMetadataValue, PathMetadataValue


class Text(UPathIOManager):
    extension = ".txt"

    def dump_to_path(self, context, obj, path):
        path.write_text(obj)

    def load_from_path(self, context, path):
        return path.read_text()

    def get_metadata(self, context, obj):
        return {"length": len(obj)}


LETTERS = StaticPartitionsDefinition(["x", "y"])
BOTH = {
    "asset_key": "a",
    "asset_partitions_def": LETTERS,
    "asset_partition_key_range": PartitionKeyRange("x", "y"),
}


def list_files(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"run_id": "r", "step_key": "s", "name": "o"}, "r/s/o.txt"),
        ({"asset_key": ["a", "b.c"]}, "a/b.c.txt"),
        ({"asset_key": "a", "partition_key": "2020-01-01"}, "a/2020-01-01.txt"),
        ({"asset_key": "a", "partition_key": "x/y"}, "a/x/y.txt"),
        ({"asset_key": "a", "partition_key": MultiPartitionKey({"z": "1", "b": "2"})}, "a/2/1.txt"),
        ({"asset_key": ["..", "a"], "partition_key": "../b"}, "%2E%2E/a/%2E%2E/b.txt"),
    ],
)
def test_values_are_at_their_paths(tmp_path, where, path):
    manager = Text(tmp_path)
    output = build_output_context(**where)
    manager.handle_output(output, "value")
    assert list_files(tmp_path) == [path]
    assert output.get_logged_metadata() == {
        "path": PathMetadataValue(str(tmp_path / path)), "length": IntMetadataValue(5),
    }  # fmt: skip
    own = {n: v for n, v in where.items() if n in ("asset_key", "partition_key")}
    assert manager.load_input(build_input_context(upstream_output=output, **own)) == "value"


def test_several_partitions_load_as_a_dict_without_the_missing_where_allowed(tmp_path):
    manager = Text(str(tmp_path))
    manager.handle_output(build_output_context(asset_key="a", partition_key="x"), "X")
    with pytest.raises(FileNotFoundError):
        manager.load_input(build_input_context(**BOTH))
    allowed = build_input_context(**BOTH, definition_metadata={"allow_missing_partitions": True})
    assert manager.load_input(allowed) == {"x": "X"}
    assert manager.load_partitions(allowed) == {"x": "X"}
    manager.handle_output(build_output_context(asset_key="a", partition_key="y"), "Y")
    assert manager.load_input(build_input_context(**BOTH)) == {"x": "X", "y": "Y"}


class Meeting(Text):
    """Each load waits until all have begun: it ends only if they run at the same time."""

    def __init__(self, base_path, expected):
        super().__init__(base_path)
        self.expected = expected
        self.begun = 0

    async def load_from_path(self, context, path):
        self.begun += 1
        while self.begun < self.expected:
            await asyncio.sleep(0)
        return path.read_text()


def test_partitions_load_concurrently(tmp_path):
    manager = Meeting(tmp_path, expected=2)
    for key in "xy":
        manager.handle_output(build_output_context(asset_key="a", partition_key=key), key.upper())
    assert manager.load_input(build_input_context(**BOTH)) == {"x": "X", "y": "Y"}


def test_async_loading_of_one_value_and_of_missing_ones(tmp_path):
    manager = Meeting(tmp_path, expected=1)
    manager.handle_output(build_output_context(asset_key="a", partition_key="x"), "X")
    assert manager.load_input(build_input_context(asset_key="a", partition_key="x")) == "X"
    with pytest.raises(FileNotFoundError):
        manager.load_input(build_input_context(**BOTH))
    allowed = build_input_context(**BOTH, definition_metadata={"allow_missing_partitions": True})
    assert manager.load_input(allowed) == {"x": "X"}
    output = build_output_context(step_key="s", name="o")
    manager.handle_output(output, "plain")
    assert manager.load_input(build_input_context(upstream_output=output)) == "plain"


def test_async_loading_inside_a_running_loop(tmp_path):
    manager = Meeting(tmp_path, expected=1)
    manager.handle_output(build_output_context(asset_key="a"), "X")

    async def load():
        return manager.load_input(build_input_context(asset_key="a"))

    assert asyncio.run(load()) == "X"


def test_one_value_for_several_partitions_is_refused(tmp_path):
    with pytest.raises(CheckError, match="2 partitions"):
        Text(tmp_path).handle_output(build_output_context(**BOTH), "x")


def test_a_mapping_is_written_partition_by_partition(tmp_path):
    context = build_output_context(**BOTH)
    Text(tmp_path).handle_output(context, {"x": "X", "y": "Y"})
    assert list_files(tmp_path) == ["a/x.txt", "a/y.txt"]
    assert context.get_logged_metadata() == {"path": PathMetadataValue(str(tmp_path / "a"))}


def test_has_output(tmp_path):
    manager = Text(tmp_path)
    context = build_output_context(asset_key="a")
    assert not manager.has_output(context)
    manager.handle_output(context, "x")
    assert manager.has_output(context)
    manager.unlink(tmp_path / "a.txt")
    assert not manager.path_exists(tmp_path / "a.txt")


def test_partition_scheme_may_be_replaced(tmp_path):
    class Flat(Text):
        def get_path_for_partition(self, context, path, partition):
            return path.with_name(f"{path.name}-{partition}")

    Flat(tmp_path).handle_output(build_output_context(asset_key="a", partition_key="x"), "v")
    assert list_files(tmp_path) == ["a-x.txt"]


def test_extension_needs_its_dot():
    class Wrong(Text):
        extension = "txt"

    with pytest.raises(AssertionError, match=r"\.txt"):
        Wrong()


def test_base_path_is_the_working_directory_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Text().handle_output(build_output_context(asset_key="a"), "v")
    assert pathlib.Path("a.txt").read_text() == "v"


def test_any_file_system_through_upath():
    upath = pytest.importorskip("upath")
    manager = Text(upath.UPath("memory://weft-test"))
    output = build_output_context(asset_key=["a", "b"])
    manager.handle_output(output, "v")
    assert manager.fs.cat("/weft-test/a/b.txt") == b"v"
    assert manager.load_input(build_input_context(asset_key=["a", "b"])) == "v"
    assert Text("memory://weft-test").load_input(build_input_context(asset_key=["a", "b"])) == "v"


def test_messages_name_path_partition_and_manager(tmp_path):
    manager = Text(tmp_path)
    assert "Text" in manager.get_writing_output_log_message(tmp_path)
    assert str(tmp_path) in manager.get_loading_input_log_message(tmp_path)
    assert "p1" in manager.get_loading_input_partition_log_message(tmp_path, "p1")
    assert "p1" in manager.get_missing_partition_log_message("p1")


def test_a_partition_that_is_not_stored_names_its_neighbours(tmp_path):
    manager = Text(tmp_path)
    manager.handle_output(build_output_context(asset_key="orders", partition_key="2024-01-02"), "x")

    with pytest.raises(FileNotFoundError) as raised:
        manager.load_input(build_input_context(asset_key="orders", partition_key="2024-01-01"))

    assert "'2024-01-02.txt' (1 in all)" in raised.value.__notes__[0]
