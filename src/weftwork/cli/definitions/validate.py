"""`weft definitions validate`: loads every code location and tells what is wrong."""

from __future__ import annotations

import os
from typing import Any

import click

from weftwork.api.view import View
from weftwork.cli.origins_option import origins_options
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.values import counted
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.records.snapshots.state import LocationState

_SHOWS_LINES = "DagsterImportError"
VALIDATION_VARIABLE = "DAGSTER_IS_DEFS_VALIDATION_CLI"


class ValidationView(View):
    """What became of a code location.

    Attributes:
        name: its name.
        target: where its code is.
        is_valid: whether it can be loaded.
        error: what is wrong.
        assets: how many assets it has.
        jobs: how many jobs it has.
        load_s: how long it took to load, in seconds.
    """

    name: str
    target: str
    is_valid: bool
    error: str | None
    assets: int | None
    jobs: int | None
    load_s: float | None


@click.command("validate")
@origins_options
@click.option("--verbose", "-v", is_flag=True, help="Show whole stack traces.")
@click.option("--empty-workspace", is_flag=True, help="That there is no code location is no error.")
@click.option("--timeout", "timeout_s", type=float, default=None, help="Seconds that a load may take.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    origins: list[LocationOrigin],
    verbose: bool,
    empty_workspace: bool,
    timeout_s: float | None,
    as_json: bool,
) -> None:
    """Load every code location and tell what is wrong; exit status 1 if something is.

    DAGSTER_IS_DEFS_VALIDATION_CLI=1 is set for the code that is loaded.
    """
    if not origins and not empty_workspace:
        raise click.UsageError(
            f"Where are the definitions? Give -f FILE, -m MODULE or -w WORKSPACE (there is no workspace.yaml, pyproject.toml or "
            f"definitions.py in {os.getcwd()} that names any)."
        )
    os.environ[VALIDATION_VARIABLE] = "1"
    views = _validate(origins, timeout_s, verbose)
    is_valid = all(view.is_valid for view in views)
    if as_json:
        print_json({"is_valid": is_valid, "locations": views})
    else:
        for view in views:
            _print(view)
    ctx.exit(0 if is_valid else 1)


def _validate(origins: list[LocationOrigin], timeout_s: float | None, verbose: bool) -> list[ValidationView]:
    from weftwork.instance.instance import DagsterInstance  # not for --help
    from weftwork.locations.workspace import Workspace

    settings: dict[str, Any] | None = None
    if timeout_s is not None:
        settings = {"code_servers": {"local_startup_timeout": max(1, round(timeout_s))}}
    instance = DagsterInstance.ephemeral(settings=settings)
    with Workspace.load(origins, instance) as workspace:
        workspace.wait_until_loaded()
        return [_view(workspace, state, verbose) for state in workspace.locations]


def _view(workspace: Any, state: LocationState, verbose: bool) -> ValidationView:
    repositories = workspace.snapshot(state.name).repositories if state.error is None else ()
    return ValidationView(
        name=state.name, target=state.origin.target, is_valid=state.error is None,
        error=_describe(state.error, verbose) if state.error is not None else None,
        assets=sum(len(one.assets) for one in repositories) if state.error is None else None,
        jobs=sum(not job.is_implicit for one in repositories for job in one.jobs) if state.error is None else None,
        load_s=state.load_duration_s,
    )  # fmt: skip


def _describe(error: SerializableErrorInfo, verbose: bool) -> str:
    if verbose:
        return error.to_string()
    message = error.message.removeprefix(f"{error.cls_name}: ") if _is_ours(error) else error.message
    shown = [] if error.cls_name == _SHOWS_LINES else error.stack
    return "".join([*shown, message]).rstrip()


def _is_ours(error: SerializableErrorInfo) -> bool:
    return (error.cls_name or "").startswith("Dagster")


def _print(view: ValidationView) -> None:
    if view.is_valid:
        what = f"{counted(view.assets or 0, 'asset')}, {counted(view.jobs or 0, 'job')}"
        click.echo(f"{click.style('ok', fg='green')}      {view.name}  {what}, {view.load_s or 0.0:.1f} s")
        return
    click.echo(f"{click.style('failed', fg='red')}  {view.name}")
    for line in (view.error or "").splitlines():
        click.echo(f"        {line}")
