"""From the spec of a job to its plan: nested graphs flattened, inputs traced to steps, axes found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.graph import find_cycle, topological_order
from weftwork.base.text import quote_names
from weftwork.planning.plan import Axis, Plan, PlanInput, PlanOutput, PlanSource, PlanStep
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import (
    FromGraphInput,
    FromMany,
    FromOutput,
    GraphSpec,
    InputSource,
    JobSpec,
    LevelSpec,
    NodeAssetsSpec,
    NodeSpec,
    OpSpec,
)
from weftwork.records.tags import PRIORITY_TAG

_NO_ASSETS = NodeAssetsSpec(node="")


# The input of the job that an input leads to, or what is at each place of a list (see PlanInput.places).
JobInput = str | tuple[int | str, ...] | None


class _Scope:
    """A graph while it is flattened: its nodes, and what its own inputs are connected to outside."""

    __slots__ = ("children", "graph", "inputs", "node", "ops", "parent")

    def __init__(self, graph: GraphSpec, parent: _Scope | None, node: NodeSpec | None) -> None:
        self.graph = graph
        self.parent = parent
        self.node = node
        self.children: dict[str, _Scope] = {}
        self.ops: dict[str, int] = {}


class _Draft:
    """A step before the order of the steps is known."""

    __slots__ = ("after", "assets", "inputs", "node", "path", "position", "retry_policy", "scope", "tags")

    def __init__(
        self, path: tuple[str, ...], node: NodeSpec, scope: _Scope, assets: NodeAssetsSpec,
        tags: dict[str, str], retry_policy: RetryPolicy | None, position: int,
    ) -> None:  # fmt: skip
        self.position = position
        self.path = path
        self.node = node
        self.scope = scope
        self.assets = assets
        self.tags = tags
        self.retry_policy = retry_policy
        self.inputs: list[tuple[list[tuple[int, str, bool]], bool, JobInput]] = []
        self.after: list[tuple[int, str, bool]] = []


def compile_plan(spec: JobSpec) -> Plan:
    """Return the plan of a job.

    Args:
        spec: the job as planning sees it.

    Raises:
        DagsterInvalidDefinitionError: if steps depend on each other in a cycle.
    """
    flat = _Flattener(spec)
    order = _order(flat.drafts)
    number = {draft: index for index, draft in enumerate(order)}
    plan = _Assembler(flat, order, number).assemble()
    return Plan(spec.name, plan.steps, plan.axes, flat.job_outputs(number), problem=plan.problem)


class _Flattener:
    """Walks nested graphs once and makes a draft for every op."""

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.drafts: list[_Draft] = []
        self.assets = {node.node: node for node in spec.assets}
        self.root = _Scope(spec.graph, None, None)
        self._walk(self.root, (), {}, spec.retry_policy, None)
        for draft in self.drafts:
            self._connect(draft)

    def _walk(
        self, scope: _Scope, prefix: tuple[str, ...], tags: Mapping[str, str], retry: RetryPolicy | None,
        assets: NodeAssetsSpec | None,
    ) -> None:  # fmt: skip
        for node in _list_nodes(scope.graph):
            definition = node.definition
            own_assets = assets if assets is not None else self.assets.get(node.name, _NO_ASSETS)
            path = (*prefix, node.name)
            if isinstance(definition, OpSpec):
                scope.ops[node.name] = len(self.drafts)
                merged = {**definition.tags, **tags, **node.tags} if tags or node.tags else definition.tags
                policy = node.retry_policy or definition.retry_policy or retry
                self.drafts.append(_Draft(path, node, scope, own_assets, merged, policy, len(self.drafts)))
            else:
                child = _Scope(definition, scope, node)
                scope.children[node.name] = child
                below = {**tags, **node.tags} if node.tags else tags
                self._walk(child, path, below, node.retry_policy or retry, own_assets)

    def _connect(self, draft: _Draft) -> None:
        definition = draft.node.definition
        assert isinstance(definition, OpSpec)
        for op_input in definition.inputs:
            source = draft.node.inputs.get(op_input.name)
            draft.inputs.append(self.trace(draft.scope, source) if source is not None else ([], False, None))
        if draft.scope.parent is not None or draft.node.after:
            for scope, node in self.list_uses(draft):
                draft.after.extend(self.resolve(scope, wait) for wait in node.after)

    def list_uses(self, draft: _Draft) -> list[tuple[_Scope, NodeSpec]]:
        """Return the node of a draft and the graphs around it, innermost first, each with the graph that it is in."""
        found = [(draft.scope, draft.node)]
        while found[-1][0].parent is not None:
            scope = found[-1][0]
            assert scope.parent is not None
            assert scope.node is not None
            found.append((scope.parent, scope.node))
        return found

    def trace(self, scope: _Scope, source: InputSource) -> tuple[list[tuple[int, str, bool]], bool, JobInput]:
        """Return the outputs behind a source, whether they are a list, and the job's input or inputs it leads to."""
        if isinstance(source, FromOutput):
            return [self.resolve(scope, source)], False, None
        if isinstance(source, FromGraphInput):
            if scope.parent is None or scope.node is None:
                return [], False, source.name
            outer = scope.node.inputs.get(source.name)
            return self.trace(scope.parent, outer) if outer is not None else ([], False, None)
        found: list[tuple[int, str, bool]] = []
        assert isinstance(source, FromMany)
        places: list[int | str] = []
        for part in source.sources:
            traced, _, leads_to = self.trace(scope, part)
            places.extend(range(len(found), len(found) + len(traced)))
            places.extend((leads_to,) if isinstance(leads_to, str) else ())
            found.extend(traced)
        return found, True, tuple(places) if len(places) > len(found) else None

    def resolve(self, scope: _Scope, source: FromOutput) -> tuple[int, str, bool]:
        """Follow an output through the outputs of nested graphs to the op that gives it."""
        node, output, collect = source.node, source.output, source.collect
        while node in scope.children:
            scope = scope.children[node]
            mapping = next(mapping for mapping in scope.graph.outputs if mapping.name == output)
            node, output = mapping.node, mapping.output
        return scope.ops[node], output, collect

    def job_outputs(self, number: Mapping[_Draft, int]) -> dict[str, tuple[int, str]]:
        """Return the outputs of the job: name to (step, output)."""
        found = {}
        for mapping in self.spec.graph.outputs:
            draft, output, _ = self.resolve(self.root, FromOutput(mapping.node, mapping.output))
            found[mapping.name] = (number[self.drafts[draft]], output)
        return found

    def graph_output_keys(
        self, node: str
    ) -> tuple[dict[tuple[int, str], AssetKey], dict[tuple[int, str], AssetCheckKey]]:
        """Return which op outputs inside a top-level graph are its assets and checks."""
        assets = self.assets[node]
        found: dict[tuple[int, str], AssetKey] = {}
        checks: dict[tuple[int, str], AssetCheckKey] = {}
        for output, key in assets.outputs.items():
            draft, name, _ = self.resolve(self.root, FromOutput(node, output))
            found[draft, name] = key
        for output, check in assets.checks.items():
            draft, name, _ = self.resolve(self.root, FromOutput(node, output))
            checks[draft, name] = check
        return found, checks

    def list_wanted(self) -> set[tuple[int, str]]:
        """Return the outputs of ops that others take, or that are selected assets and checks of a graph."""
        found = {
            (step, name)
            for draft in self.drafts
            for sources, _, _ in draft.inputs
            for step, name, _ in sources
        }
        found.update((step, name) for draft in self.drafts for step, name, _ in draft.after)
        for node in self.spec.assets:
            if node.node in self.root.children:
                for output in (*node.outputs, *node.checks):
                    if node.selected is None or output in node.selected:
                        found.add(self.resolve(self.root, FromOutput(node.node, output))[:2])
        return found


