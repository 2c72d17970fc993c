"""Jobs of a code location as data: as they are listed, and one in full."""

from __future__ import annotations

from weftwork.records.metadata import Metadata
from weftwork.records.specs import JobSpec
from weftwork.serde.record import Record


class JobSnapshot(Record):
    """A job as it is listed.

    Attributes:
        name: its name.
        description: text for people.
        tags: its tags.
        run_tags: the tags of its runs, where they are not those of the job.
        metadata: name to metadata value.
        owners: who answers for it.
        makes_assets: whether it is a job over assets; one of ops otherwise.
        is_implicit: whether it is the job over all assets, which is always there.
        is_anonymous: whether a schedule or sensor made it for itself.
        assets: the assets that it makes, as ranges (first, behind the last) of their numbers in the repository.
        checks: the checks that it evaluates, as ranges of their numbers in the repository.
        partitions: the number of its partitions definition in the repository's table.
        condition: the number of its automation condition in the repository's table.
        executor: the name of its executor.
    """

    name: str
    description: str | None = None
    tags: dict[str, str] = {}
    run_tags: dict[str, str] | None = None
    metadata: Metadata = {}
    owners: tuple[str, ...] = ()
    makes_assets: bool = False
    is_implicit: bool = False
    is_anonymous: bool = False
    assets: tuple[tuple[int, int], ...] = ()
    checks: tuple[tuple[int, int], ...] = ()
    partitions: int | None = None
    condition: int | None = None
    executor: str | None = None


class PortSnapshot(Record, kw_only=False):
    """An input or output of an op or graph.

    Attributes:
        name: its name.
        type_name: the name of its type.
        description: text for people.
        is_dynamic: whether it gives any number of keyed items.
        is_required: whether it must be given.
    """

    name: str
    type_name: str = "Any"
    description: str | None = None
    is_dynamic: bool = False
    is_required: bool = True


class NodeSnapshot(Record):
    """An op or graph as people want to know it.

    Attributes:
        name: its name.
        is_graph: whether it is a graph.
        description: text for people.
        inputs: its inputs.
        outputs: its outputs.
        tags: its tags.
        resource_keys: the resources that it takes.
        config_schema: what config it takes, as JSON schema in JSON text; None if it takes none.
        pool: the pool that limits how many of its kind run at once.
        source: file and line of its function.
    """

    name: str
    is_graph: bool = False
    description: str | None = None
    inputs: tuple[PortSnapshot, ...] = ()
    outputs: tuple[PortSnapshot, ...] = ()
    tags: dict[str, str] = {}
    resource_keys: tuple[str, ...] = ()
    config_schema: str | None = None
    pool: str | None = None
    source: str | None = None


class JobDetail(Record):
    """A job in full, asked for when somebody looks at it.

    Attributes:
        job: the job as it is listed.
        spec: its structure: what planning needs, nested graphs included.
        nodes: the ops and graphs that it uses at any depth, each once.
        config_schema: its run config as JSON schema, in JSON text.
        default_config: its default run config, in JSON text.
        resource_keys: the resources that it takes.
        logger_keys: its loggers.
    """

    job: JobSnapshot
    spec: JobSpec
    nodes: tuple[NodeSnapshot, ...] = ()
    config_schema: str = "{}"
    default_config: str = "{}"
    resource_keys: tuple[str, ...] = ()
    logger_keys: tuple[str, ...] = ()
