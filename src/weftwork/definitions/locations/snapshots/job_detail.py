"""One job in full: structure, ops, config schema."""

from __future__ import annotations

from typing import Any

from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.locations.snapshots.assets import source_of_node
from weftwork.definitions.locations.snapshots.jobs import JobExporter, describe_config
from weftwork.definitions.locations.snapshots.tables import SharedTables
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.run_config.json_schema import config_json_schema
from weftwork.records.snapshots.jobs import JobDetail, NodeSnapshot, PortSnapshot
from weftwork.serde import encode


def export_job_detail(repository: RepositoryDefinition, job_name: str) -> JobDetail:
    """Return a job in full.

    The numbers in its ``job`` (partitions, condition) are those of no table: look them up in the repository's snapshot.

    Raises:
        DagsterInvariantViolationError: if there is no such job.
    """
    job: JobDefinition = repository.get_job(job_name)
    exporter = JobExporter(repository, repository.catalog, SharedTables())
    return JobDetail(
        job=exporter.export(job).replace(partitions=None, condition=None),
        spec=job.spec,
        nodes=tuple(_export_node(node) for node in job.all_node_defs),
        config_schema=to_json_text(config_json_schema(job)),
        default_config=to_json_text(describe_config(job.default_run_config)),
        resource_keys=tuple(sorted(job.required_resource_keys)),
        logger_keys=tuple(sorted(job.loggers)),
    )


def _export_node(node: Any) -> NodeSnapshot:
    is_graph = node.is_graph
    mapping = node.config_mapping if is_graph else None
    takes_config = mapping is not None if is_graph else node.config_field is not None
    return NodeSnapshot(
        name=node.name, is_graph=is_graph, description=node.description,
        inputs=tuple(_export_port(port) for port in node.input_defs),
        outputs=tuple(_export_port(port) for port in node.output_defs), tags=dict(node.tags),
        resource_keys=() if is_graph else tuple(sorted(node.required_resource_keys)),
        config_schema=to_json_text(config_json_schema(mapping if is_graph else node)) if takes_config else None,
        pool=None if is_graph else node.pool, source=source_of_node(node),
    )  # fmt: skip


def _export_port(port: Any) -> PortSnapshot:
    return PortSnapshot(
        name=port.name,
        type_name="Any" if port.written_type is NO_VALUE else port.dagster_type.display_name,
        description=port.description,
        is_dynamic=bool(getattr(port, "is_dynamic", False)),
        is_required=bool(getattr(port, "is_required", True))
        and not getattr(port, "has_default_value", False),
    )


def to_json_text(value: Any) -> str:
    """Return plain data as JSON text; what has no JSON form as its representation."""
    try:
        return encode(value).decode()
    except (TypeError, ValueError):
        return encode(describe_config(value)).decode()
