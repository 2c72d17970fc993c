"""What an event says, in a sentence: made when it is read, not when it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def describe_event(event: Any) -> str:
    """Return the sentence of an event whose message follows from its kind and data."""
    describe = _SENTENCES.get(event.event_type_value)
    if describe is None:
        return ""
    try:
        return describe(event, event.event_specific_data)
    except AttributeError:  # somebody made the event without its data
        return ""


def _type_check(data: Any) -> str:
    check = data.type_check_data
    if check is None:
        return ""
    if check.success:
        return " It is of its declared type."
    return f" It is NOT of its declared type{': ' + check.description if check.description else ''}."


def _output(_event: Any, data: Any) -> str:
    item = f", item '{data.mapping_key}'" if data.mapping_key is not None else ""
    return f"Output '{data.output_name}'{item} is there.{_type_check(data)}"


def _loaded(_event: Any, data: Any) -> str:
    origin = (
        f" from output '{data.upstream_output_name}' of step '{data.upstream_step_key}'"
        if data.upstream_step_key
        else ""
    )
    return f"Loaded input '{data.input_name}'{origin} with '{data.manager_key}'."


def _materialized(_event: Any, data: Any) -> str:
    made = data.materialization
    partition = f", partition {made.partition}" if made.partition is not None else ""
    return f"Materialized {made.asset_key.to_user_string()}{partition}."


def _observed(_event: Any, data: Any) -> str:
    seen = data.asset_observation
    partition = f", partition {seen.partition}" if seen.partition is not None else ""
    return f"Observed {seen.asset_key.to_user_string()}{partition}."


def _planned(_event: Any, data: Any) -> str:
    partition = f", partition {data.partition}" if data.partition is not None else ""
    return f"Means to materialize {data.asset_key.to_user_string()}{partition}."


def _check(_event: Any, data: Any) -> str:
    verdict = "passed" if data.passed else f"did not pass ({data.severity.value})"
    return f"Check '{data.check_name}' of {data.asset_key.to_user_string()} {verdict}."


def _run_of(event: Any) -> str:
    is_named = event.job_name and not event.job_name.startswith(
        "__"
    )  # the job of all assets has no name that people gave
    return f"The run of '{event.job_name}'" if is_named else "The run"


def _failed_run(event: Any, data: Any) -> str:
    if data is not None and data.failed_step_keys:
        return f"{_run_of(event)} failed: {', '.join(data.failed_step_keys)}."
    reason = f" {data.error.message.strip()}" if data is not None and data.error else ""
    return f"{_run_of(event)} failed.{reason}"


def _retry(event: Any, data: Any) -> str:
    wait = f" in {data.seconds_to_wait:g} s" if data.seconds_to_wait else ""
    return f"Step '{event.step_key}' failed and is tried again{wait}."


def _expectation(_event: Any, data: Any) -> str:
    result = data.expectation_result
    return f"Expectation '{result.label}' {'is met' if result.success else 'is not met'}."


_SENTENCES: dict[str, Callable[[Any, Any], str]] = {
    "STEP_START": lambda e, _: f"Step '{e.step_key}' starts.",
    "STEP_RESTARTED": lambda e, _: f"Step '{e.step_key}' starts again.",
    "STEP_SUCCESS": lambda e, d: f"Step '{e.step_key}' is done in {format_duration(d.duration_ms)}.",
    "STEP_FAILURE": lambda e, _: f"Step '{e.step_key}' failed.",
    "STEP_SKIPPED": lambda e, _: f"Step '{e.step_key}' is skipped: an input it needs was not produced.",
    "STEP_UP_FOR_RETRY": _retry,
    "STEP_INPUT": lambda _, d: f"Input '{d.input_name}' is there.{_type_check(d)}",
    "STEP_OUTPUT": _output,
    "LOADED_INPUT": _loaded,
    "HANDLED_OUTPUT": lambda _, d: f"Stored output '{d.output_name}' with '{d.manager_key}'.",
    "ASSET_MATERIALIZATION": _materialized,
    "ASSET_OBSERVATION": _observed,
    "ASSET_MATERIALIZATION_PLANNED": _planned,
    "ASSET_CHECK_EVALUATION": _check,
    "ASSET_CHECK_EVALUATION_PLANNED": lambda _, d: (
        f"Means to check '{d.check_name}' of {d.asset_key.to_user_string()}."
    ),
    "ASSET_FAILED_TO_MATERIALIZE": lambda _, d: f"Did not materialize {d.asset_key.to_user_string()}.",
    "ASSET_WIPED": lambda _, d: f"Wiped {d.asset_key.to_user_string()}.",
    "STEP_EXPECTATION_RESULT": _expectation,
    "PIPELINE_START": lambda e, _: f"{_run_of(e)} starts.",
    "PIPELINE_SUCCESS": lambda e, _: f"{_run_of(e)} is done.",
    "PIPELINE_FAILURE": _failed_run,
    "PIPELINE_CANCELED": lambda e, _: f"{_run_of(e)} was canceled.",
    "PIPELINE_CANCELING": lambda e, _: f"{_run_of(e)} is being canceled.",
    "PIPELINE_ENQUEUED": lambda e, _: f"{_run_of(e)} is in the queue.",
    "PIPELINE_DEQUEUED": lambda e, _: f"{_run_of(e)} leaves the queue.",
    "PIPELINE_STARTING": lambda e, _: f"{_run_of(e)} is being started.",
}


def format_duration(milliseconds: float) -> str:
    """Return a duration as people write it: 7.4 ms, 2.31 s, 3 min 5 s."""
    if milliseconds < 1000:
        return f"{milliseconds:.3g} ms"
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
