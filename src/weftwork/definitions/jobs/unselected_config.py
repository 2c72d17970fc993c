"""Run config of a part of a job: entries of ops that were not selected are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.definitions.graphs.graph_definition import GraphDefinition


def keep_known_ops(
    run_config: Mapping[str, Any], whole: GraphDefinition, part: GraphDefinition
) -> dict[str, Any]:
    """Return run config without the entries of ops of ``whole`` that ``part`` does not have.

    Names that neither has are kept: they are errors, which the check of config reports.
    """
    ops = run_config.get("ops")
    return {**run_config, "ops": _keep(ops, whole, part)} if ops else dict(run_config)


def _keep(ops: Mapping[str, Any], whole: GraphDefinition, part: GraphDefinition) -> dict[str, Any]:
    return {
        name: _keep_inside(name, entry, whole, part)
        for name, entry in ops.items()
        if name in part.node_dict or name not in whole.node_dict
    }


def _keep_inside(name: str, entry: Any, whole: GraphDefinition, part: GraphDefinition) -> Any:
    if name not in part.node_dict or not isinstance(entry, Mapping) or not entry.get("ops"):
        return entry
    outer, inner = whole.node_dict[name].definition, part.node_dict[name].definition
    if not isinstance(outer, GraphDefinition) or not isinstance(inner, GraphDefinition):
        return entry
    return {**entry, "ops": _keep(entry["ops"], outer, inner)}
