"""An instance for a test: on disk, in a directory of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from weftwork.instance.configuration.settings import CONFIG_FILE, read_settings
from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.instance import DagsterInstance

_DIRECTORIES = ("history", "schedules", "storage")


@contextmanager
def instance_for_test(
    overrides: Mapping[str, Any] | None = None,
    set_dagster_home: bool = True,
    temp_dir: str | None = None,
    synchronous_run_coordinator: bool = False,
    synchronous_run_launcher: bool = False,
) -> Iterator[DagsterInstance]:
    """Open a persistent instance in a directory of its own.

    Args:
        overrides: what its dagster.yaml says.
        set_dagster_home: whether ``DAGSTER_HOME`` names the directory while it is open (default True).
        temp_dir: the directory, which is kept; None for a new one that goes in the end.
        synchronous_run_coordinator: accepted for compatibility.
        synchronous_run_launcher: accepted for compatibility.

    Raises:
        DagsterInvalidConfigError: if ``overrides`` says something that is not known.

    Example:
        >>> with instance_for_test() as instance:
        ...     instance.get_runs_count()
        0
    """
    import tempfile  # a test pays for it, a program does not

    import yaml  # to write the file as a user would

    content = {"telemetry": {"enabled": False}, **dict(overrides or {})}
    read_settings(content)
    temporary = (
        None
        if temp_dir is not None
        else tempfile.TemporaryDirectory(prefix="weftwork-", ignore_cleanup_errors=True)
    )
    home = make_directory(temp_dir) if temp_dir is not None else temporary.name  # type: ignore[union-attr]
    before = os.environ.get(HOME_VARIABLE)
    try:
        for name in _DIRECTORIES:
            make_directory(os.path.join(home, name))
        with open(os.path.join(home, CONFIG_FILE), "w", encoding="utf-8") as file:
            yaml.safe_dump(content, file)
        if set_dagster_home:
            os.environ[HOME_VARIABLE] = home
        with DagsterInstance.from_config(home) as instance:
            yield instance
    finally:
        if set_dagster_home:
            _restore(before)
        if temporary is not None:
            temporary.cleanup()


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(HOME_VARIABLE, None)
    else:
        os.environ[HOME_VARIABLE] = before
