"""Events: recording them, reading the logs of runs, and finding events over all runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvariantViolationError, ParameterCheckError
from weftwork.base.lifecycle import former, marked
from weftwork.instance.parts import InstanceParts
from weftwork.instance.recorder import Recorder
from weftwork.instance.watchers import Callback, only_events
from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.event_data import (
    AssetObservationData,
    EngineEventData,
    EventData,
    StepMaterializationData,
)
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry, EventLogRecord, EventRecordsResult
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.storage.tables.event_rows import LogItem

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.records.lookups.filters import (
        AssetRecordsFilter,
        EventRecordsFilter,
        RunStatusChangeRecordsFilter,
    )
    from weftwork.records.lookups.pages import EventHeader, EventLogConnection, StepMark


MAX_PAGE = 10_000
OfType = DagsterEventType | Collection[DagsterEventType] | None


class EventMethods(InstanceParts):
    """What an instance does with events."""

    def open_recorder(
        self, run: DagsterRun, job_name: str | None = None, lease: Lease | None = None
    ) -> Recorder:
        """Return what the driver of a run records its events with; the run was added before.

        Args:
            run: the run.
            job_name: its job, for readers of the calling code.
            lease: the lease of the run that its process holds; what is recorded after somebody else has taken
                it over is refused.
        """
        return Recorder(self._store, run.run_id, self._watchers, self._clock, lease, self.meet_absence)

    def all_logs(self, run_id: str, of_type: OfType = None) -> list[EventLogEntry]:
        """Return the log of a run, oldest first.

        Args:
            run_id: the run; empty for what happened outside runs.
            of_type: only events of this kind, or of these kinds.
        """
        from weftwork.records.lookups.pages import entries_of  # only who asks loads it

        return entries_of(self._tables.events.list_of_run(run_id, kinds=_kinds(of_type)))

    def logs_after(
        self, run_id: str, cursor: int | None = None, of_type: OfType = None, limit: int | None = None
    ) -> list[EventLogEntry]:
        """Return the log of a run from after a storage id, oldest first."""
        from weftwork.records.lookups.pages import entries_of  # only who asks loads it

        return entries_of(
            self._tables.events.list_of_run(run_id, kinds=_kinds(of_type), after_id=cursor, limit=limit)
        )

    def list_event_headers(self, after_id: int, *, limit: int) -> Sequence[EventHeader]:
        """Return what the events and lines of all runs after a storage id are about, oldest first."""
        return self._tables.events.list_headers(after_id, limit=limit)

    def list_step_marks(self, run_ids: Sequence[str], of_type: OfType) -> Sequence[StepMark]:
        """Return when events of steps happened in runs, oldest first, without reading what they tell."""
        return self._tables.events.list_step_marks(run_ids, _kinds(of_type) or ())

    def list_first_of_runs(self, run_ids: Sequence[str], kind: DagsterEventType) -> Sequence[EventLogRecord]:
        """Return the first event of a kind of each of these runs that has one."""
        return self._tables.events.list_first_of_runs(run_ids, kind)

    def get_records_for_run(
        self,
        run_id: str,
        cursor: str | None = None,
        of_type: OfType = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> EventLogConnection:
        """Return a page of the log of a run.

        Args:
            run_id: the run.
            cursor: the cursor of the page before.
            of_type: only events of this kind, or of these kinds.
            limit: how many at most.
            ascending: whether the oldest come first.
        """
        from weftwork.records.lookups.pages import EventLogConnection  # only who asks loads it

        after_id = _parse_cursor(cursor)
        asked = None if limit is None else limit + 1
        records = self._tables.events.list_of_run(
            run_id, kinds=_kinds(of_type), after_id=after_id, limit=asked, ascending=ascending
        )
        return EventLogConnection(*_page(records, limit, cursor))

    @marked(
        "DagsterInstance.get_event_records",
        former("Use fetch_materializations, fetch_observations or get_records_for_run."),
    )
    def get_event_records(
        self, event_records_filter: EventRecordsFilter, limit: int | None = None, ascending: bool = False
    ) -> list[EventLogRecord]:
        """Return events over all runs, newest first.

        Args:
            event_records_filter: the conditions.
            limit: how many at most.
            ascending: whether the oldest come first.
        """
        from weftwork.records.lookups.filters import EventRecordsFilter  # only who asks loads it

        if not isinstance(event_records_filter, EventRecordsFilter):
            raise ParameterCheckError(f"Expected an EventRecordsFilter, not {event_records_filter!r}.")
        return self._tables.events.list(event_records_filter, limit=limit, ascending=ascending)

    def fetch_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Return a page of the materializations of an asset, newest first.

        Args:
            records_filter: the asset, or conditions.
            limit: how many at most (up to 10,000).
            cursor: the cursor of the page before.
            ascending: whether the oldest come first.
        """
        return self._fetch(DagsterEventType.ASSET_MATERIALIZATION, records_filter, limit, cursor, ascending)

    def fetch_observations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Return a page of the observations of an asset; see ``fetch_materializations``."""
        return self._fetch(DagsterEventType.ASSET_OBSERVATION, records_filter, limit, cursor, ascending)

    def fetch_failed_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Return a page of the failures to make an asset; see ``fetch_materializations``."""
        return self._fetch(
            DagsterEventType.ASSET_FAILED_TO_MATERIALIZE, records_filter, limit, cursor, ascending
        )

    @marked("DagsterInstance.fetch_planned_materializations", former("Use get_records_for_run."))
    def fetch_planned_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Return a page of the plans to make an asset; see ``fetch_materializations``."""
        return self._fetch(
            DagsterEventType.ASSET_MATERIALIZATION_PLANNED, records_filter, limit, cursor, ascending
        )

    def fetch_run_status_changes(
        self,
        records_filter: DagsterEventType | RunStatusChangeRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Return a page of the changes of the states of runs, newest first.

        Args:
            records_filter: the kind of change, or conditions.
            limit: how many at most (up to 10,000).
            cursor: the cursor of the page before.
            ascending: whether the oldest come first.
        """
        from weftwork.records.lookups.filters import RunStatusChangeRecordsFilter  # only who asks loads it

        if isinstance(records_filter, DagsterEventType):
            records_filter = RunStatusChangeRecordsFilter(records_filter)
        if not isinstance(records_filter, RunStatusChangeRecordsFilter):
            raise ParameterCheckError(
                f"Expected a kind of run event or a filter of them, not {records_filter!r}."
            )
        conditions = records_filter.to_event_records_filter_without_job_names(cursor, ascending)
        return self._fetch_page(conditions, limit, cursor, ascending, records_filter.job_names)

    def _fetch(
        self,
        kind: DagsterEventType,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None,
        ascending: bool,
    ) -> EventRecordsResult:
        from weftwork.records.lookups.filters import AssetRecordsFilter  # only who asks loads it

        if not isinstance(records_filter, AssetRecordsFilter):
            records_filter = AssetRecordsFilter(records_filter)
        conditions = records_filter.to_event_records_filter(kind)
        place = _parse_cursor(cursor)
        if place is not None:
            conditions = conditions.replace(**{"after_cursor" if ascending else "before_cursor": place})
        return self._fetch_page(conditions, limit, cursor, ascending)

    def _fetch_page(
        self,
        conditions: EventRecordsFilter,
        limit: int,
        cursor: str | None,
        ascending: bool,
        job_names: Sequence[str] | None = None,
    ) -> EventRecordsResult:
        if limit < 1:
            raise ParameterCheckError(f"A page holds at least one record, {limit} were asked for.")
        if limit > MAX_PAGE:
            raise DagsterInvariantViolationError(
                f"A page holds at most {MAX_PAGE:,} records, {limit:,} were asked for. "
                f"Ask for less and go on with the cursor of the page."
            )
        records = self._tables.events.list(
            conditions, limit=limit + 1, ascending=ascending, job_names=job_names
        )
        return EventRecordsResult(*_page(records, limit, cursor))

    def report_runless_asset_event(
        self, asset_event: AssetMaterialization | AssetObservation | AssetCheckEvaluation
    ) -> None:
        """Record what happened to an asset outside of runs.

        Args:
            asset_event: a materialization, an observation or a check evaluation.

        Raises:
            DagsterInvariantViolationError: if it is none of these.
        """
        kind, data = _event_of(asset_event)
        self._record(
            "",
            DagsterEvent(event_type_value=kind.value, event_specific_data=data, timestamp=self._clock.now()),
        )

    def report_dagster_event(
        self,
        dagster_event: DagsterEvent,
        run_id: str,
        log_level: str | int = 20,
        batch_metadata: Any = None,
        timestamp: float | None = None,
    ) -> None:
        """Record an event of a run.

        Args:
            dagster_event: the event.
            run_id: the run.
            log_level: its level, as in ``logging`` (default 20).
            batch_metadata: accepted for compatibility.
            timestamp: when it happened, in seconds since the epoch; None for now.
        """
        happened = timestamp or dagster_event.timestamp or self._clock.now()
        entry = EventLogEntry(
            level=log_level,
            run_id=run_id,
            timestamp=happened,
            step_key=dagster_event.step_key,
            job_name=dagster_event.job_name,
            dagster_event=dagster_event,
        )
        self.handle_new_event(entry)

    def report_engine_event(
        self,
        message: str,
        dagster_run: DagsterRun | None = None,
        engine_event_data: EngineEventData | None = None,
        cls: type[object] | None = None,
        step_key: str | None = None,
        job_name: str | None = None,
        run_id: str | None = None,
    ) -> DagsterEvent:
        """Record what the engine says of itself, and return the event.

        Args:
            message: what it says.
            dagster_run: the run it is about.
            engine_event_data: what else it tells.
            cls: the class that says it.
            step_key: the step it is about.
            job_name: the job, if no run is given.
            run_id: the run, if no run is given.
        """
        if dagster_run is not None:
            run_id, job_name = dagster_run.run_id, dagster_run.job_name
        if run_id is None or job_name is None:
            raise ParameterCheckError("An engine event needs a run, or both a run_id and a job_name.")
        event = DagsterEvent(
            event_type_value=DagsterEventType.ENGINE_EVENT.value,
            job_name=job_name,
            step_key=step_key,
            event_specific_data=engine_event_data or EngineEventData(),
            text=f"[{cls.__name__}] {message}" if cls else message,
            timestamp=self._clock.now(),
        )
        failed = engine_event_data is not None and engine_event_data.error is not None
        self.report_dagster_event(event, run_id, log_level=40 if failed else 20)
        return event

    def handle_new_event(self, event: EventLogEntry, *, batch_metadata: Any = None) -> None:
        """Record an entry of the log of a run, with the state that follows from it, and tell those who watch."""
        self._record(event.run_id, event)

    store_event = handle_new_event

    def watch_event_logs(self, run_id: str, cursor: str | None, cb: Callback) -> None:
        """Call ``cb(entry, cursor)`` for what is recorded of a run in this process.

        Args:
            run_id: the run.
            cursor: the storage id from after which to begin; what is there already is told at once.
            cb: what is called.
        """
        if cursor is not None:
            for record in self._tables.events.list_of_run(run_id, after_id=_parse_cursor(cursor)):
                cb(record.event_log_entry, str(record.storage_id))
        self._watchers.add(run_id, cb)

    def end_watch_event_logs(self, run_id: str, cb: Callback) -> None:
        """Call ``cb`` no more."""
        self._watchers.remove(run_id, cb)

    def add_event_listener(self, run_id: str, cb: Callable[[DagsterEvent], None]) -> None:
        """Call ``cb(event)`` for each event of a run that is recorded in this process from now on."""
        self._watchers.add(run_id, only_events(cb))

    def _record(self, run_id: str, item: LogItem) -> int:
        first_id = self._store.append(run_id, (item,), self._clock.now())
        if self._watchers:
            self._watchers.tell(run_id, (item,), first_id)
        return first_id


