"""LocatedJob: a job of a code location, which another process can load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.reconstructable import ReconstructableJob
from weftwork.records.control.code_origin import CodeOrigin


class LocatedJob:
    """A job by its name, among what a file, module or package defines.

    Args:
        origin: the file, module or package.
        job_name: the job.
        definition: the job, if it is loaded already.
    """

    __slots__ = ("_definition", "job_name", "origin")

    def __init__(self, origin: CodeOrigin, job_name: str, definition: JobDefinition | None = None) -> None:
        self.origin = origin
        self.job_name = job_name
        self._definition = definition

    def get_definition(self) -> JobDefinition:
        """Return the job; loaded on first use.

        Raises:
            DagsterImportError: if its code cannot be imported.
            DagsterInvalidSubsetError: if there is no job of that name in it.
        """
        if self._definition is None:
            self._definition = self._load()
        return self._definition

    def _load(self) -> JobDefinition:
        from weftwork.definitions.locations.loading import load_repositories  # only who loads user code

        repositories = load_repositories(self.origin)
        names: list[str] = []
        for repository in repositories:
            if repository.has_job(self.job_name):
                return repository.get_job(self.job_name)
            names += repository.repository_data.get_job_names()
        raise DagsterInvalidSubsetError(
            f"There is no job '{self.job_name}' any more.{did_you_mean(self.job_name, names)} Jobs there are: "
            f"{quote_names(names)}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, for another process."""
        return {"origin": msgspec.to_builtins(self.origin), "job_name": self.job_name}


Loadable = ReconstructableJob | LocatedJob


def load_job(data: Mapping[str, Any]) -> Loadable:
    """Return what ``to_dict`` of a job made plain data of."""
    if "origin" in data:
        return LocatedJob(msgspec.convert(data["origin"], CodeOrigin), data["job_name"])
    return ReconstructableJob.from_dict(data)
