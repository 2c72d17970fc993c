"""Starting a run once more: all of it, from failure, or selected steps."""

from __future__ import annotations

from enum import Enum
from typing import Any

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.actions.launching import Launched, read_config, start_run
from weftwork.api.host import Host
from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.runs import DagsterRun
from weftwork.records.snapshots.requests import JobAddress, LaunchRequest
from weftwork.records.tags import CODE_LOCATION_TAG, PARTITION_NAME_TAG
from weftwork.serde.record import Record

_TAGS_OF_ONE_RUN = frozenset({
    "dagster/parent_run_id", "dagster/root_run_id", "dagster/step_selection", "dagster/is_resume_retry",
    "dagster/retry_number", "dagster/will_retry", "dagster/did_retry", "dagster/auto_retry_run_id", "dagster/run_key",
    "dagster/sensor_name", "dagster/schedule_name", "dagster/tick", "dagster/scheduled_execution_time",
    ".dagster/scheduled_execution_time", "dagster/failure_reason", ".dagster/not_before", ".dagster/to_submit",
})  # fmt: skip
"""Tags that say how a run came about, which is not true of another one."""


class Strategy(Enum):
    """What of a run is repeated."""

    ALL = "all"
    FROM_FAILURE = "from_failure"
    SELECTED = "selected"
    FROM_SELECTED = "from_selected"


class ReexecuteBody(Record):
    """A run once more.

    Attributes:
        run_id: the run to repeat.
        strategy: "all" steps, "from_failure", the "selected" steps, or "from_selected": these and all behind them.
        steps: the steps, for the last two.
        tags: tags of the new run, over those of the old one.
        keeps_tags: whether the new run has the tags of the old one.
        run_config: another config; None for that of the old run.
        run_config_text: another config, as YAML or JSON text.
    """

    run_id: str
    strategy: Strategy = Strategy.ALL
    steps: list[str] = []
    tags: dict[str, str] = {}
    keeps_tags: bool = True
    run_config: dict[str, Any] | None = None
    run_config_text: str | None = None


def reexecute(host: Host, caller: Caller, body: ReexecuteBody) -> Launched:
    """Start a run once more.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterRunNotFoundError: if there is no such run.
        DagsterInvalidInvocationError: if steps are missing.
        DagsterInvalidSubsetError: if there is no such job any more.
    """
    with host.acting(
        caller, Permission.LAUNCH, "repeat runs", run=body.run_id, strategy=body.strategy.value, steps=body.steps,
    ):  # fmt: skip
        return Launched(run_ids=[start_run(host, caller, *to_repeat(host, body))])


def to_repeat(host: Host, body: ReexecuteBody) -> tuple[JobAddress, LaunchRequest]:
    """Return where the job of a run to repeat is now, and what it is asked for.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
        DagsterInvalidInvocationError: if steps are missing.
        DagsterInvalidConfigError: if the text of the config cannot be read.
    """
    run_id = resolve_run_id(host.instance, body.run_id)
    run = host.instance.get_run_by_id(run_id)
    assert run is not None
    has_config = body.run_config is not None or body.run_config_text is not None
    assets, checks, ops = run.asset_selection, run.asset_check_selection, run.op_selection
    return find_job_of_run(host, run), LaunchRequest(
        run_config=read_config(body.run_config, body.run_config_text, run.run_config)
        if has_config
        else run.run_config,
        tags={**(_tags_to_keep(run) if body.keeps_tags else {}), **body.tags},
        partition_key=run.tags.get(PARTITION_NAME_TAG),
        asset_selection=tuple(sorted(assets)) if assets is not None else None,
        asset_check_selection=tuple(checks) if checks is not None else None,
        op_selection=tuple(ops) if ops is not None else None,
        parent_run_id=run_id,
        step_selection=_select_steps(body),
        from_failure=body.strategy is Strategy.FROM_FAILURE,
    )


def _tags_to_keep(run: DagsterRun) -> dict[str, str]:
    return {key: value for key, value in run.tags.items() if key not in _TAGS_OF_ONE_RUN}


def find_job_of_run(host: Host, run: DagsterRun) -> JobAddress:
    """Return where the job of a run is now."""
    location = run.tags.get(CODE_LOCATION_TAG)
    address = JobAddress(job=run.job_name, location=location)
    if host.workspace.find_job(address) is not None or location is None:
        return address
    return JobAddress(job=run.job_name)


def _select_steps(body: ReexecuteBody) -> tuple[str, ...] | None:
    if body.strategy not in (Strategy.SELECTED, Strategy.FROM_SELECTED):
        return None
    if not body.steps:
        raise DagsterInvalidInvocationError(
            f"Which steps? The strategy '{body.strategy.value}' takes the keys of one or more steps."
        )
    behind = "*" if body.strategy is Strategy.FROM_SELECTED else ""
    return tuple(f"{step}{behind}" for step in body.steps)
