"""The plan of a run: steps as integers, where each input comes from, and along which axes steps multiply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from weftwork.base.errors import DagsterExecutionStepNotFoundError
from weftwork.base.text import did_you_mean
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import InputSpec, OpSpec, OutputSpec


class Axis:
    """A dynamic output along which steps multiply.

    Attributes:
        index: its number in the plan.
        step: the step that gives the items.
        output: the output of that step.
        outer: the axes of that step: the levels outside this one.
        listed: whether somebody needs the list of its items (a collect, or a product with another axis).
        zips: the axes whose items are paired by key to give those of this one; it has no step of its own then.
    """

    __slots__ = ("index", "listed", "outer", "output", "step", "zips")

    def __init__(
        self, index: int, step: int, output: str, outer: tuple[int, ...], zips: tuple[int, ...] = ()
    ) -> None:
        self.index = index
        self.zips = zips
        self.step = step
        self.output = output
        self.outer = outer
        self.listed = False


class PlanSource(msgspec.Struct, frozen=True, gc=False):
    """One output that an input takes its value from.

    Attributes:
        step: the step that gives it.
        output: its output.
        item_axis: the axis whose item is taken, if the output is dynamic and is mapped over.
        collects: the axis whose items are collected to a list, or None.
    """

    step: int
    output: str
    item_axis: int | None = None
    collects: int | None = None


class PlanInput(msgspec.Struct, frozen=True, gc=False):
    """An input of a step and where its value comes from.

    Attributes:
        name: its name.
        spec: the input of the op.
        sources: the outputs it takes; several for a fan-in.
        fan_in: whether the value is the list of all sources.
        graph_input: the input of the job that it is, if it is one.
        asset_key: the asset it reads, if it reads one.
        places: what a fan-in list holds in order, where inputs of the job are among it: numbers of sources, or names
            of inputs; else None.
    """

    name: str
    spec: InputSpec
    sources: tuple[PlanSource, ...]
    fan_in: bool = False
    graph_input: str | None = None
    asset_key: AssetKey | None = None
    places: tuple[int | str, ...] | None = None


class PlanOutput(msgspec.Struct, frozen=True, gc=False):
    """An output of a step.

    Attributes:
        name: its name.
        spec: the output of the op.
        asset_key: the asset it makes, if it makes one.
        check_key: the check it evaluates, if it evaluates one.
        selected: whether this run wants it.
    """

    name: str
    spec: OutputSpec
    asset_key: AssetKey | None = None
    check_key: AssetCheckKey | None = None
    selected: bool = True


class PlanStep:
    """A step, or the template of the steps that are made for each item of a dynamic output.

    Attributes:
        index: its number in the plan; upstream steps have smaller ones.
        key: its key without mapping keys.
        path: the names of its node, from the outermost graph inwards.
        op: what it runs.
        inputs: its inputs.
        outputs: its outputs.
        after: outputs that must be there before it starts, without being passed.
        axes: the axes along which it multiplies, outermost first.
        tags: tags of the definition and of its use.
        retry_policy: the policy that holds for it.
        run_when: whether it runs after success, end or failure of what it waits for.
        observes: whether it observes its assets instead of making them.
    """

    __slots__ = (
        "after", "axes", "index", "inputs", "key", "observes", "op", "outputs", "path", "priority", "retry_policy",
        "run_when", "tags",
    )  # fmt: skip

    def __init__(
        self,
        index: int,
        path: tuple[str, ...],
        op: OpSpec,
        tags: Mapping[str, str],
        retry_policy: RetryPolicy | None,
    ) -> None:
        self.index = index
        self.key = ".".join(path)
        self.path = path
        self.op = op
        self.tags = tags
        self.retry_policy = retry_policy
        self.priority = 0
        self.run_when = op.run_when
        self.inputs: tuple[PlanInput, ...] = ()
        self.outputs: tuple[PlanOutput, ...] = ()
        self.after: tuple[PlanSource, ...] = ()
        self.axes: tuple[int, ...] = ()
        self.observes = False

    @property
    def all_sources(self) -> list[PlanSource]:
        """Every output that it waits for."""
        return [source for plan_input in self.inputs for source in plan_input.sources] + list(self.after)


class Plan:
    """All steps of a run in topological order, and the axes along which they multiply.

    Attributes:
        job_name: the job.
        steps: the steps.
        axes: the axes.
        outputs: the outputs of the job: name to (step, output) and whether it is mapped.
        problem: why a run of it fails before its first step; "" if there is nothing wrong.
    """

    __slots__ = ("__dict__", "axes", "job_name", "outputs", "problem", "steps")

    def __init__(
        self,
        job_name: str,
        steps: Sequence[PlanStep],
        axes: Sequence[Axis],
        outputs: Mapping[str, tuple[int, str]],
        problem: str = "",
    ) -> None:
        self.job_name = job_name
        self.problem = problem
        self.steps = steps
        self.axes = axes
        self.outputs = outputs

    def position(self, axes: Sequence[int], axis: int) -> int:
        """Return which of ``axes`` an axis is, or is paired in."""
        if axis in axes:
            return axes.index(axis)
        return next(place for place, other in enumerate(axes) if axis in self.axes[other].zips)

    @cached_property
    def index_by_key(self) -> dict[str, int]:
        """Key of a step (without mapping keys) to its number."""
        return {step.key: step.index for step in self.steps}

    def get_step(self, key: str) -> PlanStep:
        """Return the step of that key, with or without mapping keys.

        Raises:
            DagsterExecutionStepNotFoundError: if there is none.
        """
        template = key.split("[", 1)[0]
        index = self.index_by_key.get(template)
        if index is None:
            raise DagsterExecutionStepNotFoundError(
                f"The plan of '{self.job_name}' has no step '{key}'.{did_you_mean(template, self.index_by_key)}",
                step_keys=[key],
            )
        return self.steps[index]

    @property
    def step_keys(self) -> list[str]:
        """The keys of the steps; those that multiply end in ``[?]``."""
        return [step.key + "[?]" * len(step.axes) for step in self.steps]
