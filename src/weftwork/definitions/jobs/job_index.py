"""What a job uses, as plain records by the name of the definition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError
from weftwork.base.text import did_you_mean

if TYPE_CHECKING:
    from weftwork.records.specs import GraphSpec, OpSpec


class JobIndex:
    """The specs of the ops and graphs that a job uses at any depth.

    Args:
        job_name: the job.
        node_defs: the ops and graphs.
    """

    def __init__(self, job_name: str, node_defs: Iterable[Any]) -> None:
        self._job_name = job_name
        self._specs: dict[str, OpSpec | GraphSpec] = {known.name: known.spec for known in node_defs}

    def has_node_def_snap(self, name: str) -> bool:
        """Return whether the job uses an op or graph of that name."""
        return name in self._specs

    def get_node_def_snap(self, name: str) -> OpSpec | GraphSpec:
        """Return the spec of an op or graph.

        Raises:
            CheckError: if the job uses none of that name.
        """
        if name not in self._specs:
            raise CheckError(
                f"Job '{self._job_name}' uses no op or graph named '{name}'.{did_you_mean(name, self._specs)}"
            )
        return self._specs[name]
