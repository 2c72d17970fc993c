"""Code and names for projects that tests make."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any


def copy_code_to_file(fn: Callable[..., Any], file_path: Path) -> None:
    """Write the body of a function to a file, as the code of a module.

    Args:
        fn: the function; its body is what the module is.
        file_path: the file.
    """
    import inspect  # slow, and tests alone need it
    import textwrap

    source = textwrap.dedent(inspect.getsource(fn))
    _, _, body = source.partition(":\n")
    Path(file_path).write_text(textwrap.dedent(body), encoding="utf-8")


def random_importable_name(length: int = 8) -> str:
    """Return a name for a module that no other has.

    Args:
        length: how many random letters it has.
    """
    return "sandbox_module_" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(length))


def get_module_path(defs_module_name: str, component_path: Path) -> str:
    """Return the name of the module that a component's folder is.

    Args:
        defs_module_name: the module of the definitions.
        component_path: the folder, from theirs on.
    """
    parts = [part for part in Path(component_path).parts if part != "."]
    return ".".join([defs_module_name, *parts])


def get_original_module_name(cls: type) -> str:
    """Return the module that a class is defined in, also where that is the program that runs."""
    if cls.__module__ != "__main__":
        return cls.__module__
    import sys

    file = getattr(sys.modules["__main__"], "__file__", None)
    return Path(file).stem if file else cls.__module__
