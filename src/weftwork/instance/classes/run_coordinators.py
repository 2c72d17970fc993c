"""Run coordinators: what becomes of a run that is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from weftwork.base.errors import CheckError, ParameterCheckError
from weftwork.instance.classes.configured import ConfigurableClassData, ConfiguredClass

if TYPE_CHECKING:
    from weftwork.records.runs import DagsterRun

DEFAULT_MAX_RUNS = 10
_NUMBERS = (
    "max_concurrent_runs", "dequeue_interval_seconds", "dequeue_num_workers", "max_user_code_failure_retries",
    "user_code_failure_retry_delay",
)  # fmt: skip


class SubmitRunContext(NamedTuple):
    """What a run coordinator is asked for.

    Attributes:
        dagster_run: the run.
        workspace: where its code is known; None where that is recorded with the run.
    """

    dagster_run: DagsterRun
    workspace: Any = None

    def get_request_header(self, key: str) -> str | None:
        """Return a header of the web request that asked for the run; None where there is none."""
        find = getattr(self.workspace, "get_request_header", None)
        return find(key) if find is not None else None


class RunQueueConfig(NamedTuple):
    """How runs are taken from the queue.

    Attributes:
        max_concurrent_runs: how many may be under way at once; -1 for any number.
        tag_concurrency_limits: limits of those with a tag: ``key``, ``limit`` and maybe ``value``.
        max_user_code_failure_retries: how often a launch is tried again whose code could not be reached.
        user_code_failure_retry_delay: after how many seconds.
        should_block_op_concurrency_limited_runs: whether runs wait whose steps would all wait for pools.
        op_concurrency_slot_buffer: how many of those are let go nevertheless.
    """

    max_concurrent_runs: int = DEFAULT_MAX_RUNS
    tag_concurrency_limits: Sequence[Mapping[str, Any]] = ()
    max_user_code_failure_retries: int = 0
    user_code_failure_retry_delay: int = 60
    should_block_op_concurrency_limited_runs: bool = True
    op_concurrency_slot_buffer: int = 0


class RunCoordinator(ConfiguredClass):
    """Decides what becomes of a run that is submitted. See ``ConfiguredClass`` for the parameters."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Take a run in and return it as it stands then."""
        raise NotImplementedError

    def cancel_run(self, run_id: str) -> bool:
        """Ask a run to end; False if it has ended already."""
        is_asked: bool = self._instance.cancel_run(run_id)
        return is_asked


class DefaultRunCoordinator(RunCoordinator):
    """Launches each run at once."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Launch a run; see ``DagsterInstance.launch_run`` for what is raised."""
        launched: DagsterRun = self._instance.launch_run(context.dagster_run.run_id, context.workspace)
        return launched


