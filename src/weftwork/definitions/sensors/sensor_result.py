"""What a tick of a sensor asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, ParameterCheckError
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.partitions.dynamic import AddDynamicPartitionsRequest, DeleteDynamicPartitionsRequest
from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.run_request import RunRequest


class SensorResult:
    """Everything that a tick of a sensor can ask for at once.

    Args:
        run_requests: the runs.
        skip_reason: why there are none.
        cursor: what the next tick finds in ``context.cursor``.
        dynamic_partitions_requests: partitions to add or delete.
        asset_events: what happened to assets outside of runs, to be recorded.

    Raises:
        CheckError: if an argument is of the wrong kind, or there are both runs and a reason for none.

    Example:
        >>> SensorResult(run_requests=[RunRequest(run_key=name) for name in new_files], cursor=new_files[-1])
    """

    __slots__ = ("asset_events", "automation_condition_evaluations", "cursor", "dynamic_partitions_requests", "run_requests",
                 "skip_reason")  # fmt: skip

    def __init__(
        self,
        run_requests: Sequence[RunRequest] | None = None,
        skip_reason: str | SkipReason | None = None,
        cursor: str | None = None,
        dynamic_partitions_requests: Sequence[AddDynamicPartitionsRequest | DeleteDynamicPartitionsRequest]
        | None = None,
        asset_events: Sequence[AssetObservation | AssetMaterialization | AssetCheckEvaluation] | None = None,
        *,
        automation_condition_evaluations: Sequence[Any] | None = None,
    ) -> None:
        self.run_requests: list[RunRequest] = _check_all(run_requests, (RunRequest,), "run_requests")
        check_type(skip_reason, (str, SkipReason), "skip_reason", optional=True)
        self.skip_reason: SkipReason | None = (
            SkipReason(skip_reason) if isinstance(skip_reason, str) else skip_reason
        )
        self.cursor: str | None = check_type(cursor, str, "cursor", optional=True)
        self.dynamic_partitions_requests: list[Any] = _check_all(
            dynamic_partitions_requests,
            (AddDynamicPartitionsRequest, DeleteDynamicPartitionsRequest),
            "dynamic_partitions_requests",
        )
        self.asset_events: list[Any] = _check_all(
            asset_events, (AssetObservation, AssetMaterialization, AssetCheckEvaluation), "asset_events"
        )
        self.automation_condition_evaluations: list[Any] = list(automation_condition_evaluations or ())
        if self.run_requests and self.skip_reason is not None:
            raise CheckError("A SensorResult has either run_requests or a skip_reason, not both.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SensorResult) and all(
            getattr(self, s) == getattr(other, s) for s in SensorResult.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        facts = ", ".join(
            f"{slot}={getattr(self, slot)!r}" for slot in SensorResult.__slots__ if getattr(self, slot)
        )
        return f"SensorResult({facts})"


class DagsterRunReaction:
    """That a run status sensor has looked at a run.

    Args:
        dagster_run: the run.
        error: what the user's function raised, or None.
        run_status: the state that the run was in.
    """

    __slots__ = ("dagster_run", "error", "run_status")

    def __init__(self, dagster_run: Any, error: BaseException | None = None, run_status: Any = None) -> None:
        self.dagster_run = dagster_run
        self.error = error
        self.run_status = run_status


class SensorExecutionData:
    """What a tick of a sensor asks for, completed for launching.

    Args:
        run_requests: the runs.
        skip_message: why there are none.
        cursor: what the next tick finds in ``context.cursor``.
        dagster_run_reactions: the runs that a run status sensor has looked at.
        dynamic_partitions_requests: partitions to add or delete.
        asset_events: what happened to assets outside of runs.
        automation_condition_evaluations: what a sensor of automation conditions found.
        captured_lines: what was logged.
    """

    __slots__ = ("asset_events", "automation_condition_evaluations", "captured_lines", "cursor", "dagster_run_reactions",
                 "dynamic_partitions_requests", "run_requests", "skip_message")  # fmt: skip

    def __init__(
        self,
        run_requests: Sequence[RunRequest],
        skip_message: str | None,
        cursor: str | None,
        *,
        dagster_run_reactions: Sequence[DagsterRunReaction] = (),
        dynamic_partitions_requests: Sequence[Any] = (),
        asset_events: Sequence[Any] = (),
        automation_condition_evaluations: Sequence[Any] = (),
        captured_lines: Sequence[Any] = (),
    ) -> None:
        self.run_requests = list(run_requests)
        self.skip_message = skip_message
        self.cursor = cursor
        self.dagster_run_reactions = list(dagster_run_reactions)
        self.dynamic_partitions_requests = list(dynamic_partitions_requests)
        self.asset_events = list(asset_events)
        self.automation_condition_evaluations = list(automation_condition_evaluations)
        self.captured_lines = captured_lines


def _check_all(items: Any, kinds: tuple[type, ...], name: str) -> list[Any]:
    if items is None:
        return []
    if not isinstance(items, (list, tuple)):
        raise ParameterCheckError(f"{name} of a SensorResult must be a list, not {items!r:.200}.")
    for item in items:
        if not isinstance(item, kinds):
            names = " or ".join(kind.__name__ for kind in kinds)
            raise CheckError(f"{name} of a SensorResult holds {item!r:.200}, which is no {names}.")
    return list(items)


SensorReturnTypesUnion = (
    Iterator[SkipReason | RunRequest | DagsterRunReaction | SensorResult]
    | Sequence[RunRequest]
    | SkipReason
    | RunRequest
    | DagsterRunReaction
    | SensorResult
    | None
)
"""What the function of a sensor may return."""