def _order(drafts: list[_Draft]) -> list[_Draft]:
    """Return the steps in the order in which one after the other runs: each as soon as what it waits for is there."""
    parents = [
        [step for sources, _, _ in draft.inputs for step, _, _ in sources]
        + [step for step, _, _ in draft.after]
        for draft in drafts
    ]
    order = topological_order(parents)
    if order is None:
        cycle = [".".join(drafts[index].path) for index in find_cycle(parents) or []]
        raise DagsterInvalidDefinitionError(
            f"Steps depend on each other in a cycle: {' -> '.join([*cycle, cycle[0]])}."
        )
    return [drafts[index] for index in order]


def _list_nodes(graph: GraphSpec) -> list[NodeSpec]:
    """Return the nodes of a graph by name, graphs and what is beside them by how far down they are first."""
    nodes = sorted(graph.nodes, key=attrgetter("name"))
    if all(isinstance(node.definition, OpSpec) for node in nodes):
        return nodes  # what an op waits for puts it in its place
    place = {node.name: number for number, node in enumerate(nodes)}
    parents = [[place[source.node] for source in _list_sources(node)] for node in nodes]
    levels = [0] * len(nodes)
    for number in topological_order(parents) or ():  # a cycle is told where the steps are ordered
        levels[number] = max((levels[parent] + 1 for parent in parents[number]), default=0)
    return sorted(nodes, key=lambda node: levels[place[node.name]])


