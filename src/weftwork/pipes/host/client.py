"""PipesClient: starts processes that report to the step; and what is known of one that has ended."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.definitions.events import AssetCheckResult, MaterializeResult
from weftwork.pipes.host.handler import PipesExecutionResult
from weftwork.pipes.host.session import PipesSession, change_result
from weftwork.pipes.protocol import DagsterPipesError


class PipesClientCompletedInvocation:
    """A process that has ended, and what it reported.

    Args:
        session: its session.
        metadata: added to that of each asset.
    """

    def __init__(self, session: PipesSession, metadata: Mapping[str, Any] | None = None) -> None:
        self._session = session
        self.metadata = metadata or {}

    def get_results(self, *, implicit_materializations: bool = True) -> Sequence[PipesExecutionResult]:
        """Return what the step may yield.

        Args:
            implicit_materializations: whether assets of which nothing was reported count as made.
        """
        return self._session.get_results(
            implicit_materializations=implicit_materializations, metadata=self.metadata
        )

    def get_materialize_result(self, *, implicit_materialization: bool = True) -> MaterializeResult[Any]:
        """Return that the one asset was made, with what was reported of its checks.

        Args:
            implicit_materialization: whether it counts as made where nothing was reported.

        Raises:
            DagsterPipesError: if not exactly one was made.
        """
        results = self.get_results(implicit_materializations=implicit_materialization)
        made = [result for result in results if isinstance(result, MaterializeResult)]
        if len(made) != 1:
            raise DagsterPipesError(
                f"{len(made)} assets were reported as made; get_materialize_result is for one. Use get_results()."
            )
        checks = [result for result in results if isinstance(result, AssetCheckResult)]
        return change_result(made[0], check_results=[*(made[0].check_results or ()), *checks])

    def get_asset_check_result(self) -> AssetCheckResult:
        """Return what was reported of the one check.

        Raises:
            DagsterPipesError: if not exactly one was reported.
        """
        results = self.get_results(implicit_materializations=False)
        checks = [result for result in results if isinstance(result, AssetCheckResult)]
        if len(checks) != 1 or len(results) != 1:
            raise DagsterPipesError(
                f"{len(results)} results were reported, {len(checks)} of checks; get_asset_check_result is for one check alone. "
                f"Use get_results()."
            )
        return checks[0]

    def get_custom_messages(self) -> Sequence[Any]:
        """Return what was reported besides."""
        return self._session.get_custom_messages()


class PipesClient(ABC):
    """Starts processes that report to the step."""

    __weft_configurable_resource__ = True
    """Whether a parameter of this class takes a resource."""

    @abstractmethod
    def run(
        self, *, context: Any, extras: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> PipesClientCompletedInvocation:
        """Start a process and wait for its end.

        Args:
            context: the context of the op.
            extras: what it is told besides.
            **kwargs: what the client takes.
        """
