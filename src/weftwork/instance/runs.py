"""Runs: creating, finding, tagging, deleting, and reporting how they ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from weftwork.base.errors import DagsterRunNotFoundError
from weftwork.base.ids import new_id
from weftwork.instance.events import EventMethods
from weftwork.records.event_data import JobFailureData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.runs import DagsterRun, DagsterRunStatus, RunHeader, RunRecord, RunsFilter
from weftwork.records.tags import PARENT_RUN_ID_TAG, ROOT_RUN_ID_TAG, normalize_tags

if TYPE_CHECKING:
    from weftwork.instance.run_stats import DagsterRunStatsSnapshot, RunStepKeyStatsSnapshot
    from weftwork.records.control.backfills import Backfill, BackfillStatus
    from weftwork.records.events import EventLogEntry


class NamedJob(Protocol):
    """What is asked of a job here."""

    @property
    def name(self) -> str:
        """Its name."""
        ...


class HasStatus(Protocol):
    """What is asked of a run here."""

    @property
    def status(self) -> DagsterRunStatus:
        """Its state."""
        ...


_Found = TypeVar("_Found")


class RunMethods(EventMethods):
    """What an instance does with runs."""

    def create_run(
        self,
        *,
        job_name: str,
        run_id: str | None = None,
        run_config: Mapping[str, object] | None = None,
        status: DagsterRunStatus | None = None,
        tags: Mapping[str, Any] | None = None,
        root_run_id: str | None = None,
        parent_run_id: str | None = None,
        step_keys_to_execute: Sequence[str] | None = None,
        asset_selection: Set[AssetKey] | None = None,
        asset_check_selection: Set[AssetCheckKey] | None = None,
        resolved_op_selection: Set[str] | None = None,
        op_selection: Sequence[str] | None = None,
        **_snapshots: Any,
    ) -> DagsterRun:
        """Create a run and add it.

        Args:
            job_name: the job.
            run_id: its id; None for a new one.
            run_config: the config it runs with.
            status: its state (default NOT_STARTED).
            tags: its tags; the ids of the runs it repeats are added.
            root_run_id: the first of the runs that it repeats.
            parent_run_id: the run that it repeats.
            step_keys_to_execute: the steps it is restricted to.
            asset_selection: the assets it is restricted to.
            asset_check_selection: the checks it is restricted to.
            resolved_op_selection: the ops that its selection stands for.
            op_selection: the selection queries it is restricted to.

        Returns:
            The run.

        Raises:
            DagsterRunAlreadyExists: if there is a run of that id.
        """
        lineage = {ROOT_RUN_ID_TAG: root_run_id, PARENT_RUN_ID_TAG: parent_run_id}
        run = DagsterRun(
            job_name=job_name,
            run_id=run_id or new_id(),
            run_config=dict(run_config or {}),
            status=status or DagsterRunStatus.NOT_STARTED,
            tags={
                **normalize_tags(tags, "the run"),
                **{key: value for key, value in lineage.items() if value},
            },
            root_run_id=root_run_id,
            parent_run_id=parent_run_id,
            step_keys_to_execute=_list(step_keys_to_execute),
            asset_selection=frozenset(asset_selection) if asset_selection is not None else None,
            asset_check_selection=frozenset(asset_check_selection)
            if asset_check_selection is not None
            else None,
            resolved_op_selection=sorted(resolved_op_selection)
            if resolved_op_selection is not None
            else None,
            op_selection=_list(op_selection),
        )
        return self.add_run(run)

    def create_run_for_job(
        self,
        job_def: NamedJob,
        execution_plan: Any = None,
        run_id: str | None = None,
        run_config: Mapping[str, object] | None = None,
        resolved_op_selection: Set[str] | None = None,
        status: DagsterRunStatus | str | None = None,
        tags: Mapping[str, str] | None = None,
        root_run_id: str | None = None,
        parent_run_id: str | None = None,
        op_selection: Sequence[str] | None = None,
        asset_selection: Set[AssetKey] | None = None,
        **_origins: Any,
    ) -> DagsterRun:
        """Create a run of a job and add it; see ``create_run`` for the parameters."""
        return self.create_run(
            job_name=job_def.name,
            run_id=run_id,
            run_config=run_config,
            status=DagsterRunStatus(status) if isinstance(status, str) else status,
            tags=tags,
            root_run_id=root_run_id,
            parent_run_id=parent_run_id,
            asset_selection=asset_selection,
            resolved_op_selection=resolved_op_selection,
            op_selection=op_selection,
        )

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Add a run and return it.

        Raises:
            DagsterRunAlreadyExists: if there is a run of that id.
        """
        self._store.add_run(dagster_run, self._clock.now())
        return dagster_run

    def add_run_copy(self, record: RunRecord, entries: Sequence[EventLogEntry]) -> None:
        """Add a run that was recorded elsewhere, with its log; what is known of assets stays as it is.

        Args:
            record: the run with its times.
            entries: its log, oldest first.

        Raises:
            DagsterRunAlreadyExists: if there is a run of that id.
        """
        self._tables.add_run_copy(record, entries)

    def has_run(self, run_id: str) -> bool:
        """Return whether there is a run of that id."""
        return self._store.find_run(run_id) is not None

    def _read_runs(
        self, read: Callable[[], _Found], list_runs: Callable[[_Found], Iterable[HasStatus]]
    ) -> _Found:
        """Return what is read of runs, as it is in truth; see ``instance.launch.reading``."""
        return read()

    def get_run_by_id(self, run_id: str) -> DagsterRun | None:
        """Return the run of that id, or None."""
        return self._read_runs(lambda: self._store.find_run(run_id), lambda run: (run,) if run else ())

    def get_run_record_by_id(self, run_id: str) -> RunRecord | None:
        """Return the run of that id with what the store knows of it, or None."""
        return self._read_runs(
            lambda: self._tables.runs.find(run_id), lambda record: (record.dagster_run,) if record else ()
        )

    def get_runs(
        self,
        filters: RunsFilter | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        bucket_by: Any = None,
        ascending: bool = False,
    ) -> Sequence[DagsterRun]:
        """Return runs, newest first.

        Args:
            filters: the conditions; None for all runs.
            cursor: the id of the last run of the page before.
            limit: how many at most.
            bucket_by: accepted for compatibility.
            ascending: whether the oldest come first.
        """
        table = self._tables.runs
        records = self._read_runs(
            lambda: table.list(filters, cursor=cursor, limit=limit, ascending=ascending), _runs_of
        )
        return [record.dagster_run for record in records]

    def get_run_records(
        self,
        filters: RunsFilter | None = None,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | None = None,
        bucket_by: Any = None,
    ) -> Sequence[RunRecord]:
        """Return runs with what the store knows of them, newest first.

        Args:
            filters: the conditions; None for all runs.
            limit: how many at most.
            order_by: "id", "create_timestamp", "update_timestamp", "start_time" or "end_time".
            ascending: whether the oldest come first.
            cursor: the id of the last run of the page before.
            bucket_by: accepted for compatibility.
        """
        table = self._tables.runs
        return self._read_runs(
            lambda: table.list(filters, cursor=cursor, limit=limit, ascending=ascending, order_by=order_by),
            _runs_of,
        )

    def list_run_headers(self, filters: RunsFilter | None, *, limit: int) -> Sequence[RunHeader]:
        """Return runs without what they were asked to do, newest first.

        Args:
            filters: the conditions; None for all runs.
            limit: how many at most.
        """
        return self._read_runs(
            lambda: self._tables.runs.list_headers(filters, limit=limit), lambda found: found
        )

    def get_run_ids(
        self, filters: RunsFilter | None = None, cursor: str | None = None, limit: int | None = None
    ) -> Sequence[str]:
        """Return the ids of runs, newest first."""
        return self._tables.runs.list_ids(filters, cursor=cursor, limit=limit)

    def list_run_ids_with_prefix(self, prefix: str, limit: int) -> Sequence[str]:
        """Return the ids of runs that begin with a text, newest first."""
        return self._tables.runs.list_ids_with_prefix(prefix, limit=limit)

    def get_runs_count(self, filters: RunsFilter | None = None) -> int:
        """Return how many runs there are."""
        return self._tables.runs.count(filters)

    def get_run_group(self, run_id: str) -> tuple[str, Sequence[DagsterRun]]:
        """Return the id of the first run that a run repeats, and all runs that repeat that one.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
        """
        run = self._get_run(run_id)
        root_run_id = run.root_run_id or run_id
        return root_run_id, [record.dagster_run for record in self._tables.runs.list_group(root_run_id)]

    def get_run_tag_keys(self) -> Sequence[str]:
        """Return the keys of the tags that runs have."""
        return self._tables.runs.list_tag_keys()

    def get_run_tags(
        self, tag_keys: Sequence[str], value_prefix: str | None = None, limit: int | None = None
    ) -> Sequence[tuple[str, set[str]]]:
        """Return the values of the tags of runs, by key."""
        return self._tables.runs.list_tags(tag_keys, value_prefix=value_prefix, limit=limit)

    def add_run_tags(self, run_id: str, new_tags: Mapping[str, str]) -> None:
        """Add tags to a run, replacing those of the same key.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
        """
        self._store.add_run_tags(run_id, normalize_tags(new_tags, "the run"), self._clock.now())

    def delete_run(self, run_id: str) -> None:
        """Delete a run and its log; what it made of assets stays known."""
        self._store.delete_run(run_id)

    def get_run_stats(self, run_id: str) -> DagsterRunStatsSnapshot:
        """Return how many steps and materializations a run had, and when it started and ended."""
        from weftwork.instance.run_stats import build_run_stats  # only who asks loads it

        return build_run_stats(run_id, self.all_logs(run_id))

    def get_run_step_stats(
        self, run_id: str, step_keys: Sequence[str] | None = None
    ) -> Sequence[RunStepKeyStatsSnapshot]:
        """Return the state, the times and the attempts of the steps of a run."""
        from weftwork.instance.run_stats import build_step_stats  # only who asks loads it

        return build_step_stats(run_id, self.all_logs(run_id), step_keys)

    def report_run_canceling(self, run: DagsterRun, message: str | None = None) -> None:
        """Record that a run is being canceled."""
        self._report_run(run, DagsterEventType.RUN_CANCELING, message)

    def report_run_canceled(self, dagster_run: DagsterRun, message: str | None = None) -> DagsterEvent:
        """Record that a run was canceled, and return the event."""
        return self._report_run(dagster_run, DagsterEventType.RUN_CANCELED, message)

    def report_run_failed(
        self,
        dagster_run: DagsterRun,
        message: str | None = None,
        job_failure_data: JobFailureData | None = None,
    ) -> DagsterEvent:
        """Record that a run failed, and return the event.

        Args:
            dagster_run: the run.
            message: why.
            job_failure_data: why, as data.
        """
        return self._report_run(dagster_run, DagsterEventType.RUN_FAILURE, message, job_failure_data)

    def handle_run_event(self, run_id: str, event: DagsterEvent, update_timestamp: Any = None) -> None:
        """Move a run to the state that an event tells, and record the event; see ``report_dagster_event``.

        Args:
            run_id: the run.
            event: the event.
            update_timestamp: when it happened, an instant; None for the time of the event.
        """
        happened = update_timestamp.timestamp() if update_timestamp is not None else None
        self.report_dagster_event(event, run_id, timestamp=happened)

    def get_backfill(self, backfill_id: str) -> Backfill | None:
        """Return the backfill of that id, or None."""
        return self.backfills.find(backfill_id)

    def get_backfills(
        self, cursor: str | None = None, limit: int | None = None, status: BackfillStatus | None = None
    ) -> Sequence[Backfill]:
        """Return backfills, newest first.

        Args:
            cursor: the id of the last backfill of the page before.
            limit: how many at most.
            status: only those in this state.
        """
        statuses = [status] if status is not None else None
        return self.backfills.list(statuses=statuses, cursor=cursor, limit=limit)

    def get_backfills_count(self) -> int:
        """Return how many backfills there are."""
        return self.backfills.count()

    def _report_run(
        self, run: DagsterRun, kind: DagsterEventType, message: str | None, data: JobFailureData | None = None
    ) -> DagsterEvent:
        event = DagsterEvent(
            event_type_value=kind.value,
            job_name=run.job_name,
            event_specific_data=data,
            text=message,
            timestamp=self._clock.now(),
        )
        self._record(run.run_id, event)
        return event

    def _get_run(self, run_id: str) -> DagsterRun:
        run = self._store.find_run(run_id)
        if run is None:
            raise DagsterRunNotFoundError(f"There is no run with id {run_id}.", invalid_run_id=run_id)
        return run


def _list(values: Sequence[str] | None) -> list[str] | None:
    return list(values) if values is not None else None


def _runs_of(records: Sequence[RunRecord]) -> Iterable[DagsterRun]:
    return (record.dagster_run for record in records)
