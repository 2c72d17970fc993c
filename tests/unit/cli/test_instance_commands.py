"""`weft instance`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from weftwork.cli.root import weft
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.testing import instance_for_test
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """The instance that DAGSTER_HOME names."""
    with instance_for_test({"retention": {"run": {"keep_count": 1}}}) as made:
        yield made


def call(*arguments: str) -> Result:
    return CliRunner().invoke(weft, ["instance", *arguments])


def add_ended_run(instance: DagsterInstance, run_id: str) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id=run_id))
    for kind in (DagsterEventType.RUN_START, DagsterEventType.RUN_SUCCESS):
        instance.open_recorder(run).commit([DagsterEvent(event_type_value=kind.value, job_name="j")])


def test_info_tells_where_everything_is(instance: DagsterInstance) -> None:
    shown = call("info")
    assert shown.exit_code == 0
    assert instance.root_directory in shown.output
    assert "keep_count: 1" in shown.output
    info = json.loads(call("info", "--json").output)
    assert (info["home"], info["runs"]) == (instance.root_directory, 0)


def test_info_shows_no_password() -> None:
    handlers = {"sent": {"password": "hunter2", "url": "pg://u:hunter3@h/d"}}
    with instance_for_test({"python_logs": {"dagster_handler_config": {"handlers": handlers}}}):
        output = call("info", "--json").output
    assert "hunter" not in output
    assert "u:[redacted]@h" in output


def test_prune_tells_first_and_deletes_then(instance: DagsterInstance) -> None:
    add_ended_run(instance, "r1")
    add_ended_run(instance, "r2")

    assert "Would delete:" in call("prune", "--dry-run").output
    assert instance.get_runs_count() == 2
    assert json.loads(call("prune", "--json").output)["run_ids"] == ["r1"]
    assert instance.get_run_ids() == ["r2"]
    assert call("prune").output == "Nothing to delete.\n"
    assert "1  runs" in call("prune", "--older-than", "0").output
    assert instance.get_runs_count() == 0


def test_pools_are_set_shown_and_unset(instance: DagsterInstance) -> None:
    assert call("concurrency", "get").output == "No pools.\n"
    assert "At most 3 steps" in call("concurrency", "set", "db", "3").output
    assert instance.slots.find_limit("db") == 3
    assert json.loads(call("concurrency", "get", "db", "--json").output)["pools"][0]["limit"] == 3
    assert "db" in call("concurrency", "get", "--all").output
    assert call("concurrency", "set", "db", "1001").exit_code == 2
    assert json.loads(call("concurrency", "set", "db", "4", "--json").output)["limit"] == 4
    assert json.loads(call("concurrency", "unset", "db", "--json").output)["limit"] is None
    assert instance.slots.find_limit("db") is None


def test_check_finds_a_database_that_others_may_read(instance: DagsterInstance) -> None:
    instance.get_runs_count()
    assert call("check").output == "Sound.\n"
    database = Path(instance.root_directory, "storage", "weftwork.db")
    database.chmod(0o644)

    result = call("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output)["faults"] == [
        f"{database} may be read by other users of this machine: chmod 600 '{database}'"
    ]


def test_migrate_tells_the_schema(instance: DagsterInstance) -> None:
    assert call("migrate").output.startswith("Schema 0 became ")
    assert call("migrate").output.startswith("The database has schema ")


def test_the_home_may_be_named_in_the_env_file_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / ".env").write_text(f"DAGSTER_HOME='{home}'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.delenv("DAGSTER_HOME")

    assert str(home) in call("info").output


def test_a_home_that_is_named_is_made_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "new" / "home"))

    result = call("concurrency", "set", "db", "1")

    assert result.exit_code == 0
    assert (tmp_path / "new" / "home").stat().st_mode & 0o777 == 0o700
