"""Where the started process finds the parameters of its pipe, and what they lead to."""

from __future__ import annotations

import argparse
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from weftwork.pipes.protocol import (
    DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT,
    DAGSTER_PIPES_CONTEXT_ENV_VAR,
    DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT,
    DAGSTER_PIPES_MESSAGES_ENV_VAR,
    DagsterPipesError,
    decode_param,
)


class PipesParamsLoader(ABC):
    """Finds the parameters of the pipe."""

    @abstractmethod
    def is_dagster_pipes_process(self) -> bool:
        """Return whether there are any: whether the process was started through pipes."""

    @abstractmethod
    def load_context_params(self) -> Mapping[str, Any]:
        """Return what leads to the context."""

    @abstractmethod
    def load_messages_params(self) -> Mapping[str, Any]:
        """Return what leads to where messages go."""


class PipesMappingParamsLoader(PipesParamsLoader):
    """Finds the parameters in a mapping.

    Args:
        mapping: the names of environment variables to their values.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = mapping

    def is_dagster_pipes_process(self) -> bool:
        """Return whether the mapping has them."""
        return DAGSTER_PIPES_CONTEXT_ENV_VAR in self._mapping

    def load_context_params(self) -> Mapping[str, Any]:
        """Return what leads to the context."""
        return self._load(DAGSTER_PIPES_CONTEXT_ENV_VAR)

    def load_messages_params(self) -> Mapping[str, Any]:
        """Return what leads to where messages go."""
        return self._load(DAGSTER_PIPES_MESSAGES_ENV_VAR)

    def _load(self, name: str) -> Mapping[str, Any]:
        if name not in self._mapping:
            raise DagsterPipesError(f"{name} is not set: this process was not started through pipes.")
        found: Mapping[str, Any] = decode_param(self._mapping[name])
        return found


class PipesEnvVarParamsLoader(PipesMappingParamsLoader):
    """Finds the parameters in the environment."""

    def __init__(self) -> None:
        super().__init__(os.environ)


class PipesCliArgsParamsLoader(PipesMappingParamsLoader):
    """Finds the parameters in the arguments of the program."""

    def __init__(self) -> None:
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        parser.add_argument(DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT, dest=DAGSTER_PIPES_CONTEXT_ENV_VAR)
        parser.add_argument(DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT, dest=DAGSTER_PIPES_MESSAGES_ENV_VAR)
        known, _ = parser.parse_known_args()
        super().__init__({name: value for name, value in vars(known).items() if value is not None})


class PipesContextLoader(ABC):
    """Loads the context that the starting side gave."""

    @abstractmethod
    def load_context(self, params: Mapping[str, Any]) -> Any:
        """Return a context manager that gives the context.

        Args:
            params: what leads to it.
        """


class PipesDefaultContextLoader(PipesContextLoader):
    """Loads the context from a file, or takes it as the parameters have it."""

    @contextmanager
    def load_context(self, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the context.

        Args:
            params: ``path``, or ``data``.

        Raises:
            DagsterPipesError: if there is neither.
        """
        if "path" in params:
            with open(params["path"], encoding="utf-8") as file:
                yield json.load(file)
        elif "data" in params:
            yield params["data"]
        else:
            raise DagsterPipesError(
                f"The parameters of the context have neither 'path' nor 'data': {dict(params)!r:.200}."
            )
