"""Which job of some definitions, and what of it: options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean, quote_names


def job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --job, --op-selection and --partition."""
    command = click.option("--partition", metavar="KEY", help="The partition that the run is for.")(command)
    command = click.option(
        "--op-selection", "-o", metavar="QUERIES",
        help="Only these ops, separated by commas, like '*load,clean+'.",
    )(command)  # fmt: skip
    return click.option(
        "--job", "-j", "job_name", metavar="NAME", help="The job; may be left out where there is only one."
    )(command)


def find_job(repository: Any, name: str | None) -> Any:
    """Return the job of a name, or the only one.

    Raises:
        click.UsageError: if none is named and there are several.
        DagsterInvalidSubsetError: if there is none of that name.
    """
    jobs = {job.name: job for job in repository.get_all_jobs() if not job.name.startswith("__")}
    if name is None:
        if len(jobs) == 1:
            return next(iter(jobs.values()))
        raise click.UsageError(f"Which job? Give -j NAME, one of: {quote_names(jobs)}.")
    if name in jobs:
        return jobs[name]
    if repository.has_job(name):
        return repository.get_job(name)
    raise DagsterInvalidSubsetError(
        f"There is no job '{name}'.{did_you_mean(name, jobs)} Jobs there are: {quote_names(jobs)}."
    )


def split_queries(text: str) -> list[str]:
    """Return the queries that are written between commas."""
    return [query.strip() for query in text.split(",") if query.strip()]
