"""What is logged in a run, where it goes, and at which level."""

from __future__ import annotations

import logging
import threading

import pytest

import weftwork as dg

LIBRARY = logging.getLogger("library.that.an.op.uses")


def lines(instance, run_id):
    """Return the lines of a run: (level, text, step)."""
    return [
        (entry.level, entry.user_message, entry.step_key)
        for entry in instance.all_logs(run_id)
        if not entry.is_dagster_event
    ]


def run(look, python_logs=None, **arguments):
    """Run a function in an op, with settings of the instance; return the lines."""

    @dg.op(name="talks")
    def talks(context):
        look(context)

    @dg.job(**arguments.pop("job", {}))
    def nightly():
        talks()

    with dg.instance_for_test(overrides={"python_logs": python_logs} if python_logs else None) as instance:
        result = nightly.execute_in_process(instance=instance, **arguments)
        return lines(instance, result.run_id)


def test_a_line_of_the_context_is_recorded_with_its_level_and_step():
    def look(context):
        context.log.debug("d")
        context.log.info("hello %s", "you")
        context.log.warning("w")
        context.log.error("e")
        context.log.critical("c")
        context.log.log("INFO", "by name")

    assert run(look) == [
        (10, "d", "talks"), (20, "hello you", "talks"), (30, "w", "talks"), (40, "e", "talks"), (50, "c", "talks"),
        (20, "by name", "talks"),
    ]  # fmt: skip


def test_extras_and_the_exception_are_recorded():
    @dg.op
    def talks(context):
        context.log.info("with more", extra={"rows": 3})
        try:
            raise ValueError("mine")
        except ValueError:
            context.log.exception("it failed")

    @dg.job
    def nightly():
        talks()

    with dg.instance_for_test() as instance:
        result = nightly.execute_in_process(instance=instance)
        plain, failed = [entry for entry in instance.all_logs(result.run_id) if not entry.is_dagster_event]

    assert plain.log_metadata == {"rows": 3}
    assert (failed.level, failed.error_info.cls_name) == (40, "ValueError")


def test_the_dagster_logger_is_captured_from_anywhere_even_from_a_thread():
    def deep():
        dg.get_dagster_logger("deep").info("from a function")

    def look(_context):
        deep()
        thread = threading.Thread(target=lambda: dg.get_dagster_logger().warning("from a thread"))
        thread.start()
        thread.join()

    assert run(look) == [(20, "from a function", "talks"), (30, "from a thread", "talks")]


def test_python_loggers_are_captured_where_the_instance_manages_them():
    def look(_context):
        LIBRARY.warning("once")
        logging.getLogger("another").warning("other")

    assert run(look, {"managed_python_loggers": [LIBRARY.name]}) == [(30, "once", "talks")]
    assert run(look, {"managed_python_loggers": ["root", LIBRARY.name]}) == [
        (30, "once", "talks"),
        (30, "other", "talks"),
    ]
    assert run(look) == []


def test_a_level_of_the_instance_drops_what_is_below():
    def look(context):
        context.log.info("no")
        LIBRARY.info("no")
        context.log.error("yes")
        LIBRARY.error("yes too")

    settings = {"python_log_level": "WARNING", "managed_python_loggers": [LIBRARY.name]}
    assert run(look, settings) == [(40, "yes", "talks"), (40, "yes too", "talks")]


def test_handlers_of_the_instance_hear_everything(tmp_path):
    path = tmp_path / "out.log"
    handlers = {
        "handlers": {
            "file": {
                "class": "logging.FileHandler",
                "filename": str(path),
                "formatter": "mine",
                "level": "INFO",
            }
        },
        "formatters": {"mine": {"format": "MINE %(message)s"}},
    }

    run(lambda context: context.log.info("hello"), {"dagster_handler_config": handlers})

    assert path.read_text().startswith("MINE nightly - ")
    assert path.read_text().endswith(" - talks - hello\n")


def test_loggers_in_the_handlers_of_the_instance_are_refused():
    with pytest.raises(dg.DagsterInvalidConfigError):
        run(lambda context: None, {"dagster_handler_config": {"loggers": {}}})


class Memory(logging.Handler):
    """Keeps records."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


def test_a_logger_of_the_job_is_made_with_its_config_and_hears_lines_and_events():
    memory = Memory()

    @dg.logger({"level": dg.Field(str, default_value="INFO")})
    def mine(init_context):
        assert init_context.job_def.name == "nightly"
        made = logging.Logger("mine", level=init_context.logger_config["level"])  # noqa: LOG001
        made.addHandler(memory)
        return made

    def look(context):
        context.log.info("hello", extra={"rows": 3})

    config = {"loggers": {"mine": {"config": {"level": "DEBUG"}}}}
    run(look, job={"logger_defs": {"mine": mine}}, run_config=config)

    [line] = [record for record in memory.records if record.dagster_meta["dagster_event"] is None]
    assert (line.name, line.levelname, line.rows) == ("mine", "INFO", 3)
    assert line.getMessage().endswith(" - talks - hello")
    assert (line.dagster_meta["step_key"], line.dagster_meta["orig_message"]) == ("talks", "hello")
    events = {
        record.dagster_meta["dagster_event"].event_type_value
        for record in memory.records
        if record is not line
    }
    assert {"STEP_START", "STEP_SUCCESS", "PIPELINE_SUCCESS"} <= events


def test_a_logger_that_is_not_there_is_refused():
    with pytest.raises(dg.DagsterInvalidConfigError):
        run(lambda context: None, run_config={"loggers": {"mien": {}}})


def test_a_resource_logs_in_its_own_name(capsys):
    @dg.resource
    def talkative(init_context):
        init_context.log.info("setting up")
        return 1

    @dg.op(required_resource_keys={"talkative"})
    def talks():
        pass

    @dg.job(resource_defs={"talkative": talkative})
    def nightly():
        talks()

    result = nightly.execute_in_process()
    assert f" - resource:talkative - {result.run_id} - talks - setting up" in capsys.readouterr().err


def test_the_console_shows_lines_for_people(capsys):
    run(lambda context: context.log.info("hello"))
    [line] = [line for line in capsys.readouterr().err.splitlines() if "hello" in line]
    assert " - dagster - INFO - nightly - " in line
    assert line.endswith(" - talks - hello")


def test_a_log_is_made_of_loggers_and_handlers():
    memory, other = Memory(), Memory()
    target = logging.Logger("target")  # noqa: LOG001
    target.addHandler(other)
    log = dg.DagsterLogManager.create(loggers=[target], handlers=[memory])

    log.info("hello", extra={"x": 1})
    log.with_tags(run_id="r", step_key="s").warning("there")

    assert [record.getMessage() for record in memory.records] == ["system - hello", "system - r - s - there"]
    assert [record.name for record in other.records] == ["target", "target"]
    assert memory.records[1].dagster_meta["step_key"] == "s"
