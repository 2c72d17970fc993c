"""Jobs: all of them, and one in full with its graph and the schema of its config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from weftwork.api.catalog.detail import PartitionsView, view_partitions
from weftwork.api.host import Host
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import MetadataView, View, view_metadata
from weftwork.instance.configuration.secrets import redact_config
from weftwork.locations.definitions_index import FoundJob
from weftwork.records.runs import RunRecord, RunsFilter
from weftwork.records.snapshots.jobs import JobDetail, NodeSnapshot, PortSnapshot
from weftwork.records.snapshots.requests import JobAddress
from weftwork.records.specs import (
    FromGraphInput,
    FromMany,
    FromOutput,
    GraphSpec,
    InputSource,
    NodeSpec,
)
from weftwork.records.tags import CODE_LOCATION_TAG
from weftwork.serde.record import Record

LATEST_RUNS = 5


class JobQuery(Record):
    """Names a job.

    Attributes:
        name: its name.
        location: its code location; needed where several have such a job.
        repository: its repository.
    """

    name: str
    location: str | None = None
    repository: str | None = None

    @property
    def address(self) -> JobAddress:
        """The job's place in a workspace."""
        return JobAddress(job=self.name, location=self.location, repository=self.repository)


class JobView(View):
    """A job as it is listed.

    Attributes:
        name: its name.
        location: its code location.
        repository: its repository.
        description: text for people, as Markdown.
        tags: its tags.
        owners: who answers for it.
        makes_assets: whether it is a job over assets.
        is_implicit: whether it is the job over all assets, which is always there.
        is_anonymous: whether a schedule or sensor made it for itself.
        asset_count: how many assets it makes.
        partitions: its partitions definition; None if it has none.
        executor: the name of its executor.
        schedules: the schedules that start it.
        sensors: the sensors that may start it.
        latest_runs: its latest runs, newest first.
    """

    name: str
    location: str
    repository: str
    description: str | None
    tags: dict[str, str]
    owners: list[str]
    makes_assets: bool
    is_implicit: bool
    is_anonymous: bool
    asset_count: int
    partitions: PartitionsView | None
    executor: str | None
    schedules: list[str]
    sensors: list[str]
    latest_runs: list[RunView]


class JobList(View):
    """All jobs."""

    jobs: list[JobView]


class EdgeView(View):
    """Where an input of a node comes from.

    Attributes:
        input: the input; empty where the node only waits for the other.
        from_node: the node of the same graph; None where it is an input of the graph.
        from_output: its output, or the input of the graph.
        is_collected: whether the items of a dynamic output are collected to a list.
    """

    input: str
    from_node: str | None
    from_output: str
    is_collected: bool


class GraphNodeView(View):
    """A use of an op or graph.

    Attributes:
        name: its name there.
        definition: the op or graph, see ``definitions``.
        edges: where its inputs come from.
        tags: tags of this use.
        graph: the number of the graph in ``graphs``, if it is one.
        assets: the assets that it makes.
        checks: the checks that it evaluates.
    """

    name: str
    definition: str
    edges: list[EdgeView]
    tags: dict[str, str]
    graph: int | None
    assets: list[str]
    checks: list[str]


class JobGraphView(View):
    """A graph: the first is that of the job, others are nested in it."""

    name: str
    nodes: list[GraphNodeView]
    inputs: list[str]


class PortView(View):
    """An input or output."""

    name: str
    type_name: str
    description: str | None
    is_dynamic: bool
    is_required: bool


class NodeDefinitionView(View):
    """An op or graph.

    Attributes:
        name: its name.
        is_graph: whether it is a graph.
        description: text for people, as Markdown.
        inputs: its inputs.
        outputs: its outputs.
        tags: its tags.
        resource_keys: the resources that it takes.
        config_schema: what config it takes, as JSON schema; None if it takes none.
        pool: the pool that limits how many of its kind run at once.
        source: file and line of its function.
    """

    name: str
    is_graph: bool
    description: str | None
    inputs: list[PortView]
    outputs: list[PortView]
    tags: dict[str, str]
    resource_keys: list[str]
    config_schema: dict[str, Any] | None
    pool: str | None
    source: str | None


class JobReport(View):
    """A job in full.

    Attributes:
        job: the job as it is listed.
        metadata: what its definition tells.
        graphs: its graph, and those nested in it.
        definitions: the ops and graphs that it uses, each once.
        config_schema: its run config as JSON schema.
        default_config: its default run config.
        resource_keys: the resources that it takes.
        logger_keys: its loggers.
        assets: the assets that it makes.
        checks: the checks that it evaluates.
    """

    job: JobView
    metadata: dict[str, MetadataView]
    graphs: list[JobGraphView]
    definitions: list[NodeDefinitionView]
    config_schema: dict[str, Any]
    default_config: dict[str, Any]
    resource_keys: list[str]
    logger_keys: list[str]
    assets: list[str]
    checks: list[str]


def list_jobs(host: Host) -> JobList:
    """Return all jobs."""
    return JobList(jobs=[view_job(host, found) for found in host.workspace.list_jobs()])


