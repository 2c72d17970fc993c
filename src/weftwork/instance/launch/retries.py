"""Whether a failed run is run again, when, and as what: a pure decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from weftwork.base.ids import derive_id
from weftwork.base.numbers import parse_count, parse_seconds
from weftwork.instance.classes.class_blocks import names_own_class
from weftwork.instance.configuration.settings import InstanceSettings
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.records.tags import (
    AUTO_RETRY_RUN_ID_TAG,
    FAILURE_REASON_TAG,
    MAX_RETRIES_TAG,
    NOT_BEFORE_TAG,
    PARENT_RUN_ID_TAG,
    RESUME_RETRY_TAG,
    RETRY_BACKOFF_TAG,
    RETRY_DELAY_TAG,
    RETRY_NUMBER_TAG,
    RETRY_ON_STEP_FAILURE_TAG,
    RETRY_STRATEGY_TAG,
    ROOT_RUN_ID_TAG,
    TO_SUBMIT_TAG,
    WILL_RETRY_TAG,
)

FROM_FAILURE, ALL_STEPS = "FROM_FAILURE", "ALL_STEPS"
_OF_ONE_RUN = (
    RETRY_NUMBER_TAG,
    FAILURE_REASON_TAG,
    WILL_RETRY_TAG,
    AUTO_RETRY_RUN_ID_TAG,
    NOT_BEFORE_TAG,
    RESUME_RETRY_TAG,
    TO_SUBMIT_TAG,
)


def build_retry_planner(settings: InstanceSettings) -> Callable[[DagsterRun, float], DagsterRun | None]:
    """Return what tells which run is queued when one fails, as the block ``run_retries`` of dagster.yaml says.

    Where the run coordinator is the user's own, that run is not queued yet, but marked to be submitted.
    """
    is_enabled = bool(settings.get("run_retries", "enabled", default=False))
    max_retries = int(settings.get("run_retries", "max_retries", default=0)) if is_enabled else 0
    retries_steps = bool(settings.get("run_retries", "retry_on_asset_or_op_failure", default=True))
    is_submitted = names_own_class(settings.get("run_coordinator", default={}))

    def plan(run: DagsterRun, now: float) -> DagsterRun | None:
        retry = plan_retry(
            run,
            derive_id(run.run_id, "retry"),
            now,
            max_retries=max_retries,
            retries_step_failures=retries_steps,
        )
        if retry is None or not is_submitted:
            return retry.with_status(DagsterRunStatus.QUEUED) if retry is not None else None
        marked: DagsterRun = retry.replace(tags={**retry.tags, TO_SUBMIT_TAG: "true"})
        return marked

    return plan


def plan_retry(
    run: DagsterRun, run_id: str, now: float, *, max_retries: int, retries_step_failures: bool
) -> DagsterRun | None:
    """Return the run that repeats a failed one; None if none does.

    The tags of the run say how often (``dagster/max_retries``), what of it (``dagster/retry_strategy``:
    FROM_FAILURE, which is the default, or ALL_STEPS), after how many seconds (``dagster/retry_delay``), and how
    that grows (``dagster/retry_backoff``: LINEAR or EXPONENTIAL).

    Args:
        run: the run, as it ended.
        run_id: the id of the new run.
        now: the time, in seconds since the epoch.
        max_retries: how often, where the tags say nothing.
        retries_step_failures: whether runs whose steps failed are run again too, where the tags say nothing.
    """
    if run.status is not DagsterRunStatus.FAILURE or run.code_origin is None:
        return None
    tags = run.tags
    number = (parse_count(tags.get(RETRY_NUMBER_TAG)) or 0) + 1
    told = parse_count(tags.get(MAX_RETRIES_TAG))
    if number > (max_retries if told is None else told):
        return None
    retries_steps = tags.get(RETRY_ON_STEP_FAILURE_TAG, str(retries_step_failures)).lower() == "true"
    if not retries_steps and tags.get(FAILURE_REASON_TAG) == "STEP_FAILURE":
        return None
    added = {RETRY_NUMBER_TAG: str(number)}
    delay_s = _delay_s(tags, number)
    if delay_s:
        added[NOT_BEFORE_TAG] = str(now + delay_s)
    from_failure = tags.get(RETRY_STRATEGY_TAG, FROM_FAILURE).upper() != ALL_STEPS
    return plan_repeat(run, run_id, from_failure=from_failure, tags=added)


def plan_repeat(
    run: DagsterRun, run_id: str, *, from_failure: bool, steps: Sequence[str] = (), tags: Mapping[str, str]
) -> DagsterRun:
    """Return the run that repeats another one.

    Args:
        run: the run.
        run_id: the id of the new run.
        from_failure: whether only what failed runs again, and what depends on it.
        steps: queries for the steps that run again; empty for those of the run.
        tags: tags of the new run, besides those of the old one.
    """
    kept = {key: value for key, value in run.tags.items() if key not in _OF_ONE_RUN}
    root = run.root_run_id or run.run_id
    added = {PARENT_RUN_ID_TAG: run.run_id, ROOT_RUN_ID_TAG: root, **tags}
    if from_failure:
        added[RESUME_RETRY_TAG] = "true"
    again = list(steps) or run.step_keys_to_execute
    repeated: DagsterRun = run.replace(
        run_id=run_id, status=DagsterRunStatus.NOT_STARTED, tags={**kept, **added}, parent_run_id=run.run_id,
        root_run_id=root, step_keys_to_execute=None if from_failure else again,
    )  # fmt: skip
    return repeated


def _delay_s(tags: dict[str, str], number: int) -> float:
    delay_s = parse_seconds(tags.get(RETRY_DELAY_TAG)) or 0.0
    backoff = tags.get(RETRY_BACKOFF_TAG, "").upper()
    factor = {"LINEAR": float(number), "EXPONENTIAL": 2.0 ** (number - 1)}.get(backoff, 1.0)
    return delay_s * factor
