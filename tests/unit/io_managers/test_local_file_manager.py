"""Files that steps hand on by handle."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import weftwork as dg


@pytest.fixture
def manager(tmp_path):
    with dg.build_resources(
        {"files": dg.local_file_manager}, resource_config={"files": {"config": {"base_dir": str(tmp_path)}}}
    ) as resources:
        yield resources.files


def test_what_is_written_is_read_by_its_handle(manager, tmp_path):
    handle = manager.write_data(b"abc", ext="csv")

    assert (Path(handle.path).parent, Path(handle.path).suffix) == (tmp_path, ".csv")
    assert manager.read_data(handle) == b"abc"
    with manager.read(handle, "r") as opened:
        assert opened.read() == "abc"


def test_open_files_are_copied(manager):
    assert manager.read_data(manager.write(io.BytesIO(b"long" * 9))) == b"long" * 9
    assert manager.read_data(manager.write(io.StringIO("text"), mode="w")) == b"text"


def test_copies_last_until_they_are_deleted(manager):
    copy = Path(manager.copy_handle_to_local_temp(manager.write_data(b"abc")))
    assert copy.read_bytes() == b"abc"

    manager.delete_local_temp()

    assert not copy.exists()


def test_an_extension_cannot_leave_the_folder(manager):
    with pytest.raises(ValueError, match="ext must be"):
        manager.write_data(b"", ext="/../../escape")


def test_without_a_folder_files_belong_to_the_instance_and_run():
    @dg.op(required_resource_keys={"files"})
    def write(context):
        return context.resources.files.write_data(b"x").path

    @dg.job(resource_defs={"files": dg.local_file_manager})
    def only():
        write()

    with dg.instance_for_test() as instance:
        result = only.execute_in_process(instance=instance)
        assert result.run_id in result.output_for_node("write")


def test_a_file_beside_a_python_file_is_found(tmp_path):
    assert dg.file_relative_path(str(tmp_path / "defs.py"), "a/b.yaml") == str(tmp_path / "a/b.yaml")