def get_job_report(host: Host, query: JobQuery) -> JobReport:
    """Return a job in full.

    Raises:
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterCodeLocationLoadError: if its location has no server.
        DagsterUserCodeProcessError: if user code raised.
    """
    found = host.workspace.get_job(query.address)
    detail = host.workspace.job_detail(_address_of(found))
    return JobReport(
        job=view_job(host, found),
        metadata=view_metadata(found.job.metadata),
        graphs=_view_graphs(detail),
        definitions=[_view_definition(node) for node in detail.nodes],
        config_schema=msgspec.json.decode(detail.config_schema),
        default_config=redact_config(msgspec.json.decode(detail.default_config)),
        resource_keys=list(detail.resource_keys),
        logger_keys=list(detail.logger_keys),
        assets=[key.to_escaped_user_string() for key in found.repository.list_job_assets(found.job)],
        checks=[key.to_user_string() for key in found.repository.list_job_checks(found.job)],
    )


def _address_of(found: FoundJob) -> JobAddress:
    return JobAddress(job=found.job.name, location=found.location, repository=found.repository.name)


def view_job(host: Host, found: FoundJob) -> JobView:
    """Return a job as it is listed."""
    job, snapshot = found.job, found.repository.snapshot
    return JobView(
        name=job.name,
        location=found.location,
        repository=found.repository.name,
        description=job.description,
        tags=job.tags,
        owners=list(job.owners),
        makes_assets=job.makes_assets,
        is_implicit=job.is_implicit,
        is_anonymous=job.is_anonymous,
        asset_count=sum(end - start for start, end in job.assets),
        partitions=view_partitions(found.repository, job.partitions),
        executor=job.executor,
        schedules=[schedule.name for schedule in snapshot.schedules if schedule.job_name == job.name],
        sensors=[sensor.name for sensor in snapshot.sensors if job.name in sensor.job_names],
        latest_runs=[view_run(record) for record in _list_latest_runs(host, found)],
    )


def _list_latest_runs(host: Host, found: FoundJob) -> Sequence[RunRecord]:
    """Return the latest runs of a job; where others are called alike, only those of its code location."""
    name = found.job.name
    alike = sum(name in repository.jobs for index in host.workspace.list_indexes() for repository in index)
    only_here = RunsFilter(job_name=name, tags={CODE_LOCATION_TAG: found.location})
    filters = only_here if alike > 1 else RunsFilter(job_name=name)
    return host.instance.get_run_records(filters, limit=LATEST_RUNS)


def _view_graphs(detail: JobDetail) -> list[JobGraphView]:
    """Return the graphs, each before those nested in it."""
    assets = {spec.node: spec for spec in detail.spec.assets}
    graphs: list[JobGraphView | None] = []

    def add(graph: GraphSpec, *, is_top: bool) -> int:
        number = len(graphs)
        graphs.append(None)
        nodes = []
        for node in graph.nodes:
            inner = node.definition
            spec = assets.get(node.name) if is_top else None
            nodes.append(
                GraphNodeView(
                    name=node.name,
                    definition=inner.name,
                    edges=_view_edges(node),
                    tags=dict(node.tags),
                    graph=add(inner, is_top=False) if isinstance(inner, GraphSpec) else None,
                    assets=[key.to_escaped_user_string() for key in spec.outputs.values()] if spec else [],
                    checks=[key.to_user_string() for key in spec.checks.values()] if spec else [],
                )
            )
        graphs[number] = JobGraphView(name=graph.name, nodes=nodes, inputs=list(graph.inputs))
        return number

    add(detail.spec.graph, is_top=True)
    return [graph for graph in graphs if graph is not None]


def _view_edges(node: NodeSpec) -> list[EdgeView]:
    edges = [edge for name, source in node.inputs.items() for edge in _edges_from(name, source)]
    return [*edges, *(edge for source in node.after for edge in _edges_from("", source))]


def _edges_from(name: str, source: InputSource) -> Sequence[EdgeView]:
    if isinstance(source, FromMany):
        return [edge for inner in source.sources for edge in _edges_from(name, inner)]
    if isinstance(source, FromGraphInput):
        return [EdgeView(input=name, from_node=None, from_output=source.name, is_collected=False)]
    assert isinstance(source, FromOutput)
    return [
        EdgeView(input=name, from_node=source.node, from_output=source.output, is_collected=source.collect)
    ]


def _view_definition(node: NodeSnapshot) -> NodeDefinitionView:
    schema: Mapping[str, Any] | None = msgspec.json.decode(node.config_schema) if node.config_schema else None
    return NodeDefinitionView(
        name=node.name,
        is_graph=node.is_graph,
        description=node.description,
        inputs=[_view_port(port) for port in node.inputs],
        outputs=[_view_port(port) for port in node.outputs],
        tags=node.tags,
        resource_keys=list(node.resource_keys),
        config_schema=dict(schema) if schema is not None else None,
        pool=node.pool,
        source=node.source,
    )


def _view_port(port: PortSnapshot) -> PortView:
    return PortView(
        name=port.name,
        type_name=port.type_name,
        description=port.description,
        is_dynamic=port.is_dynamic,
        is_required=port.is_required,
    )
