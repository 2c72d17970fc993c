"""Values in files: where they are, that they are whole, and what is said when they are not."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import signal
import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import weftwork as dg
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterInvariantViolationError,
    DagsterStorageError,
)
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.io.build_contexts import build_input_context, build_output_context
from weftwork.definitions.io.io_manager import IOManagerDefinition
from weftwork.definitions.resources.build_resources import build_init_resource_context, build_resources
from weftwork.execution.runs.materialize import materialize
from weftwork.io_managers import value_file
from weftwork.io_managers.filesystem import PickleFileIOManager, custom_path_fs_io_manager, fs_io_manager
from weftwork.io_managers.filesystem_resource import FilesystemIOManager
from weftwork.partitions.keys import MultiPartitionKey, PartitionKeyRange
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.values.metadata_value import PathMetadataValue


@pytest.fixture
def manager(tmp_path):
    return PickleFileIOManager(tmp_path)


def store(manager, value, **where):
    context = build_output_context(**where)
    manager.handle_output(context, value)
    return context


def load(manager, **where):
    upstream = build_output_context(**where)
    names = ("asset_key", "partition_key", "asset_partitions_def", "asset_partition_key_range")
    return manager.load_input(
        build_input_context(upstream_output=upstream, **{n: v for n, v in where.items() if n in names})
    )


def list_files(directory):
    return sorted(
        os.path.relpath(os.path.join(d, f), directory) for d, _, files in os.walk(directory) for f in files
    )


# ------------------------------------------------------------------------------------------ layout


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"run_id": "r", "step_key": "s", "name": "o"}, "r/s/o"),
        ({"run_id": "r", "step_key": "s[k]", "name": "o", "mapping_key": "m"}, "r/s[k]/o/m"),
        ({"asset_key": ["one", "two", "three"]}, "one/two/three"),
        ({"asset_key": "a", "partition_key": "2020-01-01"}, "a/2020-01-01"),
        ({"asset_key": "a", "partition_key": "x/y"}, "a/x/y"),
        ({"asset_key": "a", "partition_key": MultiPartitionKey({"z": "1", "b": "2"})}, "a/2/1"),
    ],
)
def test_values_are_where_the_documents_say(manager, tmp_path, where, path):
    context = store(manager, [1, 2], **where)
    assert list_files(tmp_path) == [path]
    assert context.get_logged_metadata() == {"path": PathMetadataValue(str(tmp_path / path))}
    assert load(manager, **where) == [1, 2]


def test_other_programs_can_read_the_file_as_a_pickle(manager, tmp_path):
    store(manager, {"a": 1}, asset_key="a")
    with open(tmp_path / "a", "rb") as file:
        assert pickle.load(file) == {"a": 1}


def test_files_that_other_programs_wrote_are_read(manager, tmp_path):
    (tmp_path / "a").write_bytes(pickle.dumps("theirs"))
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "é").write_bytes(pickle.dumps("partition"))
    assert load(manager, asset_key="a") == "theirs"
    assert load(manager, asset_key="p", partition_key="é") == "partition"


def test_storing_again_replaces(manager, tmp_path):
    store(manager, 1, asset_key="a")
    store(manager, 2, asset_key="a")
    assert load(manager, asset_key="a") == 2
    assert list_files(tmp_path) == ["a"]


def test_files_and_directories_are_private(manager, tmp_path):
    store(manager, 1, asset_key=["a", "b"])
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o600


def test_seal_tells_length_and_checksum(manager):
    context = store(manager, b"x" * 1000, asset_key="a")
    assert context.seal.size_bytes > 1000
    assert len(context.seal.sha256) == 64


def test_a_directory_that_was_removed_is_made_again(manager, tmp_path):
    store(manager, 1, asset_key=["a", "b"])
    (tmp_path / "a" / "b").unlink()
    (tmp_path / "a").rmdir()
    store(manager, 2, asset_key=["a", "b"])
    assert load(manager, asset_key=["a", "b"]) == 2


# ------------------------------------------------------------------------------------ hostile keys


@pytest.mark.parametrize(
    "order", [(["p"], ["p", "c"], ["p", "c", "d"]), (["p", "c", "d"], ["p", "c"], ["p"])]
)
def test_a_key_and_a_longer_one_do_not_collide(manager, order):
    for key in order:
        store(manager, key, asset_key=key)
    for key in order:
        assert load(manager, asset_key=key) == key
    for key in order:
        store(manager, [*key, "again"], asset_key=key)
    for key in order:
        assert load(manager, asset_key=key) == [*key, "again"]


def test_metadata_tells_where_the_value_really_is(manager, tmp_path):
    store(manager, 1, asset_key=["p", "c"])
    context = store(manager, 2, asset_key=["p"])
    path = context.get_logged_metadata()["path"].value
    assert path == str(tmp_path / "p" / "_value")
    assert os.path.isfile(path)


def test_a_value_that_was_being_moved_when_the_process_died_is_found(manager, tmp_path):
    store(manager, "old", asset_key=["p"])
    (tmp_path / ".p.moving").mkdir()
    (tmp_path / "p").rename(tmp_path / ".p.moving" / "_value")
    assert load(manager, asset_key=["p"]) == "old"
    store(manager, "child", asset_key=["p", "c"])
    assert load(manager, asset_key=["p"]) == "old"
    store(manager, "new", asset_key=["p"])
    assert load(manager, asset_key=["p"]) == "new"


HOSTILE = st.lists(
    st.one_of(st.sampled_from(["..", ".", "", "_value", "a", "b", "/", "a/b", ".p.moving", "%", "x" * 300, "\0"]), st.text(max_size=5)),
    min_size=1, max_size=3,
)  # fmt: skip


@given(st.lists(HOSTILE, min_size=1, max_size=6, unique_by=tuple))
def test_any_keys_live_beside_each_other_below_the_base(tmp_path_factory, keys):
    outside = tmp_path_factory.mktemp("outside")
    manager = PickleFileIOManager(outside / "base")
    for place, key in enumerate(keys):
        store(manager, place, asset_key=key)
    for place, key in enumerate(keys):
        assert load(manager, asset_key=key) == place
    assert os.listdir(outside) == ["base"]


# -------------------------------------------------------------------------------------- partitions

LETTERS = StaticPartitionsDefinition(["x", "y", "z"])
ALL = PartitionKeyRange("x", "z")


def test_several_partitions_load_as_a_dict(manager):
    for key in "xyz":
        store(manager, key.upper(), asset_key="a", partition_key=key)
    loaded = load(manager, asset_key="a", asset_partitions_def=LETTERS, asset_partition_key_range=ALL)
    assert loaded == {"x": "X", "y": "Y", "z": "Z"}


def test_missing_partitions_are_an_error_unless_they_are_allowed(manager):
    store(manager, 1, asset_key="a", partition_key="x")
    where = {"asset_key": "a", "asset_partitions_def": LETTERS, "asset_partition_key_range": ALL}
    with pytest.raises(FileNotFoundError, match="asset 'a'"):
        manager.load_input(build_input_context(**where))
    allowed = build_input_context(**where, definition_metadata={"allow_missing_partitions": True})
    assert manager.load_input(allowed) == {"x": 1}
    single = build_input_context(
        asset_key="a", partition_key="y", definition_metadata={"allow_missing_partitions": True}
    )
    assert manager.load_input(single) is None


def test_one_value_for_several_partitions_is_refused(manager):
    context = build_output_context(asset_key="a", asset_partitions_def=LETTERS, asset_partition_key_range=ALL)
    with pytest.raises(CheckError, match="3 partitions"):
        manager.handle_output(context, 1)


def test_a_mapping_is_stored_partition_by_partition(manager, tmp_path):
    context = build_output_context(asset_key="a", asset_partitions_def=LETTERS, asset_partition_key_range=ALL)
    manager.handle_output(context, {"z": 3, "x": 1, "y": 2})
    assert list_files(tmp_path) == ["a/x", "a/y", "a/z"]
    assert load(manager, asset_key="a", partition_key="y") == 2
    assert context.get_logged_metadata() == {"path": PathMetadataValue(str(tmp_path / "a"))}


def test_a_mapping_that_does_not_fit_the_partitions_is_refused_with_the_difference(manager, tmp_path):
    context = build_output_context(asset_key="a", asset_partitions_def=LETTERS, asset_partition_key_range=ALL)
    with pytest.raises(CheckError, match="'z' are missing, 'w' are not asked for"):
        manager.handle_output(context, {"x": 1, "y": 2, "w": 3})
    assert list_files(tmp_path) == []


def test_the_mapping_of_a_single_partition_is_the_value_unless_a_run_may_make_several(tmp_path):
    def run(policy):
        @asset(partitions_def=LETTERS, backfill_policy=policy)
        def a(context):
            return dict.fromkeys(context.partition_keys, 1)

        manager = FilesystemIOManager(base_dir=str(tmp_path))
        assert materialize([a], partition_key="x", resources={"io_manager": manager}).success
        return load(PickleFileIOManager(tmp_path), asset_key="a", partition_key="x")

    assert run(None) == {"x": 1}
    assert run(BackfillPolicy.single_run()) == 1


# -------------------------------------------------------------------------------------- bad values


def make_local():
    class Local:
        pass

    return Local()


@pytest.mark.parametrize("value", [lambda: 1, make_local(), [1, {"a": lambda: 1}], (n for n in ())])
def test_values_that_cannot_be_pickled_name_output_type_and_remedy(manager, tmp_path, value):
    with pytest.raises(
        DagsterInvariantViolationError, match=r"output 'o' of step 's'.*cannot be pickled.*io_manager_key"
    ) as caught:
        store(manager, value, run_id="r", step_key="s", name="o")
    assert type(value).__name__ in str(caught.value)
    assert caught.value.__cause__ is not None
    assert list_files(tmp_path) == []


def test_failing_to_pickle_half_way_leaves_the_old_value(manager, tmp_path):
    store(manager, "old", asset_key="a")
    with pytest.raises(DagsterInvariantViolationError):
        store(manager, [bytes(1_000_000), lambda: 1], asset_key="a")
    assert list_files(tmp_path) == ["a"]
    assert load(manager, asset_key="a") == "old"


class Refuses:
    def __reduce__(self):
        raise RuntimeError("not me")


def test_errors_of_the_values_own_pickling_pass_through_and_leave_nothing(manager, tmp_path):
    with pytest.raises(RuntimeError, match="not me"):
        store(manager, [bytes(1_000_000), Refuses()], asset_key="a")
    assert list_files(tmp_path) == []


# -------------------------------------------------------------------------------------- damage


def test_every_truncation_is_noticed(manager, tmp_path):
    value = {"text": "a." * 50, "numbers": list(range(50))}
    store(manager, value, asset_key="a")
    whole = (tmp_path / "a").read_bytes()
    pickle_length = whole.index(value_file.OWNER_MARK)
    for length in range(len(whole)):
        (tmp_path / "a").write_bytes(whole[:length])
        if length == pickle_length:  # the whole value without its seal is a plain pickle
            assert load(manager, asset_key="a") == value
            continue
        with pytest.raises(DagsterStorageError, match=r"asset 'a' is damaged.*Make it again"):
            load(manager, asset_key="a")


@pytest.mark.parametrize("place", [0, 5, 100, 150])
def test_changed_bytes_are_noticed(manager, tmp_path, place):
    store(manager, b"x" * 120, asset_key="a")
    data = bytearray((tmp_path / "a").read_bytes())
    data[place] ^= 1
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DagsterStorageError, match=f"damaged: {tmp_path / 'a'}"):
        load(manager, asset_key="a")


# --------------------------------------------------------------------------------------- owners


def test_a_partition_and_an_asset_of_the_same_path_never_lose_a_value(tmp_path):
    parts = StaticPartitionsDefinition(["c", "d"])

    @asset(partitions_def=parts)
    def k():
        return "partition"

    @asset(key=["k", "c"])
    def inner():
        return "asset"

    resources = {"io_manager": PickleFileIOManager(tmp_path)}
    assert materialize([k], partition_key="c", resources=resources).success
    with pytest.raises(DagsterInvariantViolationError) as caught:
        materialize([inner], resources=resources)
    for said in (
        "asset 'k/c'",
        "asset 'k' (partition 'c')",
        str(tmp_path / "k" / "c"),
        "another key",
        "base_dir",
    ):
        assert said in str(caught.value)
    assert load(resources["io_manager"], asset_key="k", partition_key="c") == "partition"


def test_the_value_of_another_key_is_not_loaded(manager):
    store(manager, "partition", asset_key="k", partition_key="c")
    with pytest.raises(DagsterInvariantViolationError, match=r"has the value of asset 'k' \(partition 'c'\)"):
        load(manager, asset_key=["k", "c"])


def test_a_value_that_moved_into_its_directory_keeps_its_owner(manager):
    store(manager, "asset", asset_key=["k", "c"])
    store(manager, "below", asset_key=["k", "c", "d"])
    with pytest.raises(DagsterInvariantViolationError, match="asset 'k/c'"):
        store(manager, "partition", asset_key="k", partition_key="c")
    assert load(manager, asset_key=["k", "c"]) == "asset"


def test_files_that_do_not_say_whose_they_are_are_read_and_replaced(manager, tmp_path):
    (tmp_path / "k").mkdir()
    data = pickle.dumps("older")
    sealed = data + value_file.SEAL_MARK + len(data).to_bytes(8, "big") + hashlib.sha256(data).digest()
    for content in (data, sealed):
        (tmp_path / "k" / "c").write_bytes(content)
        assert load(manager, asset_key="k", partition_key="c") == "older"
        assert load(manager, asset_key=["k", "c"]) == "older"
    store(manager, "new", asset_key=["k", "c"])
    assert load(manager, asset_key=["k", "c"]) == "new"


def test_very_long_names_of_owners_are_told_apart(manager, tmp_path):
    long = "é" * 2000
    store(manager, 1, asset_key=[long, "c"])
    store(manager, 2, asset_key=[long, "c"])
    assert load(manager, asset_key=[long, "c"]) == 2
    with pytest.raises(DagsterInvariantViolationError):
        store(manager, 3, asset_key=long, partition_key="c")


def test_large_values_have_an_owner_too(manager, monkeypatch):
    monkeypatch.setattr(value_file, "_WHOLE_READ_BYTES", 100_000)
    store(manager, bytes(500_000), asset_key="k", partition_key="c")
    assert load(manager, asset_key="k", partition_key="c") == bytes(500_000)
    with pytest.raises(DagsterInvariantViolationError, match="has the value of"):
        load(manager, asset_key=["k", "c"])


def test_large_values_are_checked_without_holding_them_twice(manager, tmp_path, monkeypatch):
    monkeypatch.setattr(value_file, "_WHOLE_READ_BYTES", 100_000)
    value = os.urandom(3_000_000)
    store(manager, value, asset_key="a")
    assert load(manager, asset_key="a") == value
    data = bytearray((tmp_path / "a").read_bytes())
    data[2_000_000] ^= 1
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DagsterStorageError, match="checksum"):
        load(manager, asset_key="a")
    (tmp_path / "a").write_bytes(data[:1_500_000])
    with pytest.raises(DagsterStorageError, match="damaged"):
        load(manager, asset_key="a")


def test_values_larger_than_one_read(manager):
    value = os.urandom(300_000)
    store(manager, value, asset_key="a")
    assert load(manager, asset_key="a") == value


class Moved:
    pass


def test_a_class_that_is_gone_is_told_apart_from_damage(manager, monkeypatch):
    store(manager, Moved(), asset_key="a")
    monkeypatch.delattr(sys.modules[__name__], "Moved")
    with pytest.raises(DagsterStorageError, match=r"is complete, but Python cannot load it.*Moved"):
        load(manager, asset_key="a")


def test_what_was_never_stored_is_not_found(manager, tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no stored value of asset 'a'") as caught:
        load(manager, asset_key="a")
    assert caught.value.filename == str(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match=r"output 'o' of step 's'"):
        load(manager, run_id="r", step_key="s", name="o")
    store(manager, 1, asset_key="a")
    with pytest.raises(FileNotFoundError):
        load(manager, asset_key=["a", "b"])


# -------------------------------------------------------------------------------------- the disk


@pytest.mark.parametrize("failing", ["write", "open", "replace", "fsync"])
def test_a_full_disk_leaves_the_old_value_and_no_half_one(tmp_path, monkeypatch, failing):
    manager = PickleFileIOManager(tmp_path, fsync=True)
    store(manager, "old", asset_key="a")

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, failing, full)
        with pytest.raises(DagsterStorageError, match=r"asset 'a'.*No space left.*base_dir") as caught:
            store(manager, "new", asset_key="a")
    assert isinstance(caught.value.__cause__, OSError)
    assert list_files(tmp_path) == ["a"]
    assert load(manager, asset_key="a") == "old"


def test_an_interrupt_while_writing_leaves_nothing_behind(manager, tmp_path, monkeypatch):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store(manager, "new", asset_key="a")
    assert list_files(tmp_path) == []


def test_a_base_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DagsterStorageError, match="base_dir"):
        store(PickleFileIOManager(tmp_path / "file"), 1, asset_key="a")
    assert (tmp_path / "file").read_text() == "x"


KILLED = """
import os, signal, sys
from weftwork.definitions.io.build_contexts import build_output_context
from weftwork.io_managers import value_file
from weftwork.io_managers.filesystem import PickleFileIOManager
written = []
real = os.write
def write(fd, data):
    count = real(fd, data)
    written.append(count)
    if sum(written) > int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return count
