"""Keys that come to the same path: no value is lost, and none is taken for another."""

from __future__ import annotations

import os

import pytest

import weftwork as dg
from weftwork.io_managers.ownership import path_owners

ASSET = {"asset_key": ["k", "c"]}
PARTITION = {"asset_key": "k", "partition_key": "c"}


class Text(dg.UPathIOManager):
    extension = ".txt"

    def dump_to_path(self, context, obj, path):
        path.write_text(obj)

    def load_from_path(self, context, path):
        return path.read_text()


class Bare(Text):
    extension = None


def make_typed(base):
    return dg.TypeDispatchIOManager(base_dir=str(base)).create_io_manager(dg.build_init_resource_context())


def make_parquet(base):
    return dg.ParquetIOManager(base_dir=str(base)).create_io_manager(dg.build_init_resource_context())


def make_pickles(base):
    return dg.FilesystemIOManager(base_dir=str(base)).create_io_manager(dg.build_init_resource_context())


def make_upath(base):
    upath = pytest.importorskip("upath")
    return Text(upath.UPath(base))


def make_remote(base):
    upath = pytest.importorskip("upath")
    return Text(upath.UPath(f"memory://owners{base}"))


MANAGERS = [Text, Bare, make_typed, make_parquet, make_pickles, make_upath, make_remote]


def store(manager, where, value="one"):
    if type(manager).__name__ == "ParquetFiles":
        polars = pytest.importorskip("polars")
        value = polars.DataFrame({"value": [value]})
    manager.handle_output(dg.build_output_context(**where), value)


def load(manager, where):
    found = manager.load_input(dg.build_input_context(**where))
    return found if isinstance(found, str) else found["value"][0]


@pytest.mark.parametrize("make", MANAGERS)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ASSET, PARTITION),
        (PARTITION, ASSET),
        ({"asset_key": "k", "partition_key": "b/c"}, {"asset_key": ["k", "b"], "partition_key": "c"}),
        ({"asset_key": ["k", "b"], "partition_key": "c"}, {"asset_key": "k", "partition_key": "b/c"}),
    ],
)
def test_the_first_keeps_the_path(make, first, second, tmp_path):
    store(make(tmp_path), first)

    with pytest.raises(dg.DagsterInvariantViolationError, match="was not stored.*has the value of"):
        store(make(tmp_path), second, "two")
    with pytest.raises(dg.DagsterInvariantViolationError, match="has the value of"):
        load(make(tmp_path), second)

    store(make(tmp_path), first, "three")
    assert load(make(tmp_path), first) == "three"


@pytest.mark.parametrize("make", MANAGERS)
def test_what_only_shares_a_folder_is_kept_side_by_side(make, tmp_path):
    others = [PARTITION, {"asset_key": ["k", "d"]}, {"asset_key": "k", "partition_key": "e"}]
    for number, where in enumerate(others * 2):
        store(make(tmp_path), where, str(number))

    assert [load(make(tmp_path), where) for where in others] == ["3", "4", "5"]


@pytest.mark.parametrize("make", MANAGERS)
@pytest.mark.parametrize("order", [1, -1])
def test_a_key_and_a_longer_one_are_kept_side_by_side(make, order, tmp_path):
    keys = [["k"], ["k", "c"], ["k", "c", "d"]][::order]
    for turn in "12":
        for key in keys:
            store(make(tmp_path), {"asset_key": key}, turn + "/".join(key))

    assert [load(make(tmp_path), {"asset_key": key}) for key in keys] == ["2" + "/".join(key) for key in keys]


@pytest.mark.parametrize("make", [Text, make_upath])
def test_files_show_nothing_of_it(make, tmp_path):
    manager = make(tmp_path)
    store(manager, ASSET)
    store(manager, {"asset_key": "k", "partition_key": "x"})

    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["k/c.txt", "k/x.txt"]
    assert (tmp_path / "k" / "c.txt").read_text() == "one"


def test_a_file_of_other_writers_belongs_to_whoever_asks(tmp_path):
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "c.txt").write_text("theirs")

    assert load(Text(tmp_path), ASSET) == load(Text(tmp_path), PARTITION) == "theirs"
    store(Text(tmp_path), ASSET)
    with pytest.raises(dg.DagsterInvariantViolationError):
        store(Text(tmp_path), PARTITION)


@pytest.mark.parametrize(("first", "second"), [(ASSET, PARTITION), (PARTITION, ASSET)])
def test_where_files_have_no_attributes_claims_are_kept(first, second, tmp_path, monkeypatch):
    monkeypatch.setattr(path_owners, "set_mark", lambda *_: False)
    monkeypatch.setattr(path_owners, "find_mark", lambda *_: "")
    monkeypatch.setattr(path_owners, "check_mark", lambda *_, **__: None)
    store(Text(tmp_path), first)

    with pytest.raises(dg.DagsterInvariantViolationError, match="asset 'k"):
        store(Text(tmp_path), second)
    with pytest.raises(dg.DagsterInvariantViolationError, match="asset 'k"):
        load(Text(tmp_path), second)

    assert load(Text(tmp_path), first) == "one"
    assert sorted(os.listdir(tmp_path)) == [".owners", "k"]


def test_a_run_names_both(tmp_path):
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["c"]))
    def k():
        return "k's c"

    @dg.asset(key=["k", "c"])
    def longer():
        return "longer"

    resources = {"io_manager": Text(tmp_path)}
    dg.materialize([k], partition_key="c", resources=resources)

    with pytest.raises(dg.DagsterInvariantViolationError) as failure:
        dg.materialize([longer], resources=resources)
    assert "asset 'k' (partition 'c')" in str(failure.value)
    assert "asset 'k/c'" in str(failure.value)


def test_a_store_that_takes_no_claims_takes_values(tmp_path, monkeypatch):
    monkeypatch.setattr(path_owners, "set_mark", lambda *_: False)
    (tmp_path / ".owners").write_text("no directory")

    store(Text(tmp_path), ASSET)

    assert load(Text(tmp_path), ASSET) == "one"


@pytest.mark.parametrize("make", MANAGERS)
def test_every_manager_of_the_directory_knows_the_owners(make, tmp_path):
    store(make(tmp_path), {"asset_key": ["p", "q"], "partition_key": "r"})
    store(make(tmp_path), {"asset_key": ["p", "q"], "partition_key": "s"})

    assert load(make(tmp_path), {"asset_key": ["p", "q"], "partition_key": "r"}) == "one"
    with pytest.raises(dg.DagsterInvariantViolationError):
        store(make(tmp_path), {"asset_key": ["p", "q", "r"]})
