"""How a graph becomes a job although graphs know nothing of jobs: the slot that jobs fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_slot: list[Callable[..., Any]] = []


def register_job_class(job_class: Callable[..., Any]) -> None:
    """Fill the slot; called once by the module of jobs."""
    _slot[:] = [job_class]


def get_job_class() -> Callable[..., Any]:
    """Return what makes a job of a graph, importing it on first use."""
    if not _slot:
        import importlib

        importlib.import_module(
            "weftwork.definitions.jobs.job_definition"
        )  # by name: graphs must not depend on jobs
    return _slot[0]
