"""The outline of a plan: its steps and what each waits for, small enough to be recorded with every run."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.planning.plan import PlanStep
from weftwork.records.event_data import PlanOutline


def build_outline(steps: Sequence[PlanStep]) -> PlanOutline:
    """Return the outline of those steps of a plan that run; what they wait for among the others is left out."""
    numbers = {step.index: number for number, step in enumerate(steps)}
    return PlanOutline(
        keys=[step.key + "[?]" * len(step.axes) for step in steps],
        parents=[
            sorted({numbers[source.step] for source in step.all_sources if source.step in numbers})
            for step in steps
        ],
    )
