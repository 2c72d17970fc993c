"""Two runs side by side: config, tags, code, durations of steps, what they made, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.past.differences import ChangeOfValue, list_changes, list_metadata_changes
from weftwork.api.run_board import BOARD_EVENTS, RunBoard, StepState
from weftwork.api.runs import RunView, find_user_error, resolve_run_id, view_run
from weftwork.api.view import View, view_metadata
from weftwork.instance.configuration.secrets import redact_run_config
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.runs import RunRecord
from weftwork.records.tags import CODE_VERSION_TAG, DATA_VERSION_TAG, INPUT_DATA_VERSION_TAG_PREFIX

_MAX_LISTED = 1000
_INPUT = INPUT_DATA_VERSION_TAG_PREFIX + "/"


class StepDiff(View):
    """A step in both runs.

    Attributes:
        step: its key.
        status_a: its state in the first; None if it was not there.
        status_b: its state in the second; None if it was not there.
        duration_a: for how many seconds it ran in the first.
        duration_b: for how many seconds it ran in the second.
        change_s: by how many seconds it took longer in the second.
    """

    step: str
    status_a: str | None
    status_b: str | None
    duration_a: float | None
    duration_b: float | None
    change_s: float | None


class MadeDiff(View):
    """An asset that one of the runs, or both, made.

    Attributes:
        asset: the asset.
        is_made_by: "a", "b" or "both".
        code_version: of the code, in the first and in the second.
        data_version: of the data, in the first and in the second.
        inputs: the versions of the data that it was made from, where they differ, by asset.
        metadata: what they tell, where it differs.
    """

    asset: str
    is_made_by: str
    code_version: tuple[str | None, str | None]
    data_version: tuple[str | None, str | None]
    inputs: list[ChangeOfValue]
    metadata: list[ChangeOfValue]


class RunDiff(View):
    """Two runs side by side.

    Attributes:
        a: the first.
        b: the second.
        config: where their configs differ.
        tags: where their tags differ.
        code: where what is known of their code differs: job, place, location.
        steps: all steps, those whose state or duration differs most first.
        made: the assets that they made and that differ.
        unchanged: how many assets both made without a difference.
        error_a: why the first failed.
        error_b: why the second failed.
        is_same_error: whether both failed with the same exception and message.
    """

    a: RunView
    b: RunView
    config: list[ChangeOfValue]
    tags: list[ChangeOfValue]
    code: list[ChangeOfValue]
    steps: list[StepDiff]
    made: list[MadeDiff]
    unchanged: int
    error_a: ErrorView | None
    error_b: ErrorView | None
    is_same_error: bool


def get_run_diff(instance: DagsterInstance, run_a: str, run_b: str) -> RunDiff:
    """Return two runs side by side.

    Args:
        instance: where they are recorded.
        run_a: the id of the first, or the beginning of it.
        run_b: the id of the second, or the beginning of it.

    Raises:
        DagsterRunNotFoundError: if one of them is not there.
    """
    a, b = _find(instance, run_a), _find(instance, run_b)
    board_a, board_b = _board(instance, a), _board(instance, b)
    made = _diff_made(board_a.latest, board_b.latest)
    changed = [each for each in made if _is_changed(each)]
    error_a, error_b = _error_of(a, board_a), _error_of(b, board_b)
    return RunDiff(
        a=view_run(a),
        b=view_run(b),
        config=list_changes(redact_run_config(a.dagster_run), redact_run_config(b.dagster_run)),
        tags=list_changes(dict(a.dagster_run.tags), dict(b.dagster_run.tags)),
        code=list_changes(_code_of(a), _code_of(b)),
        steps=_diff_steps(board_a, board_b)[:_MAX_LISTED],
        made=changed[:_MAX_LISTED],
        unchanged=len(made) - len(changed),
        error_a=error_a,
        error_b=error_b,
        is_same_error=error_a is not None
        and error_b is not None
        and (error_a.class_name, error_a.message) == (error_b.class_name, error_b.message),
    )


def _find(instance: DagsterInstance, run_id: str) -> RunRecord:
    record = instance.get_run_record_by_id(resolve_run_id(instance, run_id))
    assert record is not None
    return record


def _board(instance: DagsterInstance, record: RunRecord) -> RunBoard:
    log = instance.all_logs(record.dagster_run.run_id, of_type=BOARD_EVENTS)
    return RunBoard().note_all(entry.get_dagster_event() for entry in log)


def _code_of(record: RunRecord) -> dict[str, Any]:
    run = record.dagster_run
    origin = msgspec.to_builtins(run.code_origin) if run.code_origin is not None else {}
    return {"job": run.job_name, **{key: value for key, value in origin.items() if key != "__class__"}}


def _error_of(record: RunRecord, board: RunBoard) -> ErrorView | None:
    if not record.dagster_run.is_failure:
        return None
    failed = [step for step in board.steps.values() if step.status == "FAILURE" and step.error]
    first = min(failed, key=lambda step: step.end_s or 0.0, default=None)
    error = first.error if first is not None else board.error
    return view_error(find_user_error(error)) if error is not None else None


def _diff_steps(a: RunBoard, b: RunBoard) -> list[StepDiff]:
    found = [_diff_step(key, a.steps.get(key), b.steps.get(key)) for key in {**a.steps, **b.steps}]
    found.sort(key=lambda step: (step.status_a == step.status_b, -abs(step.change_s or 0.0)))
    return found


def _diff_step(key: str, a: StepState | None, b: StepState | None) -> StepDiff:
    before, after = (a.duration_s if a else None), (b.duration_s if b else None)
    return StepDiff(
        step=key,
        status_a=a.status if a else None,
        status_b=b.status if b else None,
        duration_a=before,
        duration_b=after,
        change_s=None if before is None or after is None else after - before,
    )


def _diff_made(
    a: Mapping[Any, AssetMaterialization], b: Mapping[Any, AssetMaterialization]
) -> Sequence[MadeDiff]:
    found = []
    for key in {**a, **b}:
        left, right = a.get(key), b.get(key)
        old, new = (dict(left.tags or {}) if left else {}), (dict(right.tags or {}) if right else {})
        found.append(
            MadeDiff(
                asset=key.to_escaped_user_string(),
                is_made_by="both" if left and right else "a" if left else "b",
                code_version=(old.get(CODE_VERSION_TAG), new.get(CODE_VERSION_TAG)),
                data_version=(old.get(DATA_VERSION_TAG), new.get(DATA_VERSION_TAG)),
                inputs=list_changes(_inputs_of(old), _inputs_of(new)),
                metadata=list_metadata_changes(
                    view_metadata(left.metadata) if left else {},
                    view_metadata(right.metadata) if right else {},
                ),
            )
        )
    return found


def _inputs_of(tags: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(_INPUT): value for key, value in tags.items() if key.startswith(_INPUT)}


def _is_changed(made: MadeDiff) -> bool:
    same_versions = (
        made.code_version[0] == made.code_version[1] and made.data_version[0] == made.data_version[1]
    )
    return made.is_made_by != "both" or not same_versions or bool(made.inputs or made.metadata)
