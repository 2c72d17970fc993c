"""The database file: permissions, faults, versions, forks."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from weftwork.base.errors import DagsterStorageError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.keys import AssetKey
from weftwork.storage.drivers.faults import postgres_fault, sqlite_fault
from weftwork.storage.drivers.sqlite import SqliteDatabase
from weftwork.storage.schema import current_version, prepare


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "weft.db"


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with DagsterInstance.local_temp(str(home)) as instance:
        instance.get_runs_count()
        files = list((home / "storage").iterdir())
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files}

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert modes == {0o600}
    assert home / "storage" / "weftwork.db" in files


def test_a_missing_directory_is_told_in_one_sentence(tmp_path: Path) -> None:
    database = SqliteDatabase(str(tmp_path / "nobody" / "weft.db"))

    with pytest.raises(DagsterStorageError, match=r"weft\.db cannot be opened \(No such file or directory\)"):
        prepare(database)


def test_a_file_that_is_no_database_is_told(database_file: Path) -> None:
    database_file.write_bytes(b"this is a text, not a database" * 100)

    with pytest.raises(DagsterStorageError, match="is not a database, or it is damaged"):
        prepare(SqliteDatabase(str(database_file)))


def test_a_locked_database_is_told_after_the_wait(database_file: Path) -> None:
    database = SqliteDatabase(str(database_file), busy_timeout_s=0.01)
    prepare(database)
    holder = sqlite3.connect(database_file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with (
        pytest.raises(DagsterStorageError, match=r"was locked by another program for 0\.01 s"),
        database.transaction(),
    ):
        pass

    holder.execute("ROLLBACK")
    holder.close()
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO kvs (key, value) VALUES ('a', 'b')")
    assert database.rows("SELECT value FROM kvs") == [("b",)]


def test_a_full_disk_is_told_and_nothing_of_the_write_is_kept(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        database = instance._tables.database
        pages = database.rows("PRAGMA page_count")[0][0]
        database.rows(f"PRAGMA max_page_count = {pages + 2}")
        big = AssetMaterialization("a", metadata={"text": "x" * 200_000})

        with pytest.raises(DagsterStorageError, match="is full"):
            instance.report_runless_asset_event(big)
        database.rows(f"PRAGMA max_page_count = {pages + 1000}")

        assert not instance.has_asset_key(AssetKey("a"))
        instance.report_runless_asset_event(big)
        assert instance.get_latest_materialization_event(AssetKey("a")) is not None
        assert database.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_newer_schema_is_refused(database_file: Path) -> None:
    database = SqliteDatabase(str(database_file))
    prepare(database)
    with database.transaction() as transaction:
        transaction.execute(
            "INSERT INTO schema_version (version, applied_at) VALUES (?, 0)", (current_version() + 1,)
        )
    database.close()

    with pytest.raises(DagsterStorageError, match="newer version of Weftwork"):
        prepare(SqliteDatabase(str(database_file)))


def test_a_failed_migration_leaves_nothing(
    database_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "0001_broken.sql"
    broken.write_text("CREATE TABLE one (id {id});\nCREATE TABLE nonsense (;\n")
    monkeypatch.setattr("weftwork.storage.schema.list_migrations", lambda: ((1, str(broken)),))
    database = SqliteDatabase(str(database_file))

    with pytest.raises(DagsterStorageError):
        prepare(database)

    assert not database.has_table("one")
    assert not database.has_table("schema_version")


def test_a_transaction_that_raises_is_rolled_back(database_file: Path) -> None:
    database = SqliteDatabase(str(database_file))
    prepare(database)

    def interrupted() -> None:
        with database.transaction(durable=True) as transaction:
            transaction.execute("INSERT INTO kvs (key, value) VALUES ('a', 'b')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert database.rows("SELECT * FROM kvs") == []
    assert database.rows("PRAGMA synchronous") == [(1,)]


def test_a_forked_child_has_a_connection_of_its_own(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.add_dynamic_partitions("d", ["parent"])
        child = os.fork()
        if child == 0:
            instance.add_dynamic_partitions("d", ["child"])
            os._exit(0)
        os.waitpid(child, 0)
        instance.add_dynamic_partitions("d", ["again"])

        assert instance.get_dynamic_partitions("d") == ["parent", "child", "again"]


def test_a_closed_database_opens_again(tmp_path: Path) -> None:
    instance = DagsterInstance.local_temp(str(tmp_path))
    instance.add_dynamic_partitions("d", ["a"])
    instance.dispose()

    assert instance.get_dynamic_partitions("d") == ["a"]
    instance.dispose()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("attempt to write a readonly database", "permissions"),
        ("database disk image is malformed", "damaged"),
        ("disk I/O error", "health"),
        ("something else", "something else"),
    ],
)
def test_faults_are_told_with_the_place(said: str, told: str) -> None:
    fault = sqlite_fault(Exception(said), "/home/x.db", 5)

    assert told in str(fault)
    assert "/home/x.db" in str(fault)
    assert "server: it fell over." in str(
        postgres_fault(Exception("it fell over\nDETAIL: …"), "server")
    ).replace(" refused", "")
