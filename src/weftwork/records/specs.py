"""What planning knows of definitions: nodes, edges and assets as plain data, without user code."""

from __future__ import annotations

from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.serde.record import Record


class InputSpec(Record):
    """An input of an op.

    Attributes:
        name: its name.
        nothing: whether it only orders steps and carries no value.
        has_default: whether it has a default value.
        has_type_loader: whether its type can be loaded from run config.
        input_manager_key: the resource that loads it when nothing is connected.
        asset_key: the asset that it is, where the op itself says so.
    """

    name: str
    nothing: bool = False
    has_default: bool = False
    has_type_loader: bool = False
    input_manager_key: str | None = None
    asset_key: AssetKey | None = None


class OutputSpec(Record):
    """An output of an op.

    Attributes:
        name: its name.
        dynamic: whether it gives any number of keyed items.
        required: whether the op must give it.
        nothing: whether it only orders steps and carries no value.
        io_manager_key: the resource that stores it.
    """

    name: str = "result"
    dynamic: bool = False
    required: bool = True
    nothing: bool = False
    io_manager_key: str = "io_manager"


RUN_CONDITIONS = ("all_ok", "all_done", "any_failed", "always")
"""When a step runs: after success of all it waits for, after their end, after a failure, even in a canceled run."""


class OpSpec(Record):
    """An op: the leaf of graphs.

    Attributes:
        name: its name.
        inputs: its inputs.
        outputs: its outputs.
        tags: its tags.
        retry_policy: when it is tried again.
        pool: the pool that limits how many of its kind run at once.
        timeout_s: seconds after which an attempt is stopped; None for never.
        run_when: one of ``RUN_CONDITIONS``.
    """

    name: str
    inputs: tuple[InputSpec, ...] = ()
    outputs: tuple[OutputSpec, ...] = ()
    tags: dict[str, str] = {}
    retry_policy: RetryPolicy | None = None
    pool: str | None = None
    timeout_s: float | None = None
    run_when: str = "all_ok"


class FromOutput(Record, kw_only=False):
    """An input takes the output of a node of the same graph.

    Attributes:
        node: the node.
        output: its output.
        collect: whether the items of a dynamic output are collected to a list.
    """

    node: str
    output: str = "result"
    collect: bool = False


class FromGraphInput(Record, kw_only=False):
    """An input takes what the enclosing graph is given."""

    name: str


class FromMany(Record, kw_only=False):
    """An input takes a list of several sources (fan-in), in order."""

    sources: tuple[FromOutput | FromGraphInput, ...]


InputSource = FromOutput | FromGraphInput | FromMany


class LevelSpec(Record, kw_only=False):
    """A dynamic output of a node of the same graph, as a level that steps hang under.

    Attributes:
        node: the node.
        output: its output.
        above: how many levels further out it is than the innermost one of the output.
    """

    node: str
    output: str = "result"
    above: int = 0


class NodeSpec(Record):
    """The use of an op or graph inside a graph.

    Attributes:
        name: its name there (the alias, if it has one).
        definition: the op or graph.
        inputs: input name to source; inputs without a source are absent.
        after: outputs that must be there before it starts, without being passed to it.
        tags: tags of this use, over those of the definition.
        retry_policy: policy of this use, over that of the definition.
        run_when: run condition of this use, over that of the definition.
        zips: groups of levels whose items are paired by key instead of combined.
    """

    name: str
    definition: OpSpec | GraphSpec
    inputs: dict[str, InputSource] = {}
    after: tuple[FromOutput, ...] = ()
    tags: dict[str, str] = {}
    retry_policy: RetryPolicy | None = None
    run_when: str | None = None
    zips: tuple[tuple[LevelSpec, ...], ...] = ()


class OutputMappingSpec(Record, kw_only=False):
    """An output of a graph is the output of one of its nodes."""

    name: str
    node: str
    output: str


class GraphSpec(Record):
    """Nodes and how they are connected.

    Attributes:
        name: its name.
        nodes: its nodes.
        inputs: the names of its inputs.
        outputs: its outputs.
    """

    name: str
    nodes: tuple[NodeSpec, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[OutputMappingSpec, ...] = ()


class NodeAssetsSpec(Record):
    """Which assets and checks the inputs and outputs of a top-level node are.

    Attributes:
        node: the node.
        inputs: input name to the asset it reads.
        outputs: output name to the asset it makes.
        checks: output name to the check it evaluates.
        selected: the outputs that this run makes; None for all.
        observes: whether it observes its assets instead of making them.
    """

    node: str
    inputs: dict[str, AssetKey] = {}
    outputs: dict[str, AssetKey] = {}
    checks: dict[str, AssetCheckKey] = {}
    selected: frozenset[str] | None = None
    observes: bool = False


class JobSpec(Record):
    """A job as planning sees it.

    Attributes:
        name: its name.
        graph: its nodes.
        assets: which nodes are assets.
        retry_policy: the policy of steps that have none of their own.
    """

    name: str
    graph: GraphSpec
    assets: tuple[NodeAssetsSpec, ...] = ()
    retry_policy: RetryPolicy | None = None
