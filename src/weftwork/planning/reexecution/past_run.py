"""What a run and those before it left: how each step ended, and which run made each output."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from weftwork.planning.step_keys import parse_instance_key
from weftwork.records.event_data import StepOutputData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent

_BEGINS = frozenset({DagsterEventType.STEP_START.value, DagsterEventType.STEP_RESTARTED.value})
_ENDS = {
    DagsterEventType.STEP_SUCCESS.value: "success",
    DagsterEventType.STEP_SKIPPED.value: "skipped",
    DagsterEventType.STEP_FAILURE.value: "failure",
}
_OUTPUT = DagsterEventType.STEP_OUTPUT.value


class PastStep:
    """How an instance of a step ended.

    Attributes:
        run_id: the run in which it ran.
        status: "started", "success", "skipped" or "failure".
        outputs: the outputs that it gave; for a dynamic one the mapping keys in order, for another one none.
    """

    __slots__ = ("outputs", "run_id", "status")

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.status = "started"
        self.outputs: dict[str, list[str]] = {}

    @property
    def is_settled(self) -> bool:
        """Whether there is no reason to run it again."""
        return self.status in ("success", "skipped")


class PastRun:
    """The instances of steps that ran, in a run or in those that it repeated.

    Attributes:
        steps: key of the instance, with mapping keys, to how it ended.
    """

    __slots__ = ("steps",)

    def __init__(self, steps: dict[str, PastStep]) -> None:
        self.steps = steps

    def find_output_run(self, key: str, output: str) -> str | None:
        """Return the run that made an output of an instance, or None if none did."""
        step = self.steps.get(key)
        return step.run_id if step is not None and output in step.outputs else None

    def list_items(self, key: str, output: str) -> list[str]:
        """Return the mapping keys that an instance gave on a dynamic output, in order."""
        step = self.steps.get(key)
        return step.outputs.get(output, []) if step is not None else []


def read_past_run(
    run_id: str, events: Iterable[DagsterEvent], step_keys: Collection[str] | None, before: PastRun | None
) -> PastRun:
    """Return what a run left.

    Args:
        run_id: the run.
        events: its events, oldest first.
        step_keys: the steps that it was restricted to; None for all.
        before: what the run left that it repeated; its steps stand where this run was not to run them.
    """
    steps = {} if before is None or step_keys is None else _keep_unselected(before.steps, step_keys)
    for event in events:
        key = event.step_key
        if key is None:
            continue
        kind = event.event_type_value
        if kind in _BEGINS:
            steps[key] = PastStep(run_id)
        elif kind == _OUTPUT and isinstance(event.event_specific_data, StepOutputData):
            _add_output(steps, run_id, key, event.event_specific_data)
        elif kind in _ENDS:
            steps.setdefault(key, PastStep(run_id)).status = _ENDS[kind]
    return PastRun(steps)


def _add_output(steps: dict[str, PastStep], run_id: str, key: str, data: StepOutputData) -> None:
    items = steps.setdefault(key, PastStep(run_id)).outputs.setdefault(data.output_name, [])
    if data.mapping_key is not None:
        items.append(data.mapping_key)


def _keep_unselected(steps: dict[str, PastStep], step_keys: Collection[str]) -> dict[str, PastStep]:
    exact = set(step_keys)
    whole = {parse_instance_key(key)[0] for key in step_keys if key.endswith("[?]")}
    return {
        key: step
        for key, step in steps.items()
        if key not in exact and not (whole and parse_instance_key(key)[0] in whole)
    }
