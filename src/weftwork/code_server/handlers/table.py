"""Which handler answers which request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from weftwork.code_server.handlers.launches import launch_run, validate_config
from weftwork.code_server.handlers.lookups import (
    get_job_detail,
    get_partition_config,
    get_snapshot,
    list_partition_keys,
)
from weftwork.code_server.handlers.ticks import evaluate_schedule, evaluate_sensor
from weftwork.code_server.handlers.values import load_value
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.processes.messages import MessageWriter
from weftwork.records.snapshots import requests
from weftwork.records.snapshots.requests import AnyCodeAnswer, AnyCodeRequest, ShutdownAnswer

GoOn = Callable[[MessageWriter], None]


class _Row(NamedTuple):
    """How one kind of request is answered, and what it is about in messages."""

    handler: Callable[[Any, LoadedCode], Any]
    describe: Callable[[Any], str]


_TABLE: dict[type, _Row] = {
    requests.SnapshotRequest: _Row(get_snapshot, lambda _: "the snapshot of the code location"),
    requests.JobDetailRequest: _Row(get_job_detail, lambda asked: f"looking at job '{asked.job}'"),
    requests.LaunchRunRequest: _Row(launch_run, lambda asked: f"launching job '{asked.job}'"),
    requests.ValidateConfigRequest: _Row(
        validate_config, lambda asked: f"checking the config of job '{asked.job}'"
    ),
    requests.ScheduleTickRequest: _Row(evaluate_schedule, lambda asked: f"schedule '{asked.schedule}'"),
    requests.SensorTickRequest: _Row(evaluate_sensor, lambda asked: f"sensor '{asked.sensor}'"),
    requests.PartitionKeysRequest: _Row(list_partition_keys, lambda _: "listing partitions"),
    requests.PartitionConfigRequest: _Row(
        get_partition_config, lambda asked: f"the config of partition '{asked.partition_key}'"
    ),
    requests.LoadValueRequest: _Row(
        load_value, lambda asked: f"loading asset '{asked.asset_key.to_user_string()}'"
    ),
    requests.ShutdownRequest: _Row(lambda _asked, _code: ShutdownAnswer(), lambda _: "the end of the server"),
}


def handle(request: AnyCodeRequest, code: LoadedCode) -> tuple[AnyCodeAnswer, GoOn | None]:
    """Answer a request.

    Returns:
        The answer, and what the process does after it was sent: None, or the run.
    """
    found = _TABLE[type(request)].handler(request, code)
    return found if isinstance(found, tuple) else (found, None)


def describe(request: AnyCodeRequest) -> str:
    """Return what a request is about, for messages."""
    return _TABLE[type(request)].describe(request)
