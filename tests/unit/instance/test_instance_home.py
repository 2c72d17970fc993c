"""Where an instance lives, and what its dagster.yaml may say."""

import os
from pathlib import Path

import pytest

from weftwork.base.errors import (
    DagsterHomeNotSetError,
    DagsterInvalidConfigError,
    DagsterInvariantViolationError,
)
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.testing import instance_for_test


def test_get_without_a_home_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, ""):
        if value is None:
            monkeypatch.delenv("DAGSTER_HOME", raising=False)
        else:
            monkeypatch.setenv("DAGSTER_HOME", value)
        with pytest.raises(DagsterHomeNotSetError, match="DAGSTER_HOME is not set"):
            DagsterInstance.get()


def test_get_with_a_wrong_home_is_another_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for value, said in (
        (tmp_path / "nobody", "does not exist"),
        (file, "is a file"),
        ("relative", "absolute path"),
    ):
        monkeypatch.setenv("DAGSTER_HOME", str(value))
        with pytest.raises(DagsterInvariantViolationError, match=said):
            DagsterInstance.get()


def test_get_keeps_what_was_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with DagsterInstance.get() as first:
        first.create_run(job_name="j", run_id="r1")

    with DagsterInstance.get() as second:
        assert second.has_run("r1")
        assert (second.is_persistent, second.is_ephemeral) == (True, False)
        assert second.root_directory == str(tmp_path)
        assert second.storage_directory() == str(tmp_path / "storage")


def test_an_ephemeral_instance_makes_its_directory_when_asked_for_it() -> None:
    with DagsterInstance.ephemeral() as instance:
        root = instance.root_directory
        assert os.path.isdir(root)
        assert instance.root_directory == root
        assert instance.storage_directory() == os.path.join(root, "storage")
        assert (instance.is_persistent, instance.is_ephemeral) == (False, True)
    assert not os.path.exists(root)


def test_an_ephemeral_instance_may_be_given_a_directory(tmp_path: Path) -> None:
    with DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        assert instance.root_directory == str(tmp_path)
    assert tmp_path.exists()


def test_a_temporary_home_goes_with_its_instance() -> None:
    with DagsterInstance.local_temp() as instance:
        root = instance.root_directory
        instance.create_run(job_name="j")
        assert os.path.exists(os.path.join(root, "storage", "weftwork.db"))
    assert not os.path.exists(root)


def test_instance_for_test_writes_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "/before")

    with instance_for_test() as instance:
        root = instance.root_directory
        assert {"dagster.yaml", "history", "schedules", "storage"} <= set(os.listdir(root))
        assert os.environ["DAGSTER_HOME"] == root
        assert instance.is_persistent

    assert os.environ["DAGSTER_HOME"] == "/before"
    assert not os.path.exists(root)


def test_instance_for_test_keeps_a_directory_that_was_given(tmp_path: Path) -> None:
    with instance_for_test(temp_dir=str(tmp_path), set_dagster_home=False) as instance:
        instance.create_run(job_name="j", run_id="r1")
        assert "DAGSTER_HOME" not in os.environ

    with instance_for_test(temp_dir=str(tmp_path)) as again:
        assert again.has_run("r1")
    assert "DAGSTER_HOME" not in os.environ


def test_instance_for_test_takes_settings() -> None:
    with instance_for_test(
        {"run_retries": {"enabled": True, "max_retries": 3}, "telemetry": {"enabled": True}}
    ) as instance:
        assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 3)
        assert instance.telemetry_enabled
        assert instance.get_settings("sensors") == {}


def test_unknown_settings_are_refused_with_the_nearest_name() -> None:
    with (
        pytest.raises(DagsterInvalidConfigError, match="dagster.yaml") as caught,
        instance_for_test(
            {"run_retires": {}, "telemetry": {"enabld": True}, "run_retries": {"enabled": "x"}}
        ),
    ):
        pass

    message = str(caught.value)
    assert "Did you mean 'run_retries'?" in message
    assert "Unknown key 'enabld' in 'telemetry'. Did you mean 'enabled'?" in message
    assert "'run_retries:enabled' must be true or false, not 'x'" in message
    assert len(caught.value.errors) == 3
    assert ["telemetry", "enabld"] in [error.stack for error in caught.value.errors]


@pytest.mark.parametrize("content", ["- a\n", "a: [\n", "storage: 5\n", "\x00"])
def test_a_file_that_says_nothing_sensible_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "dagster.yaml").write_text(content)

    with pytest.raises(DagsterInvalidConfigError, match="dagster.yaml"):
        DagsterInstance.from_config(str(tmp_path))


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("# only a comment\n")

    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.settings.values == {}


def test_values_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dagster.yaml").write_text(
        "storage:\n  sqlite:\n    base_dir: {env: WEFT_BASE}\nrun_retries:\n  max_retries: {env: WEFT_RETRIES}\n"
    )
    with pytest.raises(
        DagsterInvalidConfigError, match="WEFT_BASE that 'storage:sqlite:base_dir' names is not set"
    ):
        DagsterInstance.from_config(str(tmp_path))

    monkeypatch.setenv("WEFT_BASE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("WEFT_RETRIES", "4")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        instance.get_runs_count()
        assert (tmp_path / "elsewhere" / "weftwork.db").exists()
        assert instance.run_retries_max_retries == 4
        assert str(tmp_path / "elsewhere") in instance.info_str()


def test_a_missing_home_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DagsterInvariantViolationError, match="not a directory"):
        DagsterInstance.from_config(str(tmp_path / "nobody"))


def test_the_password_of_a_database_is_not_shown(tmp_path: Path) -> None:
    block = {
        "postgres_db": {"username": "me", "password": "pa:ss/word", "hostname": "host", "db_name": "weft"}
    }
    instance = DagsterInstance.local_temp(str(tmp_path), overrides={"storage": {"postgres": block}})

    assert instance.settings.postgres_url == "postgresql://me:pa%3Ass%2Fword@host:5432/weft"
    assert instance.settings.database_location("x") == "postgresql://…@host:5432/weft"


def test_where_artifacts_go_can_be_set(tmp_path: Path) -> None:
    overrides = {
        "local_artifact_storage": {
            "module": "dagster",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": "/data"},
        }
    }

    with DagsterInstance.local_temp(str(tmp_path), overrides=overrides) as instance:
        assert instance.storage_directory() == "/data/storage"
        assert instance.file_manager_directory("r") == "/data/storage/r/files"


def test_a_home_that_cannot_be_written_is_told_at_the_first_record(tmp_path: Path) -> None:
    (tmp_path / "storage").touch()

    with (
        DagsterInstance.from_config(str(tmp_path)) as instance,
        pytest.raises(DagsterInvariantViolationError, match="cannot be made"),
    ):
        instance.create_run(job_name="j")


def test_a_temporary_home_goes_when_its_instance_is_forgotten() -> None:
    instance = DagsterInstance.ephemeral()
    root = instance.root_directory
    child = os.fork()
    if child == 0:
        del instance
        os._exit(0 if os.path.isdir(root) else 1)
    assert os.waitpid(child, 0)[1] == 0

    del instance

    assert not os.path.exists(root)


def test_what_python_logs_say(tmp_path: Path) -> None:
    logs = {"managed_python_loggers": ["root"], "python_log_level": "INFO"}

    with DagsterInstance.local_temp(str(tmp_path), overrides={"python_logs": logs}) as instance:
        assert (instance.managed_python_loggers, instance.python_log_level) == (["root"], "INFO")
        assert instance.run_monitoring_enabled
