"""What a context knows of its step and run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.base.warnings import warn_user
from weftwork.records.keys import NodeHandle


class RunFacts:
    """What a context knows of its step and run; ``_step`` is the running step."""

    __slots__ = ()
    _step: Any

    run_id = property(lambda self: self._step.run_id, doc="The run.")
    job_name = property(lambda self: self._step.job_name, doc="The job.")
    job_def = property(lambda self: self._step.job_def, doc="The job's definition.")
    op_def = property(lambda self: self._step.op_def, doc="The op.")
    op = property(lambda self: self._step.node, doc="The use of the op in its graph.")
    op_config = property(lambda self: self._step.op_config, doc="The config of the op.")
    instance = property(lambda self: self._step.instance, doc="The instance.")
    log = property(lambda self: self._step.log, doc="The log of the step.")
    run = property(lambda self: self._step.dagster_run, doc="The run's record.")
    dagster_run = run
    run_config = property(lambda self: self._step.dagster_run.run_config, doc="The config of the run.")
    retry_number = property(lambda self: self._step.attempt, doc="How often the step was tried before.")

    @property
    def solid_config(self) -> Any:
        """The config of the op, under its earlier name."""
        warn_user("context.solid_config is deprecated. Write context.op_config.", DeprecationWarning)
        return self._step.op_config

    @property
    def run_tags(self) -> Mapping[str, str]:
        """The tags of the run."""
        return self._step.run.run.tags  # type: ignore[no-any-return]

    @property
    def node_handle(self) -> NodeHandle:
        """The handle of the step's node."""
        return NodeHandle.from_path(self._step.runtime.plan.path)

    op_handle = node_handle

    @property
    def resources(self) -> Any:
        """The resources that the op declared, one attribute each."""
        return self._step.runtime.resources

    @property
    def pdb(self) -> Any:
        """A debugger whose ``set_trace()`` works in child processes too."""
        from weftwork.execution.contexts.forked_pdb import ForkedPdb  # pdb is loaded by those who debug

        return ForkedPdb()

    @property
    def repository_def(self) -> Any:
        """The repository that the job is from.

        Raises:
            CheckError: if the run was not started from one.
        """
        found = getattr(self._step.run, "repository_def", None)
        if found is None:
            raise CheckError("There is no repository_def: the run was not started from a repository.")
        return found

    @property
    def location_name(self) -> str | None:
        """The code location that the run was started from, or None."""
        origin = getattr(self.run, "remote_job_origin", None)
        return origin.location_name if origin is not None else None

    @property
    def step_launcher(self) -> None:
        """None: steps are started by executors."""
        return

    def get_step_execution_context(self) -> Any:
        """Return the running step."""
        return self._step

    def describe_op(self) -> str:
        """Return the op in words."""
        return f'op "{self._step.op_def.name}"'

    def get_tag(self, key: str) -> str | None:
        """Return a tag of the run, or None."""
        return self.run_tags.get(key)

    def has_tag(self, key: str) -> bool:
        """Return whether the run has a tag."""
        return key in self.run_tags

    def get_mapping_key(self) -> str | None:
        """Return the key of the item that the step is mapped over, or None."""
        return self._step.keys[-1] if self._step.keys else None
