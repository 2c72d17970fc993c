"""Values that are large, or named like files of the instance: whole or not there, and in nobody's way."""

import os

import weftwork as dg


def test_a_large_value_has_no_file_until_it_is_complete(tmp_path):
    names_meanwhile = []

    class Piece:
        def __reduce__(self):
            names_meanwhile.append([name for _, _, names in os.walk(tmp_path) for name in names])
            return bytes, (b"x" * 300_000,)

    @dg.asset
    def large():
        return [Piece() for _ in range(4)]

    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    assert dg.materialize([large], resources={"io_manager": manager}).success

    assert os.listdir(tmp_path) == ["large"]
    if hasattr(os, "O_TMPFILE"):
        assert names_meanwhile == [[]] * 4
    loaded = dg.Definitions([large], resources={"io_manager": manager})
    assert [len(piece) for piece in loaded.load_asset_value("large")] == [300_000] * 4


def test_a_large_value_is_stored_where_files_must_have_names_from_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr("weftwork.io_managers.value_file._CAN_NAME_LATER", False)

    @dg.asset
    def large():
        return "x" * 1_000_000

    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    assert dg.materialize([large], resources={"io_manager": manager}).success

    assert os.listdir(tmp_path) == ["large"]


def test_an_asset_named_like_the_database_does_not_overwrite_it(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        for name in ("weftwork.db", "weftwork.db-wal", "dagster.yaml"):

            @dg.asset(key=dg.AssetKey([name]))
            def hostile():
                return 1

            assert dg.materialize([hostile], instance=instance).success
            assert dg.Definitions([hostile]).load_asset_value(dg.AssetKey([name]), instance=instance) == 1

    with dg.DagsterInstance.local_temp(str(tmp_path)) as again:
        assert again.get_runs_count() == 3
