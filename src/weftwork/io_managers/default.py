"""Fills the slot of the default IO manager: files in the storage of the instance."""

from __future__ import annotations

from weftwork.definitions.io.default import register_default_io_manager
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.filesystem import PickleFileIOManager, get_base_dir


def make_default_io_manager(context: InitResourceContext) -> PickleFileIOManager:
    """Return the IO manager of jobs that name none."""
    return PickleFileIOManager(get_base_dir(context, None))


register_default_io_manager(make_default_io_manager)
