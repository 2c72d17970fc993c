"""Pipes, on the side of the process that was started: what a script reports to the step that started it.

The names are loaded on first use, and need the standard library alone. The other side is ``weftwork.pipes.host``.

Example:
    >>> with open_dagster_pipes() as pipes:
    ...     pipes.log.info("loading")
    ...     pipes.report_asset_materialization(metadata={"rows": 3})
"""

from __future__ import annotations

import importlib

_MODULES = {
    "guest.context": "PipesContext open_dagster_pipes",
    "guest.loaders": "PipesCliArgsParamsLoader PipesContextLoader PipesDefaultContextLoader PipesEnvVarParamsLoader PipesMappingParamsLoader PipesParamsLoader",
    "guest.writers": "PipesBlobStoreMessageWriter PipesBlobStoreMessageWriterChannel PipesDefaultMessageWriter PipesFileMessageWriterChannel PipesMessageWriter PipesMessageWriterChannel PipesStreamMessageWriterChannel",
    "protocol": "DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT DAGSTER_PIPES_CONTEXT_ENV_VAR DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT DAGSTER_PIPES_MESSAGES_ENV_VAR DagsterPipesError DagsterPipesWarning PIPES_METADATA_TYPE_INFER PIPES_PROTOCOL_VERSION PIPES_PROTOCOL_VERSION_FIELD decode_env_var decode_param encode_env_var encode_param",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the names are in the table


def __getattr__(name: str) -> object:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'weftwork.pipes' has no attribute '{name}'", name=name)
    found = getattr(importlib.import_module(f"weftwork.pipes.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
