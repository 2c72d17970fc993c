"""Loggers that users configure."""
# ruff: noqa: LOG001 - loggers in no registry, so that tests share none

import json
import logging

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterInvalidInvocationError,
    ParameterCheckError,
)
from weftwork.definitions.loggers.console import (
    JsonLogFormatter,
    colored_console_logger,
    default_loggers,
    default_system_loggers,
    json_console_logger,
)
from weftwork.definitions.loggers.log_manager import DagsterLogManager
from weftwork.definitions.loggers.logger_definition import (
    InitLoggerContext,
    LoggerDefinition,
    build_init_logger_context,
    logger,
)


def test_a_logger_is_made_of_its_config():
    @logger({"depth": int}, description="Deep.")
    def deep(init_context):
        made = logging.Logger("deep")
        made.depth = init_context.logger_config["depth"]
        return made

    assert deep(build_init_logger_context({"depth": 3})).depth == 3
    assert deep.make({"depth": 4}, run_id="r").depth == 4
    assert deep.description == "Deep."
    with pytest.raises(DagsterInvalidConfigError):
        deep(build_init_logger_context({"dept": 3}))


def test_a_logger_without_brackets_takes_any_config():
    @logger
    def plain(init_context):
        return logging.Logger(f"{init_context.logger_config} {init_context.run_id}")

    assert isinstance(plain, LoggerDefinition)
    assert plain(None).name == "None __EPHEMERAL_RUN_ID"
    assert plain(init_context=build_init_logger_context("x")).name == "x __EPHEMERAL_RUN_ID"


def test_a_logger_takes_one_context():
    with pytest.raises(DagsterInvalidInvocationError, match="build_init_logger_context"):
        colored_console_logger()
    with pytest.raises(ParameterCheckError):
        colored_console_logger(3)
    with pytest.raises(ParameterCheckError):
        LoggerDefinition(3)


def test_a_configured_logger():
    quiet = colored_console_logger.configured({"log_level": "error"})
    assert quiet(build_init_logger_context()).level == logging.ERROR

    by_word = colored_console_logger.configured(lambda config: {"log_level": config["word"]}, {"word": str})
    assert by_word(build_init_logger_context({"word": "DEBUG"})).level == logging.DEBUG


def test_the_console_defaults():
    made = colored_console_logger(build_init_logger_context())
    assert (made.name, made.level) == ("dagster", logging.INFO)
    assert default_loggers() == {"console": colored_console_logger}
    assert default_system_loggers() == [(colored_console_logger, {"name": "dagster", "log_level": "DEBUG"})]
    with pytest.raises(CheckError, match="'loud' is no log level"):
        colored_console_logger(build_init_logger_context({"log_level": "loud"}))


def test_the_console_writes_a_line_for_people(capsys):
    made = colored_console_logger(build_init_logger_context({"name": "mine"}))
    DagsterLogManager({"run_id": "r", "job_name": "j", "step_key": "s"}, None, [made]).info("hello")
    assert capsys.readouterr().err.endswith(" - mine - INFO - j - r - s - hello\n")


def test_the_json_console_writes_objects(capsys):
    made = json_console_logger(build_init_logger_context())
    log = DagsterLogManager({"run_id": "r", "job_name": "j"}, None, [made])
    try:
        raise ValueError("x")
    except ValueError:
        log.exception("boom", extra={"rows": 3, "odd": object})
    written = json.loads(capsys.readouterr().err)
    assert (written["msg"], written["levelname"], written["rows"]) == ("j - r - boom", "ERROR", 3)
    assert written["dagster_meta"]["orig_message"] == "boom"
    assert "ValueError: x" in written["exc_info"]


def test_the_json_formatter_serves_plain_records():
    record = logging.LogRecord("n", logging.INFO, "f.py", 3, "%s rows", (3,), None)
    assert json.loads(JsonLogFormatter().format(record))["msg"] == "3 rows"


def test_the_context_of_a_run():
    context = InitLoggerContext({"a": 1}, colored_console_logger, None, "r")
    assert (context.logger_config, context.logger_def, context.run_id) == (
        {"a": 1},
        colored_console_logger,
        "r",
    )
