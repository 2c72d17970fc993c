"""What a run meant to do when it began: its steps, and what each waits for, as steps of the run that really are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import EngineEventData, PlanOutline
from weftwork.records.event_type import DagsterEventType

_LOOKED_AT = 20


def find_outline(instance: DagsterInstance, run_id: str) -> PlanOutline | None:
    """Return the outline of the plan that a run began with; None if it has not begun, or was not recorded."""
    page = instance.get_records_for_run(run_id, of_type=DagsterEventType.ENGINE_EVENT, limit=_LOOKED_AT)
    for record in page.records:
        data = record.event_log_entry.get_dagster_event().event_specific_data
        if isinstance(data, EngineEventData) and data.plan is not None:
            return data.plan
    return None


def node_of(key: str) -> str:
    """Return the node of a step: its key without the items that it is for."""
    return key.partition("[")[0]


class PlannedParents:
    """Finds what steps wait for.

    A step that is there for an item waits for the same item of a step that is there for it too, else for all items.

    Args:
        outline: the plan.
        numbers: key of a step that is there to its number.
    """

    def __init__(self, outline: PlanOutline, numbers: Mapping[str, int]) -> None:
        self._nodes = [node_of(key) for key in outline.keys]
        self._parents = dict(zip(self._nodes, outline.parents, strict=True))
        self._places: dict[str, dict[str, int]] = {}
        for key, number in numbers.items():
            node = node_of(key)
            self._places.setdefault(node, {})[key[len(node) :]] = number

    def list(self, key: str) -> Sequence[int]:
        """Return the numbers of the steps that a step waits for."""
        node = node_of(key)
        found: list[int] = []
        for parent in self._parents.get(node, ()):
            places = self._places.get(self._nodes[parent], {})
            same = next((places[items] for items in _items_of(key[len(node) :]) if items in places), None)
            found.extend(places.values() if same is None else (same,))
        return found


def _items_of(suffix: str) -> list[str]:
    """Return the items whose step a step may wait for: "[a][b]" gives itself, "[a]", "[b]" and ""."""
    items = [f"{each}]" for each in suffix.split("]")[:-1]]
    heads = ["".join(items[:end]) for end in range(len(items), -1, -1)]
    return [*heads[:-1], *("".join(items[begin:]) for begin in range(1, len(items))), ""]
