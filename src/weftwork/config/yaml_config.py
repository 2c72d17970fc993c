"""Config from YAML: several documents merged, read safely and within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.config.text.bounded_yaml import load_yaml


def config_from_files(config_files: Sequence[str]) -> Mapping[str, Any]:
    """Return the config in YAML files, merged in order; later files win.

    Args:
        config_files: paths, or patterns such as ``config/*.yaml``.

    Raises:
        DagsterInvariantViolationError: if a pattern matches nothing, or a file is no YAML.

    Example:
        >>> config_from_files(["base.yaml", "prod.yaml"])
    """
    import glob  # only where files are named by pattern
    from pathlib import Path  # not needed by config that is written in Python

    texts: list[tuple[str, str]] = []
    for pattern in _check_texts(config_files, "config_files"):
        names = sorted(glob.glob(str(pattern), recursive=True))
        if not names:
            raise DagsterInvariantViolationError(f"No config file matches '{pattern}' (from {Path.cwd()}).")
        texts.extend((name, Path(name).read_text(encoding="utf-8")) for name in names)
    return _merge_texts(texts)


def config_from_pkg_resources(pkg_resource_defs: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """Return the config in YAML files that are part of Python packages, merged in order; later files win.

    Args:
        pkg_resource_defs: pairs of package name and file name.

    Raises:
        DagsterInvariantViolationError: if a package or file is not there, or a file is no YAML.

    Example:
        >>> config_from_pkg_resources([("my_project.config", "base.yaml")])
    """
    from importlib import resources  # only for config inside packages

    texts: list[tuple[str, str]] = []
    for package, name in pkg_resource_defs:
        try:
            text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
        except (ModuleNotFoundError, FileNotFoundError, OSError, UnicodeDecodeError, TypeError) as error:
            raise DagsterInvariantViolationError(
                f"Config file '{name}' of package '{package}' cannot be read: {error}"
            ) from error
        texts.append((f"{package}:{name}", text))
    return _merge_texts(texts)


def config_from_yaml_strings(yaml_strings: Sequence[str]) -> Mapping[str, Any]:
    """Return the config in YAML texts, merged in order; later texts win.

    Args:
        yaml_strings: the texts.

    Raises:
        DagsterInvariantViolationError: if a text is no YAML.

    Example:
        >>> config_from_yaml_strings(["ops: {a: {config: 1}}", "ops: {b: {config: 2}}"])
        {'ops': {'a': {'config': 1}, 'b': {'config': 2}}}
    """
    texts = _check_texts(yaml_strings, "yaml_strings")
    return _merge_texts((f"text {number}", text) for number, text in enumerate(texts, start=1))


def _check_texts(values: Any, name: str) -> Sequence[str]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence):
        raise CheckError(f"{name} must be a list of texts, not {values!r:.100}.")
    return values


def _merge_texts(texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, text in texts:
        _merge(result, _load(name, text))
    return result


def _load(name: str, text: str) -> dict[str, Any]:
    import yaml  # costs time to load, and only files and texts need it

    try:
        value = load_yaml(text)
    except yaml.YAMLError as error:
        raise DagsterInvariantViolationError(f"Config {name} is no YAML: {error}") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CheckError(
            f"Config {name} must be a dict at its top, not {type(value).__name__}: {value!r:.100}."
        )
    return value


def _merge(target: dict[str, Any], source: Mapping[str, Any]) -> None:
    for key, value in source.items():
        known = target.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            target[key] = merged = dict(known)
            _merge(merged, value)
        else:
            target[key] = value