def _kinds(of_type: OfType) -> Collection[DagsterEventType] | None:
    return (of_type,) if isinstance(of_type, DagsterEventType) else of_type


def _parse_cursor(cursor: str | None) -> int | None:
    if not cursor:
        return None
    try:
        return int(cursor)
    except ValueError:
        raise ParameterCheckError(
            f"{cursor!r} is not a cursor of this instance: take the one of the page before."
        ) from None


def _page(
    records: list[EventLogRecord], limit: int | None, cursor: str | None
) -> tuple[list[EventLogRecord], str, bool]:
    page = records if limit is None else records[:limit]
    return page, str(page[-1].storage_id) if page else cursor or "", len(records) > len(page)


def _event_of(asset_event: Any) -> tuple[DagsterEventType, EventData]:
    if isinstance(asset_event, AssetMaterialization):
        return DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(asset_event)
    if isinstance(asset_event, AssetObservation):
        return DagsterEventType.ASSET_OBSERVATION, AssetObservationData(asset_event)
    if isinstance(asset_event, AssetCheckEvaluation):
        return DagsterEventType.ASSET_CHECK_EVALUATION, asset_event
    raise DagsterInvariantViolationError(
        f"Expected an AssetMaterialization, an AssetObservation or an AssetCheckEvaluation, not {asset_event!r}."
    )
