"""What can be found by name: an index for the browser, and runs by id or tag on the server."""

from __future__ import annotations

from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.catalog.graph import column_names
from weftwork.api.host import Host
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import View
from weftwork.records.runs import RunsFilter

_MAX_RUNS = 20


class SearchIndex(View):
    """Everything that has a name, but for assets (see the asset graph) and runs, as columns.

    Attributes:
        version: changes whenever any of this does; also the ETag.
        kinds: table of kinds: "job", "op", "schedule", "sensor", "resource", "check", "group", "column", "location".
        kind: number of the kind of each.
        names: the name of each.
        locations: table of code locations.
        location: number of the code location of each; -1 where it has none.
        targets: what to open: the asset of a check or column; empty otherwise.
    """

    version: str
    kinds: list[str]
    kind: list[int]
    names: list[str]
    locations: list[str]
    location: list[int]
    targets: list[str]


class FoundRuns(View):
    """Runs that were found, newest first."""

    runs: list[RunView]


_KINDS = ["job", "op", "schedule", "sensor", "resource", "check", "group", "column", "location"]


def build_search_index(host: Host) -> SearchIndex:
    """Return everything that has a name."""
    catalog = get_catalog(host)
    locations = [state.name for state in host.workspace.locations]
    rows: list[tuple[str, str, str | None, str]] = [("location", name, name, "") for name in locations]
    for index in host.workspace.list_indexes():
        for repository in index:
            snapshot = repository.snapshot
            place = repository.location
            rows += [("job", job.name, place, "") for job in snapshot.jobs if not job.is_anonymous]
            rows += [("schedule", one.name, place, "") for one in snapshot.schedules]
            rows += [("sensor", one.name, place, "") for one in snapshot.sensors]
            rows += [("resource", one.key, place, "") for one in snapshot.resources]
            nodes = {asset.node for asset in snapshot.assets if asset.node}
            rows += [("op", name, place, "") for name in sorted(nodes)]
            rows += [
                ("check", one.name, place, one.asset_key.to_escaped_user_string()) for one in snapshot.checks
            ]
            groups = {asset.group for asset in snapshot.assets if asset.group}
            rows += [("group", name, place, "") for name in sorted(groups)]
    for entry in catalog.defined:
        key = entry.asset.key.to_escaped_user_string()
        rows += [("column", name, entry.location, key) for name in column_names(entry.asset.metadata)]
    return SearchIndex(
        version=catalog.version,
        kinds=_KINDS,
        kind=[_KINDS.index(row[0]) for row in rows],
        names=[row[1] for row in rows],
        locations=locations,
        location=[locations.index(row[2]) if row[2] in locations else -1 for row in rows],
        targets=[row[3] for row in rows],
    )


def find_runs_by_text(host: Host, text: str) -> FoundRuns:
    """Return runs by the beginning of their id, by a tag "key=value", or by the name of their job.

    Args:
        host: what is asked.
        text: what somebody typed.
    """
    text = text.strip()
    if not text:
        return FoundRuns(runs=[])
    instance = host.instance
    if "=" in text:
        key, _, value = text.partition("=")
        records = instance.get_run_records(RunsFilter(tags={key.strip(): value.strip()}), limit=_MAX_RUNS)
        return FoundRuns(runs=[view_run(record) for record in records])
    ids = instance.list_run_ids_with_prefix(text.lower(), limit=_MAX_RUNS)
    found = [record for run_id in ids if (record := instance.get_run_record_by_id(run_id)) is not None]
    found += instance.get_run_records(RunsFilter(job_name=text), limit=_MAX_RUNS - len(found))
    return FoundRuns(runs=[view_run(record) for record in found])
