"""FilesystemIOManager: the IO manager for files, as a configurable class."""

from __future__ import annotations

from pydantic import Field

from weftwork.definitions.io.configurable_io_manager import ConfigurableIOManagerFactory
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.filesystem import PickleFileIOManager, get_base_dir


class FilesystemIOManager(ConfigurableIOManagerFactory[PickleFileIOManager]):
    """Stores each value as a pickle in a file of its own: all of it or nothing, with a checksum.

    Assets are at ``<base_dir>/<key>``, their partitions are files inside; other values are at
    ``<base_dir>/<run>/<step>/<output>``.

    Args:
        base_dir: where values are kept; the storage of the instance if None.
        fsync: whether each value is on the disk before the step goes on, so that it survives a power cut.

    Example:
        >>> Definitions(assets=[orders], resources={"io_manager": FilesystemIOManager(base_dir="data")})
    """

    base_dir: str | None = Field(
        default=None, description="Where values are kept; the storage of the instance if absent."
    )
    fsync: bool = Field(
        default=False, description="Whether each value is on the disk before the step goes on."
    )

    def create_io_manager(self, context: InitResourceContext) -> PickleFileIOManager:
        """Return the IO manager."""
        return PickleFileIOManager(get_base_dir(context, self.base_dir), self.fsync)
