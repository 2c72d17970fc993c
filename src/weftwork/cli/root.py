"""`weft` itself: its commands, and what every failure of one of them looks like."""

from __future__ import annotations

import os
from typing import Any

import click

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.cli.lazy_group import LazyCommand, LazyGroup

_SETTINGS = {"help_option_names": ["-h", "--help"]}


class RootGroup(LazyGroup):
    """The outermost group: turns errors into a message and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the arguments name."""
        _load_environment()
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (KeyboardInterrupt, DagsterExecutionInterruptedError) as interruption:
            click.echo("Cancelled.", err=True)
            ctx.exit(130 if isinstance(interruption, KeyboardInterrupt) else 143)
        except BrokenPipeError:  # the reader of our output has gone: nothing to tell, nobody to tell it to
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            ctx.exit(0)
        except Exception as error:
            from weftwork.cli.failure import to_command_failure  # only on the way to a message

            raise to_command_failure(error) from error


def _load_environment() -> None:
    """Set the variables that the project's .env names; those that are set already stay."""
    from weftwork.instance.configuration.dotenv import find_dotenv, load_dotenv  # --help needs none of it

    path = find_dotenv(os.getcwd())
    if path is not None:
        load_dotenv(path)


_run = LazyGroup(
    name="run",
    help="What has run: list, show, logs, wait, cancel, retry, delete.",
    context_settings=_SETTINGS,
    lazy={
        "list": LazyCommand("weftwork.cli.runs.list", "List runs, newest first."),
        "show": LazyCommand("weftwork.cli.runs.show", "Show one run: steps, assets, checks, errors."),
        "logs": LazyCommand("weftwork.cli.runs.logs", "Print the log of a run; -f follows it."),
        "wait": LazyCommand("weftwork.cli.runs.wait", "Wait for the end of a run."),
        "cancel": LazyCommand("weftwork.cli.runs.cancel", "End runs that are under way."),
        "retry": LazyCommand("weftwork.cli.runs.retry", "Run a run again, or what failed of it."),
        "reexecute": LazyCommand("weftwork.cli.runs.retry", "The same as `weft run retry`."),
        "delete": LazyCommand("weftwork.cli.runs.delete", "Forget runs that have ended."),
    },
)
_asset = LazyGroup(
    name="asset",
    help="Assets: list, show, materialize, observe, check, wipe.",
    context_settings=_SETTINGS,
    lazy={
        "list": LazyCommand("weftwork.cli.assets.list", "List assets and how they stand."),
        "show": LazyCommand("weftwork.cli.assets.show", "Show one asset: state, metadata, checks."),
        "materialize": LazyCommand("weftwork.cli.materialize.command", "The same as `weft materialize`."),
        "observe": LazyCommand("weftwork.cli.assets.observe", "Look at assets that are made elsewhere."),
        "check": LazyCommand("weftwork.cli.assets.check", "Evaluate checks, without making anything."),
        "wipe": LazyCommand("weftwork.cli.assets.wipe", "Forget what is known of assets."),
    },
)
_job = LazyGroup(
    name="job",
    help="Jobs: list, print, execute, launch, scaffold-config.",
    context_settings=_SETTINGS,
    lazy={
        "list": LazyCommand("weftwork.cli.jobs.list", "List the jobs of a file or module."),
        "print": LazyCommand("weftwork.cli.jobs.print", "Print what a job is made of."),
        "execute": LazyCommand("weftwork.cli.jobs.execute", "Run one job and wait for its end."),
        "launch": LazyCommand("weftwork.cli.jobs.launch", "Start a run in the background."),
        "scaffold-config": LazyCommand("weftwork.cli.jobs.scaffold_config", "Print a run config to fill in."),
    },
)
_instance = LazyGroup(
    name="instance",
    help="Where records are kept: info, check, prune, concurrency, migrate.",
    context_settings=_SETTINGS,
    lazy={
        "info": LazyCommand("weftwork.cli.instance.info", "Show where everything is kept."),
        "check": LazyCommand("weftwork.cli.instance.check", "Check that database and files are sound."),
        "prune": LazyCommand("weftwork.cli.instance.prune", "Delete what retention lets go."),
        "concurrency": LazyCommand("weftwork.cli.instance.concurrency", "Pools: get, set, unset."),
        "migrate": LazyCommand("weftwork.cli.instance.migrate", "Bring the database to today's schema."),
    },
)
_debug = LazyGroup(
    name="debug",
    help="Runs as files, to look at them elsewhere: export, import.",
    context_settings=_SETTINGS,
    lazy={
        "export": LazyCommand("weftwork.cli.debug.export", "Write a run to a file."),
        "import": LazyCommand("weftwork.cli.debug.import_run", "Add runs that were exported elsewhere."),
    },
)
_definitions = LazyGroup(
    name="definitions",
    help="What a project defines: validate.",
    context_settings=_SETTINGS,
    lazy={
        "validate": LazyCommand(
            "weftwork.cli.definitions.validate", "Load every code location; tell errors."
        ),
    },
)
_list = LazyGroup(
    name="list",
    help="What a project may use: components.",
    context_settings=_SETTINGS,
    lazy={
        "components": LazyCommand("weftwork.cli.components.list_components", "List types of components."),
    },
)
_scaffold = LazyGroup(
    name="scaffold",
    help="New files in a project: defs.",
    context_settings=_SETTINGS,
    lazy={"defs": LazyCommand("weftwork.cli.components.scaffold_defs", "Begin a component.")},
)
_check = LazyGroup(
    name="check",
    help="What is wrong in a project: yaml.",
    context_settings=_SETTINGS,
    lazy={"yaml": LazyCommand("weftwork.cli.components.check_yaml", "Check every defs.yaml.")},
)
_code_server = LazyGroup(
    name="code-server",
    help="Servers of code locations for hosts elsewhere: start.",
    context_settings=_SETTINGS,
    lazy={
        "start": LazyCommand("weftwork.cli.code_server.start", "Serve the code of one location."),
    },
)
_token = LazyGroup(
    name="token",
    help="Tokens that let people and programs in: create, list, revoke.",
    context_settings=_SETTINGS,
    lazy={
        "create": LazyCommand("weftwork.cli.auth.create", "Make a token; it is shown once."),
        "list": LazyCommand("weftwork.cli.auth.list", "List tokens."),
        "revoke": LazyCommand("weftwork.cli.auth.revoke", "Take a token back."),
    },
)
_auth = LazyGroup(
    name="auth",
    help="Who may use the web application: token.",
    context_settings=_SETTINGS,
    lazy={"token": _token},
)
weft = RootGroup(
    name="weft",
    help="Weftwork runs data pipelines: assets, ops and jobs written in Python.\n\nRecords are kept in the "
    "directory that DAGSTER_HOME names, or in .weftwork of the working directory.",
    epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled.",
    context_settings=_SETTINGS,
    lazy={
        "materialize": LazyCommand(
            "weftwork.cli.materialize.command", "Make assets: run what makes them, in order."
        ),
        "dev": LazyCommand("weftwork.cli.web.dev", "Show everything in a browser, while you build."),
        "serve": LazyCommand("weftwork.cli.web.serve", "Serve the web application for everybody."),
        "open": LazyCommand("weftwork.cli.web.open", "Open the running web application in a browser."),
        "run": _run,
        "asset": _asset,
        "job": _job,
        "definitions": _definitions,
        "check": _check,
        "list": _list,
        "scaffold": _scaffold,
        "code-server": _code_server,
        "instance": _instance,
        "debug": _debug,
        "auth": _auth,
        "completion": LazyCommand("weftwork.cli.completion", "Have the shell complete commands and options."),
    },
)


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version  # costs more than the rest of --help

        click.echo(f"weft {version('weftwork')}")
        ctx.exit()


weft.params.append(
    click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_print_version,
        help="Print the version and end.",
    )
)  # fmt: skip
