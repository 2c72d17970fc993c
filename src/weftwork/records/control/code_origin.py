"""Where the code of a run is found: a file, a module or a package, and what in it is meant."""

from __future__ import annotations

from weftwork.serde.record import Record


class CodeOrigin(Record):
    """Where definitions are loaded from; one of file, module and package is given.

    Attributes:
        python_file: the file, as an absolute path.
        module_name: the module.
        package_name: the package.
        working_directory: from where modules are imported, as an absolute path.
        attribute: the name of the definitions in it; None to find them.
        python: the interpreter that has what the code needs; None for that of the launcher.
    """

    python_file: str | None = None
    module_name: str | None = None
    package_name: str | None = None
    working_directory: str | None = None
    attribute: str | None = None
    python: str | None = None
