"""Routes of runs."""

from __future__ import annotations

from functools import cache

from weftwork.api.access.caller import Permission
from weftwork.api.actions.dry_run import LaunchCheck, check_reexecution
from weftwork.api.actions.launching import Launched
from weftwork.api.actions.reexecuting import ReexecuteBody, reexecute
from weftwork.api.actions.runs import CancelBody, DeleteRunsBody, RunOutcomes, cancel_runs, delete_runs
from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.output.captured import CapturedFiles, OutputChunk, get_output, list_captured_files
from weftwork.api.past.bars import RunBars, RunBarsQuery, list_bars
from weftwork.api.past.diff import RunDiff, get_run_diff
from weftwork.api.past.grid import RunGrid, RunGridQuery, get_run_grid
from weftwork.api.past.same_error import SameError, find_same_error
from weftwork.api.run_log import LogEntries, LogQuery, find_log_entries
from weftwork.api.run_query import RunFacets, RunQuery, RunReport, count_runs, find_runs, get_run_report
from weftwork.api.run_timeline import RunTimeline, get_run_timeline
from weftwork.api.runs import RunPage
from weftwork.records.keys import AssetKey
from weftwork.serde.record import Record
from weftwork.web.route import Call, get, post


class DiffQuery(Record):
    """Which runs are side by side.

    Attributes:
        a: the first, or the beginning of its id.
        b: the second, or the beginning of its id.
    """

    a: str
    b: str


class OutputQuery(Record):
    """Which piece of captured output is asked for.

    Attributes:
        offset: where to begin, in bytes; negative to count from the end.
        limit: how many bytes at most.
    """

    offset: int = 0
    limit: int = 200_000


def _get_output(call: Call) -> OutputChunk:
    path = call.path
    return get_output(
        call.host.instance, path["run_id"], path["name"], path["stream"], offset=call.query.offset,
        limit=call.query.limit,
    )  # fmt: skip


def _get_timeline(call: Call) -> RunTimeline:
    catalog = cache(lambda: get_catalog(call.host))  # asked only where the run makes assets

    def group_of(asset: str) -> str:
        entry = catalog().find(AssetKey.from_user_string(asset))
        return (entry.asset.group or "") if entry is not None else ""

    return get_run_timeline(call.host.instance, call.path["run_id"], now=call.host.now(), group_of=group_of)


ROUTES = (
    get("/runs", "A page of runs, newest first.", RunPage,
        lambda call: find_runs(call.host.instance, call.query), query=RunQuery),
    get("/runs/facets", "How many runs fit, by state.", RunFacets,
        lambda call: count_runs(call.host.instance, call.query), query=RunQuery),
    get("/runs/grid", "The latest runs side by side: runs by steps.", RunGrid,
        lambda call: get_run_grid(call.host.instance, call.query), query=RunGridQuery),
    get("/runs/bars", "The runs of a window of time, as columns.", RunBars,
        lambda call: list_bars(call.host.instance, call.query), query=RunBarsQuery),
    get("/runs/diff", "Two runs side by side: config, code, durations, what they made, errors.", RunDiff,
        lambda call: get_run_diff(call.host.instance, call.query.a, call.query.b), query=DiffQuery),
    get("/runs/{run_id}", "A run in full, but for its steps and its log.", RunReport,
        lambda call: get_run_report(call.host.instance, call.path["run_id"])),
    get("/runs/{run_id}/timeline", "The steps of a run in time.", RunTimeline,
        _get_timeline),
    get("/runs/{run_id}/same-error", "Which runs of the same job failed in the same way before.", SameError,
        lambda call: find_same_error(call.host, call.path["run_id"])),
    get("/runs/{run_id}/log", "A page of the log of a run.", LogEntries,
        lambda call: find_log_entries(call.host.instance, call.path["run_id"], call.query), query=LogQuery),
    get("/runs/{run_id}/output", "What the steps of a run printed: the list of it.", CapturedFiles,
        lambda call: list_captured_files(call.host.instance, call.path["run_id"])),
    get("/runs/{run_id}/output/{name}/{stream}", "A piece of what a step printed to stdout or stderr.", OutputChunk,
        _get_output, query=OutputQuery),
    post("/runs/cancel", "Ask runs to end.", RunOutcomes,
         lambda call: cancel_runs(call.host, call.caller, call.body), body=CancelBody,
         permission=Permission.LAUNCH),
    post("/runs/reexecute", "Start a run once more: all of it, from failure, or selected steps.", Launched,
         lambda call: reexecute(call.host, call.caller, call.body), body=ReexecuteBody,
         permission=Permission.LAUNCH, asks_code=True),
    post("/runs/reexecute/check", "What a run would be that repeats another: the plan, with what would not run and why.",
         LaunchCheck, lambda call: check_reexecution(call.host, call.body), body=ReexecuteBody,
         permission=Permission.READ, asks_code=True),
    post("/runs/delete", "Delete runs that have ended.", RunOutcomes,
         lambda call: delete_runs(call.host, call.caller, call.body), body=DeleteRunsBody,
         permission=Permission.EDIT),
)  # fmt: skip