os.write = write
PickleFileIOManager(sys.argv[1]).handle_output(build_output_context(asset_key="a"), ["new", [os.urandom(100_000) for _ in range(20)]])
"""


@pytest.mark.parametrize("after_bytes", [0, 300_000, 1_500_000])
def test_a_kill_while_writing_leaves_the_old_value(manager, tmp_path, after_bytes):
    store(manager, "old", asset_key="a")
    result = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(after_bytes)], check=False)
    assert result.returncode == -signal.SIGKILL
    assert load(manager, asset_key="a") == "old"
    store(manager, "new", asset_key="a")
    assert load(manager, asset_key="a") == "new"


# -------------------------------------------------------------------------------------- resources


class Instance:
    def __init__(self, directory):
        self._directory = directory

    def storage_directory(self):
        return str(self._directory)


def test_configured_base_dir_wins_over_the_instance(tmp_path):
    with build_resources(
        {"io": FilesystemIOManager(base_dir=str(tmp_path))}, instance=Instance("/nowhere")
    ) as resources:
        assert resources.io.base_dir == str(tmp_path)
    with build_resources({"io": FilesystemIOManager()}, instance=Instance(tmp_path / "storage")) as resources:
        assert resources.io.base_dir == str(tmp_path / "storage")


def test_home_is_taken_without_an_instance(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with build_resources({"io": FilesystemIOManager()}) as resources:
        assert resources.io.base_dir == str(tmp_path / "storage")


def test_base_dir_from_the_environment(tmp_path, monkeypatch):
    from weftwork.config.env_var import EnvVar

    monkeypatch.setenv("BASE", str(tmp_path))
    with build_resources({"io": FilesystemIOManager(base_dir=EnvVar("BASE"))}) as resources:
        assert resources.io.base_dir == str(tmp_path)


def test_fs_io_manager_takes_base_dir_as_config(tmp_path):
    assert isinstance(fs_io_manager, IOManagerDefinition)
    fixed = fs_io_manager.configured({"base_dir": str(tmp_path)})
    with build_resources({"io": fixed}) as resources:
        assert resources.io.base_dir == str(tmp_path)
    with pytest.raises(DagsterInvalidConfigError, match="base_dir"):
        fs_io_manager(build_init_resource_context(config={"bas_dir": "x"}))


def test_custom_paths_come_from_the_outputs_metadata(tmp_path):
    manager = custom_path_fs_io_manager(build_init_resource_context(config={"base_dir": str(tmp_path)}))
    output = build_output_context(step_key="s", name="o", definition_metadata={"path": "deep/file"})
    manager.handle_output(output, 5)
    assert list_files(tmp_path) == ["deep/file"]
    assert manager.load_input(build_input_context(upstream_output=output)) == 5
    with pytest.raises(CheckError, match="path"):
        manager.handle_output(build_output_context(step_key="s", name="o"), 5)


def test_the_event_says_where_a_value_is_and_its_checksum(tmp_path):
    @dg.asset
    def orders():
        return [1, 2, 3]

    result = dg.materialize(
        [orders], resources={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    )

    [event] = [event for event in result.all_events if event.event_type_value == "HANDLED_OUTPUT"]
    seal = event.event_specific_data.seal
    pickled = (tmp_path / "orders").read_bytes()[: seal.size_bytes]
    assert seal.path == str(tmp_path / "orders")
    assert hashlib.sha256(pickled).hexdigest() == seal.sha256
    assert pickle.loads(pickled) == [1, 2, 3]


def test_a_partition_that_is_not_stored_names_its_neighbours(manager):
    for day in ("2024-01-01", "2024-01-02", "2024-01-05"):
        manager.handle_output(build_output_context(asset_key="orders", partition_key=day), 1)

    with pytest.raises(
        FileNotFoundError, match=r"partition '2024-01-03'.*'2024-01-02' and '2024-01-05' \(3 in all\)"
    ):
        manager.load_input(build_input_context(asset_key="orders", partition_key="2024-01-03"))
    with pytest.raises(FileNotFoundError, match="No partition of it is stored"):
        manager.load_input(build_input_context(asset_key="sales", partition_key="2024-01-03"))
