"""What runs are asked for in the words of the schema, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.api.actions.dry_run import LaunchCheck
from weftwork.api.actions.launching import LaunchBody
from weftwork.api.catalog.catalog import get_catalog
from weftwork.graphql.assets import read_key
from weftwork.graphql.entry import Asking, Thing, thing
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.keys import AssetKey
from weftwork.records.tags import PARTITION_NAME_TAG

_TYPE_OF_REASON = {
    "RUNTIME_TYPE_MISMATCH": "RuntimeMismatchConfigError",
    "MISSING_REQUIRED_FIELD": "MissingFieldConfigError",
    "MISSING_REQUIRED_FIELDS": "MissingFieldsConfigError",
    "FIELD_NOT_DEFINED": "FieldNotDefinedConfigError",
    "FIELDS_NOT_DEFINED": "FieldsNotDefinedConfigError",
    "SELECTOR_FIELD_ERROR": "SelectorTypeConfigError",
}


def read_tags(raw: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags that are given as a list of keys and values."""
    return {tag["key"]: tag["value"] for tag in raw or ()}


def _read_selected(asking: Asking, raw: Sequence[Mapping[str, Any]] | None) -> list[str] | None:
    """Return selected assets; a single part that holds the separator may mean several parts."""
    if raw is None:
        return None
    catalog = get_catalog(asking.host)
    found = []
    for one in raw:
        key = read_key(one)
        if catalog.find(key) is None and len(key.path) == 1 and "/" in key.path[0]:
            key = AssetKey.from_user_string(key.path[0])
        found.append(key.to_escaped_user_string())
    return found


def read_launch(
    asking: Asking,
    repository: RepositoryIndex,
    name: str,
    selector: Mapping[str, Any],
    config: Any,
    tags: Mapping[str, str] | None = None,
) -> LaunchBody:
    """Return the run that is asked for.

    Args:
        asking: who asks.
        repository: where the job is.
        name: the job.
        selector: what selects the job, and parts of it.
        config: the run config, as data or as text.
        tags: the tags of the run.
    """
    tags = dict(tags or {})
    checks = selector.get("assetCheckSelection")
    return LaunchBody(
        job=name,
        location=repository.location,
        repository=repository.name,
        run_config=dict(config) if isinstance(config, Mapping) else None,
        run_config_text=config if isinstance(config, str) else None,
        tags=tags,
        partition_key=tags.get(PARTITION_NAME_TAG),
        assets=_read_selected(asking, selector.get("assetSelection")),
        checks=[f"{read_key(one['assetKey']).to_escaped_user_string()}:{one['name']}" for one in checks]
        if checks is not None
        else None,
        ops=list(selector["solidSelection"]) if selector.get("solidSelection") else None,
    )


def invalid_config(name: str, check: LaunchCheck) -> Thing:
    """Return the object that says what is wrong with a config."""
    return thing(
        "RunConfigValidationInvalid",
        pipelineName=name,
        errors=[
            thing(
                _TYPE_OF_REASON.get(problem.reason, "RuntimeMismatchConfigError"),
                message=problem.message,
                path=problem.path,
                stack={"entries": [_view_path(part) for part in problem.path]},
                reason=problem.reason if problem.reason in _TYPE_OF_REASON else "RUNTIME_TYPE_MISMATCH",
            )
            for problem in check.problems
        ],
    )


def _view_path(part: str) -> Thing:
    if part.isdigit():
        return thing("EvaluationStackListItemEntry", listIndex=int(part))
    return thing("EvaluationStackPathEntry", fieldName=part)
