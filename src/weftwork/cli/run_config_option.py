"""Run config on the command line: YAML or JSON files, merged, and JSON text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.config.text.bounded_yaml import load_yaml


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --config and --config-json."""
    command = click.option("--config-json", metavar="JSON", help="Run config as JSON text.")(command)
    return click.option(
        "--config",
        "-c",
        "config_files",
        multiple=True,
        metavar="FILE",
        help="Run config, a YAML or JSON file; of several, later ones win where they meet.",
    )(command)


def read_run_config(config_files: Sequence[str], config_json: str | None) -> dict[str, Any]:
    """Return the run config that the options give.

    Raises:
        DagsterInvariantViolationError: if a file cannot be read, or something is no mapping.
    """
    merged: dict[str, Any] = {}
    for path in config_files:
        merged = _merge(merged, _require_mapping(_read_file(path), path))
    if config_json is not None:
        import json  # only who gives JSON

        try:
            given = json.loads(config_json)
        except ValueError as error:
            raise DagsterInvariantViolationError(f"--config-json is no JSON: {error}.") from None
        merged = _merge(merged, _require_mapping(given, "--config-json"))
    return merged


def _read_file(path: str) -> Any:
    import yaml  # only who gives a file

    try:
        with open(path, encoding="utf-8") as file:
            return load_yaml(file.read())
    except OSError as error:
        raise DagsterInvariantViolationError(
            f"The config file '{path}' cannot be read: {error.strerror}."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark is not None else path
        problem = getattr(error, "problem", None) or str(error)
        raise DagsterInvariantViolationError(f"{place}: the config file is no YAML: {problem}.") from None


def _require_mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DagsterInvariantViolationError(
            f"{where}: run config is a mapping with keys like ops and resources, not {type(value).__name__}."
        )
    return value


def _merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for key, value in second.items():
        before = merged.get(key)
        merged[key] = _merge(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
