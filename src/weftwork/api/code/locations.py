"""Code locations: how each stands, what it defines, what a reload changed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.view import View, to_instant
from weftwork.locations.definitions_index import LocationIndex
from weftwork.locations.workspace import Workspace
from weftwork.records.snapshots.location import LocationSnapshot
from weftwork.records.snapshots.state import Change, LocationState, LocationStatus, SnapshotDiff


class ChangeView(View):
    """A definition that a reload changed.

    Attributes:
        kind: "asset", "check", "job", "schedule", "sensor" or "resource".
        name: its name or key.
        fields: what of it changed.
    """

    kind: str
    name: str
    fields: list[str]


class DiffView(View):
    """What a reload changed."""

    added: list[ChangeView]
    removed: list[ChangeView]
    changed: list[ChangeView]


class LocationCounts(View):
    """How much a location defines."""

    assets: int
    checks: int
    jobs: int
    schedules: int
    sensors: int
    resources: int


class LocationView(View):
    """A code location.

    Attributes:
        name: its name.
        status: what became of the last load.
        target: where its code is.
        error: why it could not be loaded, with the user's own lines.
        diff: what the last load that went well changed.
        output: the end of what the code printed while it was loaded.
        warnings: what does not work there.
        content_hash: the hash of the definitions that are served.
        loaded_at: when these were loaded.
        changed_at: since when it stands so.
        load_duration_s: how long the last load took, in seconds.
        python_version: the Python that runs it.
        repositories: the names of its repositories.
        counts: how much it defines; None while nothing is loaded.
    """

    name: str
    status: LocationStatus
    target: str
    error: ErrorView | None
    diff: DiffView | None
    output: str
    warnings: list[str]
    content_hash: str | None
    loaded_at: datetime.datetime | None
    changed_at: datetime.datetime | None
    load_duration_s: float | None
    python_version: str | None
    repositories: list[str]
    counts: LocationCounts | None


class LocationList(View):
    """All code locations."""

    locations: list[LocationView]


def list_locations(workspace: Workspace) -> LocationList:
    """Return all code locations."""
    indexes = {index.name: index for index in workspace.list_indexes()}
    return LocationList(
        locations=[view_location(state, indexes.get(state.name)) for state in workspace.locations]
    )


def get_location(workspace: Workspace, name: str) -> LocationView:
    """Return a code location.

    Raises:
        DagsterCodeLocationNotFoundError: if there is none of that name.
    """
    state = workspace.get_state(name)
    return view_location(state, next((one for one in workspace.list_indexes() if one.name == name), None))


def view_location(state: LocationState, index: LocationIndex | None) -> LocationView:
    """Return a code location as it is answered."""
    snapshot = index.snapshot if index is not None else None
    return LocationView(
        name=state.name,
        status=state.status,
        target=state.origin.target,
        error=view_error(state.error, with_source=True) if state.error is not None else None,
        diff=_view_diff(state.diff) if state.diff else None,
        output=state.output,
        warnings=list(state.warnings),
        content_hash=state.content_hash,
        loaded_at=to_instant(state.loaded_at_s),
        changed_at=to_instant(state.changed_at_s or None),
        load_duration_s=state.load_duration_s,
        python_version=(snapshot.python_version or None) if snapshot else None,
        repositories=[repository.name for repository in snapshot.repositories] if snapshot else [],
        counts=_count(snapshot) if snapshot else None,
    )


def _count(snapshot: LocationSnapshot) -> LocationCounts:
    names = ("assets", "checks", "jobs", "schedules", "sensors", "resources")
    return LocationCounts(**{
        name: sum(len(getattr(repository, name)) for repository in snapshot.repositories) for name in names
    })  # fmt: skip


def _view_diff(diff: SnapshotDiff) -> DiffView:
    return DiffView(
        added=_view_changes(diff.added),
        removed=_view_changes(diff.removed),
        changed=_view_changes(diff.changed),
    )


def _view_changes(changes: Sequence[Change]) -> list[ChangeView]:
    return [ChangeView(kind=change.kind, name=change.name, fields=list(change.fields)) for change in changes]
