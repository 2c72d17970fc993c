"""What a schedule or sensor starts: jobs, or assets as a job of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidDefinitionError
from weftwork.base.warnings import deprecation_warning

ANONYMOUS_JOB_PREFIX = "__anonymous_asset_job_"


class Target:
    """One job that a schedule or sensor may start.

    Args:
        job: a job, a graph, an asset job that is not looked up yet; None where only the name is known.
        job_name: the name of the job.
        is_anonymous: whether the job was made here, of a selection of assets.
        assets: definitions of assets that were given as the target; a location that holds the target holds them too.
    """

    __slots__ = ("_job", "assets", "is_anonymous", "job_name")

    def __init__(
        self, job: Any, job_name: str, *, is_anonymous: bool = False, assets: Sequence[Any] = ()
    ) -> None:
        self._job = job
        self.assets = assets
        self.job_name = job_name
        self.is_anonymous = is_anonymous

    @property
    def has_job(self) -> bool:
        """Whether the job is known, and not only its name."""
        return self._job is not None

    @property
    def job(self) -> Any:
        """The job; a graph is made a job when it is asked for.

        Raises:
            DagsterInvalidDefinitionError: if only the name of the job is known.
        """
        if self._job is None:
            raise DagsterInvalidDefinitionError(
                f"Only the name of the job is known here: '{self.job_name}'. Give the job itself, with job=."
            )
        if not is_job(self._job):
            self._job = self._job.coerce_to_job()
        return self._job

    @property
    def job_def(self) -> Any:
        """The job."""
        return self.job

    @property
    def assets_defs(self) -> Sequence[Any]:
        """The definitions of assets that were given as the target."""
        return list(self.assets)

    def mapped(self, change: Callable[[Any], Any]) -> Target:
        """Return the target with what ``change`` makes of its job and of each of its assets."""
        job = change(self._job) if self._job is not None else None
        return Target(
            job, self.job_name, is_anonymous=self.is_anonymous, assets=[change(one) for one in self.assets]
        )

    def __repr__(self) -> str:
        return f"<Target {self.job_name}>"


def is_job(value: Any) -> bool:
    """Return whether ``value`` is a job, or an asset job that is not looked up yet."""
    return hasattr(value, "run_request_for_partition") or is_unresolved_asset_job(value)


def is_unresolved_asset_job(value: Any) -> bool:
    """Return whether ``value`` is an asset job that is not looked up yet."""
    return hasattr(value, "selection") and hasattr(value, "resolve") and hasattr(value, "name")


def is_executable(value: Any) -> bool:
    """Return whether ``value`` is a job or a graph."""
    return is_job(value) or (hasattr(value, "coerce_to_job") and hasattr(value, "name"))


def target_of_job(job: Any, owner: str) -> Target:
    """Return the target that a job or graph is.

    Raises:
        DagsterInvalidDefinitionError: if it is neither.
    """
    if not is_executable(job):
        raise DagsterInvalidDefinitionError(
            f"The job of {owner} must be a job, a graph or what define_asset_job returns, not {job!r:.200}."
        )
    _warn_of_graph(job, owner)
    return Target(job, job.name)


def _warn_of_graph(target: Any, owner: str) -> None:
    if not is_job(target):
        deprecation_warning(
            f"A graph as the job of {owner}", "2.0", f"Give its job: {target.name}.to_job().", stacklevel=5
        )


def target_of_anything(target: Any, name: str | None, owner: str) -> Target:
    """Return the target that a job, a graph, assets or a selection of assets is.

    Args:
        target: what to start.
        name: the name of the schedule or sensor; needed for assets.
        owner: what it is, for messages.

    Raises:
        CheckError: if it is none of these, or if the name is missing.
    """
    if is_executable(target):
        _warn_of_graph(target, owner)
        return Target(target, target.name)
    from weftwork.planning.selection.asset_selection import AssetSelection  # only where assets are the target

    if not isinstance(target, (str, AssetSelection)) and hasattr(target, "key"):
        target = [target]
    try:
        selection = AssetSelection.from_coercible(target)
    except DagsterError as error:
        raise CheckError(
            f"The target of {owner} must be a job, assets or a selection of assets: {error}"
        ) from error
    if not name:
        raise CheckError(f"The target of {owner} is assets, so it needs a name: give name=.")
    from weftwork.definitions.assets.asset_job_definition import (
        define_asset_job,  # only where assets are the target
    )

    job_name = f"{ANONYMOUS_JOB_PREFIX}{name}"
    given = (
        [part for part in target if hasattr(part, "specs_by_key")]
        if isinstance(target, (list, tuple))
        else []
    )
    return Target(define_asset_job(job_name, selection), job_name, is_anonymous=True, assets=given)
