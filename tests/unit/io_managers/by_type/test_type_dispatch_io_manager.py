"""Each value in a file of the format that fits its type."""

from __future__ import annotations

import numpy
import pandas
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import weftwork as dg
from weftwork.io_managers.by_type.type_dispatch import TypedFiles, TypeDispatchIOManager
from weftwork.io_managers.by_type.value_format import TextFormat, ValueFormat


class Odd:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return isinstance(other, Odd) and other.number == self.number

    __hash__ = None


def run(assets, folder, manager=TypeDispatchIOManager, **arguments):
    return dg.materialize(assets, resources={"io_manager": manager(base_dir=str(folder))}, **arguments)


def store_and_load(folder, value):
    @dg.asset
    def thing():
        return value

    @dg.asset
    def loaded(thing) -> None:
        seen.append(thing)

    seen = []
    result = run([thing, loaded], folder)
    [event] = result.asset_materializations_for_node("thing")
    return seen[0], {name: entry.value for name, entry in event.metadata.items()}


@pytest.mark.parametrize(
    ("value", "file", "facts"),
    [
        ("text\r\nüñí", "thing.txt", {"characters": 9}),
        ("", "thing.txt", {"characters": 0}),
        (b"\x00bytes", "thing.bin", {}),
        (numpy.arange(6).reshape(2, 3), "thing.npy", {"shape": [2, 3], "dtype": "int64"}),
        (polars.DataFrame({"id": [1]}), "thing.parquet", {"dagster/row_count": 1}),
        (pandas.DataFrame({"id": [1, 2]}), "thing.parquet", {"dagster/row_count": 2}),
        ({"a": [1, (2, 3)]}, "thing", {}),
        (Odd(3), "thing", {}),
        ("lone \ud800", "thing", {}),
        (numpy.array([Odd(1)], dtype=object), "thing", {}),
        (pandas.DataFrame({"o": [Odd(1)]}), "thing", {}),
    ],
)
def test_a_value_is_in_the_format_of_its_type_and_comes_back(tmp_path, value, file, facts):
    loaded, metadata = store_and_load(tmp_path, value)

    assert [path.name for path in tmp_path.iterdir()] == [file]
    assert type(loaded) is type(value)
    assert str(loaded) == str(value) or loaded == value
    assert metadata["path"] == str(tmp_path / file)
    assert metadata["size_bytes"] > 0 or not value
    assert {name: metadata[name] for name in facts} == facts


def test_another_type_replaces_what_was_there(tmp_path):
    for value in ("text", [1], polars.DataFrame({"id": [1]}), b"bytes", "again"):
        loaded, _ = store_and_load(tmp_path, value)
        assert type(loaded) is type(value)
        assert len(list(tmp_path.iterdir())) == 1


def test_an_input_gets_the_kind_of_frame_that_it_is_annotated_with(tmp_path):
    @dg.asset
    def orders():
        return pandas.DataFrame({"id": [1]})

    @dg.asset
    def lazily(orders: polars.LazyFrame) -> None:
        assert orders.collect()["id"].to_list() == [1]

    assert run([orders, lazily], tmp_path).success


def test_values_of_the_plain_file_io_manager_are_read(tmp_path):
    @dg.asset
    def orders():
        return [1, 2]

    @dg.asset
    def total(orders):
        return str(sum(orders))

    dg.materialize([orders], resources={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))})

    assert run([dg.AssetSpec("orders"), total], tmp_path).output_for_node("total") == "3"


def test_partitions_may_be_of_different_types(tmp_path):
    kinds = dg.StaticPartitionsDefinition(["a", "b"])

    @dg.asset(partitions_def=kinds)
    def thing(context):
        return "text" if context.partition_key == "a" else 7

    @dg.asset
    def both(thing):
        return str(thing)

    for key in ("a", "b"):
        run([thing], tmp_path, partition_key=key)

    result = run([dg.AssetSpec("thing", partitions_def=kinds), both], tmp_path)

    assert result.output_for_node("both") == "{'a': 'text', 'b': 7}"


def test_a_subclass_adds_a_format(tmp_path):
    class OddFormat(ValueFormat):
        extension = ".odd"

        def fits(self, value):
            return isinstance(value, Odd)

        def write(self, context, value, file):
            file.write(str(value.number).encode())

        def read(self, context, path):
            with open(path) as file:
                return Odd(int(file.read()))

    class Ours(TypeDispatchIOManager):
        def list_formats(self):
            return [OddFormat(), *super().list_formats()]

    @dg.asset
    def thing():
        return Odd(5)

    @dg.asset
    def number(thing):
        return thing.number

    assert run([thing, number], tmp_path, Ours).output_for_node("number") == 5
    assert (tmp_path / "thing.odd").read_text() == "5"


@given(st.sampled_from(["a", "a.txt", "a.txt.txt", "a%2Etxt", "a.parquet"]), st.sampled_from(["x", 1]))
def test_keys_that_end_in_an_extension_are_nobodys_file(tmp_path_factory, key, value):
    manager = TypedFiles(str(tmp_path_factory.mktemp("files")), [TextFormat()])
    keys = ["a", "a.txt", "a.txt.txt", "a%2Etxt", "a.parquet"]
    for each in keys:
        manager.handle_output(dg.build_output_context(asset_key=[each]), each)

    manager.handle_output(dg.build_output_context(asset_key=[key]), value)

    for each in keys:
        expected = value if each == key else each
        assert manager.load_input(dg.build_input_context(asset_key=[each])) == expected


def test_failing_to_write_leaves_the_old_value(tmp_path):
    class Full(TextFormat):
        def write(self, context, value, file):
            file.write(b"half")
            raise OSError(28, "No space left on device")

    context = dg.build_output_context(asset_key="thing")
    TypedFiles(str(tmp_path), [TextFormat()]).handle_output(context, "old")

    with pytest.raises(dg.DagsterError, match=r"(?s)asset 'thing'.*No space left.*free space"):
        TypedFiles(str(tmp_path), [Full()]).handle_output(context, "new")

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("thing.txt", "old")]
