"""Who decides what becomes of a submitted run, and who starts its process: as dagster.yaml says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weftwork.instance.classes.class_blocks import names_own_class
from weftwork.instance.launch.ends import EndMethods

if TYPE_CHECKING:
    from weftwork.instance.classes.run_coordinators import RunCoordinator, RunQueueConfig
    from weftwork.instance.classes.run_launchers import DefaultRunLauncher

_NESTED = {"should_block_op_concurrency_limited_runs": "enabled", "op_concurrency_slot_buffer": "op_concurrency_slot_buffer"}  # fmt: skip


class CoordinationMethods(EndMethods):
    """The run coordinator and the run launcher of an instance; each is made when it is first asked for."""

    _coordinator: RunCoordinator | None = None
    _launcher: DefaultRunLauncher | None = None

    @property
    def run_coordinator(self) -> RunCoordinator:
        """What decides what becomes of a run that is submitted.

        Raises:
            DagsterInvalidConfigError: if dagster.yaml names a class that cannot do it.
        """
        if self._coordinator is None:
            self._coordinator = self._build_coordinator()
            self._coordinator.register_instance(self)
        return self._coordinator

    @property
    def run_launcher(self) -> DefaultRunLauncher:
        """What starts the process of a run.

        Raises:
            DagsterInvalidConfigError: if dagster.yaml names a class that cannot do it.
        """
        if self._launcher is None:
            self._launcher = self._build_launcher()
            self._launcher.register_instance(self)
        return self._launcher

    def check_classes(self) -> None:
        """Make what dagster.yaml names a class of the user for, so that a mistake shows at once.

        Raises:
            DagsterInvalidConfigError: if it names a class that cannot do it.
        """
        if self._setting("run_coordinator", "class") is not None:
            _ = self.run_coordinator
        if self._setting("run_launcher", "class") is not None:
            _ = self.run_launcher

    def _build_coordinator(self) -> RunCoordinator:
        from weftwork.instance.classes import run_coordinators  # only where runs have processes

        said = self._setting("run_coordinator") or {}
        if names_own_class(said):
            from weftwork.instance.classes.configured import load_class  # see above

            return load_class("run_coordinator", said, run_coordinators.RunCoordinator)
        if said.get("class") == "DefaultRunCoordinator":
            return run_coordinators.DefaultRunCoordinator(_data_of(said))
        queue: dict[str, Any] = {
            **(said.get("config") or {}),
            **(self._setting("run_queue") or {}),
            **(self._setting("concurrency", "runs") or {}),
        }
        nested = {inner: queue.pop(name) for name, inner in _NESTED.items() if name in queue}
        queue["block_op_concurrency_limited_runs"] = {
            **(queue.get("block_op_concurrency_limited_runs") or {}),
            **nested,
        }
        return run_coordinators.QueuedRunCoordinator(**queue, inst_data=_data_of(said))

    def _build_launcher(self) -> DefaultRunLauncher:
        from weftwork.instance.classes.run_launchers import (
            DefaultRunLauncher,
        )  # only where runs have processes

        said = self._setting("run_launcher") or {}
        if names_own_class(said):
            from weftwork.instance.classes.configured import load_class  # see above

            return load_class("run_launcher", said, DefaultRunLauncher)
        return DefaultRunLauncher(_data_of(said))

    @property
    def _has_own_coordinator(self) -> bool:
        said = self._setting("run_coordinator")
        return said is not None and names_own_class(said)

    def _queue_config(self) -> RunQueueConfig:
        """Return how runs are taken from the queue; without limits where the coordinator has none."""
        from weftwork.instance.classes.run_coordinators import (
            RunQueueConfig,
        )  # only where runs have processes

        find = getattr(self.run_coordinator, "get_run_queue_config", None)
        return find() if find is not None else RunQueueConfig(max_concurrent_runs=-1)


def _data_of(said: Any) -> Any:
    if "class" not in said:
        return None
    import yaml  # heavy, and most homes have no file

    from weftwork.instance.classes.configured import ConfigurableClassData  # only with such a block

    return ConfigurableClassData(
        said.get("module") or "dagster", said["class"], yaml.safe_dump(said.get("config") or {})
    )
