"""How values of builtin types are given in run config: literally, or as the path of a file."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.config.config_type import ConfigType
from weftwork.definitions.types.loader import DagsterTypeLoader, LazyLoader


def scalar_loader(python_type: type) -> DagsterTypeLoader:
    """Return the loader of a scalar: a literal, {value: …}, {json: {path: …}} or {pickle: {path: …}}."""
    return LazyLoader(
        lambda: _scalar_schema(python_type), lambda _context, config: load_described_value(config)
    )


def any_loader() -> DagsterTypeLoader:
    """Return the loader of Any: {value: …}, {json: {path: …}} or {pickle: {path: …}}."""
    return LazyLoader(lambda: _selector(Any), lambda _context, config: load_described_value(config))


def dict_loader() -> DagsterTypeLoader:
    """Return the loader of a dict of anything: the dict itself."""
    return LazyLoader(_permissive, lambda _context, config: config)


def load_described_value(config: Any) -> Any:
    """Return the value that builtin loader config stands for.

    Raises:
        DagsterInvariantViolationError: if a JSON file does not hold an object with the key "value".
    """
    if not isinstance(config, dict) or len(config) != 1:
        return config
    [(kind, given)] = config.items()
    if kind == "value":
        return given
    if kind == "json":
        return _load_json(given["path"])
    if kind == "pickle":
        import pickle  # only where a pickle is asked for

        with open(given["path"], "rb") as file:
            return pickle.load(file)  # noqa: S301 - the user asks for this file in the run's config
    return config


def _load_json(path: str) -> Any:
    import json  # only files of inputs

    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    if not isinstance(document, dict) or "value" not in document:
        raise DagsterInvariantViolationError(
            f'The JSON file {path} must hold an object with the key "value", as in {{"value": 3}}; found {document!r:.100}.'
        )
    return document["value"]


def _selector(value_type: Any) -> ConfigType:
    from weftwork.config.schema import Field, Selector  # a value that comes from an op needs no schema

    file = {"path": Field(str, is_required=True)}
    return Selector({"value": Field(value_type, is_required=True), "json": file, "pickle": file})


def _scalar_schema(python_type: type) -> ConfigType:
    from weftwork.config.containers import ScalarUnion  # a value that comes from an op needs no schema

    return ScalarUnion(python_type, _selector(python_type))


def _permissive() -> ConfigType:
    from weftwork.config.schema import Permissive  # a value that comes from an op needs no schema

    return Permissive()
