"""Which jobs a run status sensor watches, by where they are."""

from __future__ import annotations

from weftwork.serde.record import Record


class CodeLocationSelector(Record, kw_only=False):
    """All jobs of a code location.

    Args:
        location_name: the code location.
    """

    location_name: str

    def to_repository_selector(self) -> RepositorySelector:
        """Return the repository that a code location has if it names none."""
        return RepositorySelector(self.location_name, "__repository__")


class RepositorySelector(Record, kw_only=False):
    """All jobs of a repository.

    Args:
        location_name: the code location.
        repository_name: the repository.
    """

    location_name: str
    repository_name: str


class JobSelector(Record, kw_only=True):
    """One job.

    Args:
        location_name: the code location.
        repository_name: the repository (default: the one that a code location has if it names none).
        job_name: the job.
    """

    location_name: str
    repository_name: str = "__repository__"
    job_name: str | None = None

    @property
    def repository_selector(self) -> RepositorySelector:
        """The repository of the job."""
        return RepositorySelector(self.location_name, self.repository_name)
