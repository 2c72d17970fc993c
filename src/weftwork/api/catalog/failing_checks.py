"""Checks of assets that last did not pass, or could not be evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.api.host import Host
from weftwork.api.past.first_errors import list_failure_reasons
from weftwork.api.view import View
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus
from weftwork.records.runs import DagsterRunStatus, RunsFilter

_MAX_LISTED = 50


class FailingCheck(View):
    """A check that last did not pass, or could not be evaluated.

    Attributes:
        asset: the asset.
        name: the check.
        severity: "WARN" or "ERROR"; "CRASHED" where the check itself failed.
        description: what it says.
        run_id: the run that evaluated it.
        timestamp: when, in seconds since the epoch.
    """

    asset: str
    name: str
    severity: str
    description: str | None
    run_id: str | None
    timestamp: float


def list_failing_checks(host: Host, keys: Sequence[AssetKey]) -> list[FailingCheck]:
    """Return the checks of assets that last did not pass or could not be evaluated, the worst first."""
    found = list_crashed_checks(host, keys)
    crashed = {(check.asset, check.name) for check in found}
    for record in host.instance.list_latest_check_evaluations(keys):
        if record.status is not AssetCheckExecutionRecordStatus.FAILED or record.event is None:
            continue
        evaluation = record.event.asset_check_evaluation
        if evaluation is not None and (_name_of(record.key), record.key.name) not in crashed:
            found.append(_view_failing(record.key, evaluation.severity.value, record.run_id, record.event.timestamp, evaluation.description))  # fmt: skip
    found.sort(key=lambda check: (check.severity, -check.timestamp))
    return found[:_MAX_LISTED]


def list_crashed_checks(host: Host, keys: Sequence[AssetKey]) -> list[FailingCheck]:
    """Return the checks of assets that were last to be evaluated in a run that failed before they were."""
    planned = host.instance.list_unfinished_checks(keys)
    if not planned:
        return []
    ids = sorted({record.run_id for record in planned})
    failed = {
        run.run_id
        for run in host.instance.get_runs(RunsFilter(run_ids=ids, statuses=[DagsterRunStatus.FAILURE]))
    }
    crashed = [record for record in planned if record.run_id in failed]
    reasons = list_failure_reasons(host, sorted(failed)) if crashed else {}
    found = []
    for record in crashed:
        reason = reasons.get(record.run_id)
        text = f"{reason.class_name} {reason.message}".strip() if reason else None
        found.append(_view_failing(record.key, "CRASHED", record.run_id, record.create_timestamp, text))
    return found


def _view_failing(
    key: AssetCheckKey, severity: str, run_id: str, timestamp: float, description: str | None
) -> FailingCheck:
    return FailingCheck(
        asset=_name_of(key),
        name=key.name,
        severity=severity,
        description=description,
        run_id=run_id or None,
        timestamp=timestamp,
    )


def _name_of(key: AssetCheckKey) -> str:
    return key.asset_key.to_escaped_user_string()
