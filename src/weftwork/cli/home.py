"""The instance that a command works with: the home that is named, or one in the working directory."""

from __future__ import annotations

import os

import click

from weftwork.base.errors import DagsterStorageError
from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.instance import DagsterInstance

DEFAULT_HOME = ".weftwork"


def open_instance_to_read() -> DagsterInstance:
    """Return the instance whose records a command reads; an empty one where nothing was ever recorded."""
    if os.environ.get(HOME_VARIABLE):
        return DagsterInstance.get()
    home = os.path.abspath(DEFAULT_HOME)
    if os.path.isdir(home):
        return DagsterInstance.from_config(home)
    click.echo(
        f"Nothing is recorded here: {HOME_VARIABLE} is not set, and there is no {DEFAULT_HOME} in {os.getcwd()}.",
        err=True,
    )
    return DagsterInstance.ephemeral()


def open_runs_to_read() -> DagsterInstance:
    """Return the instance whose runs a command reads; those whose process is gone are recorded as such first."""
    instance = open_instance_to_read()
    try:
        instance.reap_dead_runs()
    except DagsterStorageError:
        return instance  # who may only read is shown what is there
    return instance


def open_instance_to_record() -> DagsterInstance:
    """Return the instance that a run is recorded in; the home that is named is made if it is not there.

    If none is named, it is made in the working directory.
    ``DAGSTER_HOME`` then names it for the rest of the process, so that user code finds the same instance.
    """
    named = os.path.expanduser(os.environ.get(HOME_VARIABLE, ""))
    if not named:
        os.environ[HOME_VARIABLE] = _make_default_home()
    elif os.path.isabs(named) and not os.path.exists(named):
        make_directory(named)
        click.echo(f"Made {named}: records are kept there.", err=True)
    instance = DagsterInstance.get()
    instance.check_classes()
    return instance


def _make_default_home() -> str:
    home = os.path.abspath(DEFAULT_HOME)
    is_new = not os.path.exists(home)
    make_directory(home)
    if is_new:
        with open(os.path.join(home, ".gitignore"), "w", encoding="utf-8") as file:
            file.write("*\n")
    return home
