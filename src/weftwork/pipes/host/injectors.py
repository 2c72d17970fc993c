"""How the started process gets the context: in a file, or in its environment."""

from __future__ import annotations

import json
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class PipesContextInjector(ABC):
    """Puts the context where the started process finds it."""

    @abstractmethod
    def inject_context(self, context_data: Mapping[str, Any]) -> Any:
        """Return a context manager that gives the parameters which lead to the context.

        Args:
            context_data: the context.
        """

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """Return where the context was put, for the message that nothing was reported."""


class PipesEnvContextInjector(PipesContextInjector):
    """Puts the context into the environment of the process."""

    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the context itself.

        Args:
            context_data: the context.
        """
        yield {"data": dict(context_data)}

    def no_messages_debug_text(self) -> str:
        """Return where the context was put."""
        return "The context was in the environment of the process."


class PipesFileContextInjector(PipesContextInjector):
    """Puts the context into a file, which is taken away afterwards.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the path.

        Args:
            context_data: the context.
        """
        try:
            with open(self._path, "w", encoding="utf-8") as file:
                json.dump(context_data, file)
            yield {"path": self._path}
        finally:
            if os.path.exists(self._path):
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        """Return where the context was put."""
        return f"The context was in the file {self._path}."


class PipesTempFileContextInjector(PipesContextInjector):
    """Puts the context into a temporary file."""

    @contextmanager
    def inject_context(self, context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the path.

        Args:
            context: the context.
        """
        with (
            tempfile.TemporaryDirectory(prefix="weftwork-pipes-") as folder,
            PipesFileContextInjector(os.path.join(folder, "context")).inject_context(context) as params,
        ):
            yield params

    def no_messages_debug_text(self) -> str:
        """Return where the context was put."""
        return "The context was in a temporary file."