def _list_sources(node: NodeSpec) -> Iterator[FromOutput]:
    """Yield the outputs of the same graph that a node waits for."""
    for source in (*node.inputs.values(), *node.after):
        for part in source.sources if isinstance(source, FromMany) else (source,):
            if isinstance(part, FromOutput):
                yield part


class _Assembler:
    """Turns ordered drafts into steps and finds the axes along which they multiply."""

    def __init__(self, flat: _Flattener, order: list[_Draft], number: dict[_Draft, int]) -> None:
        self.flat = flat
        self.order = order
        self.number = number
        self.steps: list[PlanStep] = []
        self.axes: list[Axis] = []
        self.problem = ""
        self.axis_of: dict[tuple[int, str], Axis] = {}
        self.zipped: dict[frozenset[int], Axis] = {}
        self.asset_outputs: dict[tuple[int, str], AssetKey] = {}
        self.check_outputs: dict[tuple[int, str], AssetCheckKey] = {}
        self.wanted: set[tuple[int, str]] = set()
        for node in flat.spec.assets:
            if node.node in flat.root.children:
                found, checks = flat.graph_output_keys(node.node)
                self.asset_outputs.update(found)
                self.check_outputs.update(checks)
        if any(node.selected is not None for node in flat.spec.assets):
            self.wanted = flat.list_wanted()

    def assemble(self) -> _Assembler:
        for index, draft in enumerate(self.order):
            self.steps.append(self._step(index, draft))
        return self

    def _step(self, index: int, draft: _Draft) -> PlanStep:
        definition = draft.node.definition
        assert isinstance(definition, OpSpec)
        step = PlanStep(index, draft.path, definition, draft.tags, draft.retry_policy)
        if PRIORITY_TAG in draft.tags:
            step.priority = self._priority(draft)
        step.run_when = draft.node.run_when or definition.run_when
        step.observes = draft.assets.observes
        step.inputs = tuple([self._input(draft, position) for position in range(len(draft.inputs))])
        if draft.after:
            step.after = tuple([self._source(*wait) for wait in draft.after])
        if self.axes:  # steps come after those that give them items
            step.axes = self._axes_of(step, draft)
        step.outputs = self._outputs(index, draft, definition)
        for output in step.outputs:
            if output.spec.dynamic:
                axis = Axis(len(self.axes), index, output.name, step.axes)
                self.axes.append(axis)
                self.axis_of[index, output.name] = axis
        return step

    def _priority(self, draft: _Draft) -> int:
        text = draft.tags[PRIORITY_TAG]
        try:
            return int(text)
        except ValueError:
            self.problem = self.problem or (
                f"Tag '{PRIORITY_TAG}' of step '{'.'.join(draft.path)}' must be a whole number, not {text!r}."
            )
            return 0

    def _input(self, draft: _Draft, position: int) -> PlanInput:
        definition = draft.node.definition
        assert isinstance(definition, OpSpec)
        spec = definition.inputs[position]
        traced, fan_in, graph_input = draft.inputs[position]
        sources = tuple([self._source(*source) for source in traced])
        asset_key = spec.asset_key
        if draft.assets is not _NO_ASSETS:
            asset_key = self._input_asset(draft, spec.name) or asset_key
        fan_in = fan_in or bool(sources and sources[0].collects is not None)
        if isinstance(graph_input, tuple):
            return PlanInput(spec.name, spec, sources, True, None, asset_key, graph_input)
        return PlanInput(spec.name, spec, sources, fan_in, graph_input, asset_key)

    def _input_asset(self, draft: _Draft, name: str) -> AssetKey | None:
        """Return the asset that an input of an op reads, through the inputs of enclosing graphs."""
        scope: _Scope | None = draft.scope
        node: NodeSpec | None = draft.node
        while scope is not None and node is not None and scope.parent is not None:
            source = node.inputs.get(name)
            if not isinstance(source, FromGraphInput):
                return None
            name, scope, node = source.name, scope.parent, scope.node
        return draft.assets.inputs.get(name)

    def _source(self, draft: int, output: str, collect: bool) -> PlanSource:
        step = self.number[self.flat.drafts[draft]]
        axis = self.axis_of.get((step, output)) if self.axes else None
        if not collect:
            return PlanSource(step, output, axis.index if axis else None)
        if axis is None:
            levels = self.steps[step].axes
            if not levels:
                raise DagsterInvalidDefinitionError(
                    f"Output '{output}' of '{self.steps[step].key}' is collected, and is not mapped over a dynamic output."
                )
            axis = self.axes[levels[-1]]
        axis.listed = True
        return PlanSource(step, output, None, axis.index)

    def _axes_of(self, step: PlanStep, draft: _Draft) -> tuple[int, ...]:
        """Return the axes of a step, outermost first: in the order in which its inputs name them."""
        found: dict[int, None] = {}
        for source in step.all_sources:
            found.update(dict.fromkeys(self._axes_along(source)))
        if len(found) < 2:
            return tuple(found)
        pairs = self._pairs_of(draft, found)
        ordered = tuple(
            dict.fromkeys(pairs.get(level, level) for level in self._levels_around(draft) if level in found)
        )
        if self.axes[ordered[-1]].outer != ordered[:-1]:
            for level in ordered:  # a product of axes: their items must be known to be paired
                self.axes[level].listed = True
        return ordered

    def _axes_along(self, source: PlanSource) -> list[int]:
        levels = [level for level in self.steps[source.step].axes if level != source.collects]
        return levels if source.item_axis is None else [*levels, source.item_axis]

    def _pairs_of(self, draft: _Draft, found: Mapping[int, None]) -> dict[int, int]:
        """Return which axes of a step are paired by key, each with the axis of its pairs."""
        pairs = {member: level for level in found for member in self.axes[level].zips}
        for scope, node in reversed(self.flat.list_uses(draft)):
            for group in node.zips:
                members = {axis for level in group for axis in self._members(scope, level)}
                if len(members & {*found, *pairs}) > 1:
                    made = self._zip(members, pairs)
                    pairs.update(dict.fromkeys(members, made.index))
        return pairs

    def _members(self, scope: _Scope, level: LevelSpec) -> tuple[int, ...]:
        resolved = self.flat.resolve(scope, FromOutput(level.node, level.output))
        if not self._is_made(resolved):
            return ()
        axis = self.axes[self._axes_along(self._source(*resolved))[-1 - level.above]]
        return axis.zips or (axis.index,)

    def _zip(self, members: set[int], pairs: Mapping[int, int]) -> Axis:
        known = self.zipped.get(frozenset(members))
        if known is None:
            outers = {
                tuple(pairs.get(above, above) for above in self.axes[member].outer) for member in members
            }
            if len(outers) > 1:
                names = quote_names(self.steps[self.axes[member].step].key for member in sorted(members))
                raise DagsterInvalidDefinitionError(
                    f"The dynamic outputs of {names} are zipped, and do not hang under the same dynamic outputs. Zip "
                    f"what is at the same depth, or leave zip=True out for all combinations."
                )
            known = Axis(len(self.axes), -1, "", outers.pop(), tuple(sorted(members)))
            self.axes.append(known)
            self.zipped[frozenset(members)] = known
        return known

    def _levels_around(self, draft: _Draft) -> dict[int, None]:
        """Return the axes that the inputs of a node name, those of the graphs around it first."""
        found: dict[int, None] = {}
        for scope, node in reversed(self.flat.list_uses(draft)):
            for source in node.inputs.values():  # definitions give them outer levels first
                for traced in filter(self._is_made, self.flat.trace(scope, source)[0]):
                    found.update(dict.fromkeys(self._axes_along(self._source(*traced))))
            for wait in node.after:
                resolved = self.flat.resolve(scope, wait)
                if self._is_made(resolved):
                    found.update(dict.fromkeys(self._axes_along(self._source(*resolved))))
        return found

    def _is_made(self, resolved: tuple[int, str, bool]) -> bool:
        """Return whether the step of a source comes before this one; others of a graph's inputs may come later."""
        return self.number[self.flat.drafts[resolved[0]]] < len(self.steps)

    def _outputs(self, index: int, draft: _Draft, definition: OpSpec) -> tuple[PlanOutput, ...]:
        assets = draft.assets
        if assets is _NO_ASSETS:
            return tuple([PlanOutput(spec.name, spec) for spec in definition.outputs])
        top_level = len(draft.path) == 1
        position = draft.position
        found = []
        for spec in definition.outputs:
            key = (
                assets.outputs.get(spec.name) if top_level else self.asset_outputs.get((position, spec.name))
            )
            check = (
                assets.checks.get(spec.name) if top_level else self.check_outputs.get((position, spec.name))
            )
            if assets.selected is None:
                selected = True
            else:
                selected = spec.name in assets.selected if top_level else (position, spec.name) in self.wanted
            found.append(PlanOutput(spec.name, spec, key, check, selected))
        return tuple(found)
