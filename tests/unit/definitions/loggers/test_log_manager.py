"""The log of a step."""
# ruff: noqa: LOG001 - loggers in no registry, so that tests share none

import logging
import threading

import pytest

from weftwork.base.errors import CheckError
from weftwork.definitions.loggers.capture import capture_python_loggers, get_dagster_logger
from weftwork.definitions.loggers.log_manager import DagsterLogManager
from weftwork.definitions.loggers.log_scope import LogScope
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent

FACTS = {"run_id": "r", "job_name": "j", "step_key": "s", "op_name": "o"}


class Collected(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


class Place:
    def __init__(self):
        self.lines = []
        self.log = DagsterLogManager(
            FACTS, lambda record, message: self.lines.append((record.levelname, message))
        )


@pytest.fixture
def place():
    return Place()


@pytest.fixture
def user_logger():
    made = logging.Logger("mine", logging.INFO)
    made.addHandler(Collected())
    return made


def test_standard_calls_reach_the_sink(place):
    place.log.debug("a")
    place.log.info("hello %s", "world")
    place.log.warning({"a": 1})
    place.log.log("ERROR", "by name")
    place.log.log(25, "by number")
    place.log.critical("%(a)s", {"a": 2})
    assert place.lines == [("DEBUG", "a"), ("INFO", "hello world"), ("WARNING", "{'a': 1}"), ("ERROR", "by name"),
                           ("Level 25", "by number"), ("CRITICAL", "2")]  # fmt: skip


def test_a_line_that_cannot_be_formatted_is_kept(place):
    place.log.info("%d rows", "three")
    assert place.lines[0][1].startswith("%d rows ('three',) (not formatted:")


def test_the_records_carry_extras_exceptions_and_the_users_line():
    records = []
    log = DagsterLogManager(FACTS, lambda record, _message: records.append(record))
    try:
        raise ValueError("x")
    except ValueError:
        log.exception("boom", extra={"rows": 3})
    log.log("INFO", "here")
    assert (records[0].exc_info[0], records[0].rows) == (ValueError, 3)
    assert {record.filename for record in records} == {"test_log_manager.py"}


def test_the_loggers_of_the_run_hear_lines_with_their_place(user_logger):
    log = DagsterLogManager(FACTS, None, [user_logger])
    log.debug("dropped by the logger's level")
    log.info("hello %s", "world", extra={"rows": 3})
    [record] = user_logger.handlers[0].records
    assert (record.name, record.getMessage(), record.rows) == ("mine", "j - r - s - hello world", 3)
    meta = record.dagster_meta
    assert (meta["run_id"], meta["step_key"], meta["orig_message"], meta["dagster_event"]) == (
        "r",
        "s",
        "hello world",
        None,
    )


def test_the_loggers_of_the_run_hear_of_failures(user_logger):
    log = DagsterLogManager({"run_id": "r", "job_name": "j"}, None, [user_logger])
    started = DagsterEvent(
        event_type_value=DagsterEventType.STEP_START.value, job_name="j", step_key="s", node_path=("s",)
    )
    failed = DagsterEvent(
        event_type_value=DagsterEventType.STEP_FAILURE.value, job_name="j", step_key="s", node_path=("s",)
    )
    log.log_dagster_event(None, "started", started)
    log.log_dagster_event(None, "failed", failed)
    [record] = user_logger.handlers[0].records
    assert record.levelname == "ERROR"
    assert record.getMessage() == "j - r - s - STEP_FAILURE - failed"
    assert record.dagster_meta["dagster_event"] is failed


def test_a_level_can_be_set_and_another_place_taken():
    lines = []
    log = DagsterLogManager(FACTS, lambda _record, message: lines.append(message))
    other = log.with_tags(step_key="t")
    log.setLevel("ERROR")
    log.info("dropped")
    other.info("kept")
    assert lines == ["kept"]
    assert (log.metadata["step_key"], other.metadata["step_key"]) == ("s", "t")


def test_a_level_that_does_not_exist_is_an_error(place):
    with pytest.raises(CheckError, match="Did you mean 'WARNING'"):
        place.log.log("WARNNG", "x")


def test_lines_of_get_dagster_logger_reach_the_step_that_runs(place):
    get_dagster_logger().info("nobody hears")
    with LogScope(place):
        get_dagster_logger().info("%s rows", 3)
        get_dagster_logger("loader").debug("named")
        with LogScope(Place()):
            get_dagster_logger().info("in another step")
        thread = threading.Thread(target=lambda: get_dagster_logger().info("from a thread"))
        thread.start()
        thread.join()
    get_dagster_logger().info("nobody hears")
    assert [message for _level, message in place.lines] == ["3 rows", "named", "from a thread"]


def test_the_names_of_captured_loggers():
    assert get_dagster_logger().name == "dagster.builtin"
    assert get_dagster_logger("x").name == "dagster.builtin.x"


def test_other_python_loggers_are_captured_on_request(place):
    capture_python_loggers(["library.of.the.user", "root"], "INFO")
    capture_python_loggers(["library.of.the.user"], "INFO")
    place.log.managed_names = ["library.of.the.user"]
    with LogScope(place):
        logging.getLogger("library.of.the.user").info("once")
        logging.getLogger("another").warning("not captured")
    place.log.managed_names = ["library.of.the.user", "root"]
    with LogScope(place):
        logging.getLogger("library.of.the.user").info("by two loggers, once")
        logging.getLogger("another").warning("captured by the root")
    place.log.managed_names = []
    with LogScope(place):
        logging.getLogger("library.of.the.user").info("not captured where it is not managed")
    assert place.lines == [
        ("INFO", "once"), ("INFO", "by two loggers, once"), ("WARNING", "captured by the root"),
    ]  # fmt: skip


def test_a_run_logger_that_is_captured_itself_hears_a_line_once(place):
    looped = get_dagster_logger("looped")
    place.log = DagsterLogManager(
        FACTS, lambda record, message: place.lines.append((record.levelname, message)), [looped]
    )
    with LogScope(place):
        looped.info("once")
    assert place.lines == [("INFO", "once")]