class QueuedRunCoordinator(RunCoordinator):
    """Queues runs; each is launched as soon as the limits let it.

    A class of your own that derives from it, named under ``run_coordinator`` in dagster.yaml, may look at each run
    that is submitted, and tag it, before it calls ``super().submit_run(context)``.

    Args:
        max_concurrent_runs: how many runs may be under way at once (default 10); -1 for any number.
        tag_concurrency_limits: limits of those with a tag: ``key``, ``limit`` and maybe ``value``.
        dequeue_interval_seconds: how often the queue is looked at where nothing tells of a change (default 5).
        dequeue_use_threads: whether several runs are launched at the same time (default False).
        dequeue_num_workers: how many at most.
        max_user_code_failure_retries: how often a launch is tried again whose code could not be reached (default 0).
        user_code_failure_retry_delay: after how many seconds (default 60).
        block_op_concurrency_limited_runs: ``enabled`` and ``op_concurrency_slot_buffer``: see ``RunQueueConfig``.
        inst_data: the block that names it.

    Raises:
        ParameterCheckError: if a number is of another kind, or a limit of a tag is incomplete.

    Example:
        >>> class OwnedRuns(QueuedRunCoordinator):
        ...     def submit_run(self, context):
        ...         self._instance.add_run_tags(context.dagster_run.run_id, {"owner": "data"})
        ...         return super().submit_run(context)
    """

    def __init__(
        self,
        max_concurrent_runs: int | None = None,
        tag_concurrency_limits: Sequence[Mapping[str, Any]] | None = None,
        dequeue_interval_seconds: int | None = None,
        dequeue_use_threads: bool | None = None,
        dequeue_num_workers: int | None = None,
        max_user_code_failure_retries: int | None = None,
        user_code_failure_retry_delay: int | None = None,
        block_op_concurrency_limited_runs: Mapping[str, Any] | None = None,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        super().__init__(inst_data)
        given = (
            max_concurrent_runs, dequeue_interval_seconds, dequeue_num_workers, max_user_code_failure_retries,
            user_code_failure_retry_delay,
        )  # fmt: skip
        for name, number in zip(_NUMBERS, given, strict=True):
            if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
                raise ParameterCheckError(f"{name} is a whole number, not {number!r:.100}.")
        if max_concurrent_runs is not None and max_concurrent_runs < -1:
            raise CheckError(
                f"max_concurrent_runs is a number of runs, or -1 for any number, not {max_concurrent_runs}."
            )
        for limit in tag_concurrency_limits or ():
            if (
                not isinstance(limit, Mapping)
                or "key" not in limit
                or not isinstance(limit.get("limit"), int)
            ):
                raise ParameterCheckError(
                    f"A limit of a tag has a 'key' and a 'limit' (and maybe a 'value'), not {limit!r:.100}."
                )
        blocks = block_op_concurrency_limited_runs or {}
        self._queue = RunQueueConfig(
            max_concurrent_runs=DEFAULT_MAX_RUNS if max_concurrent_runs is None else max_concurrent_runs,
            tag_concurrency_limits=list(tag_concurrency_limits or ()),
            max_user_code_failure_retries=max_user_code_failure_retries or 0,
            user_code_failure_retry_delay=60
            if user_code_failure_retry_delay is None
            else user_code_failure_retry_delay,
            should_block_op_concurrency_limited_runs=bool(blocks.get("enabled", True)),
            op_concurrency_slot_buffer=int(blocks.get("op_concurrency_slot_buffer", 0)),
        )
        self._interval_s = 5 if dequeue_interval_seconds is None else dequeue_interval_seconds
        self._use_threads, self._num_workers = bool(dequeue_use_threads), dequeue_num_workers

    @classmethod
    def config_type(cls) -> Any:
        """Return the schema of its ``config``, as a dict of fields; see the parameters of the class."""
        from weftwork.config.containers import Array, Noneable  # only with a class of the user
        from weftwork.config.schema import Field, Permissive  # see above
        from weftwork.config.sources import IntSource  # see above

        fields: dict[str, Any] = {name: Field(IntSource, is_required=False) for name in _NUMBERS}
        return {
            **fields,
            "dequeue_use_threads": Field(bool, is_required=False),
            "tag_concurrency_limits": Field(Noneable(Array(Permissive())), is_required=False),
            "block_op_concurrency_limited_runs": Field(Permissive(), is_required=False),
        }

    def get_run_queue_config(self) -> RunQueueConfig:
        """Return how runs are taken from the queue."""
        return self._queue

    @property
    def dequeue_interval_seconds(self) -> int:
        """How often the queue is looked at where nothing tells of a change."""
        return self._interval_s

    @property
    def dequeue_use_threads(self) -> bool:
        """Whether several runs are launched at the same time."""
        return self._use_threads

    @property
    def dequeue_num_workers(self) -> int | None:
        """How many runs are launched at the same time at most; None for no limit."""
        return self._num_workers

    @property
    def should_block_op_concurrency_limited_runs(self) -> bool:
        """Whether runs wait whose steps would all wait for pools."""
        return self._queue.should_block_op_concurrency_limited_runs

    @property
    def op_concurrency_slot_buffer(self) -> int:
        """How many runs are let go although their steps would wait."""
        return self._queue.op_concurrency_slot_buffer

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Queue a run; see ``DagsterInstance.submit_run`` for what is raised."""
        queued: DagsterRun = self._instance.enqueue_run(context.dagster_run.run_id)
        return queued
