"""``file_relative_path``: the path of a file that lies beside a Python file."""

from __future__ import annotations

import os


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """Return the absolute path of a file that is named from the folder of a Python file.

    Args:
        dunderfile: the Python file: ``__file__``.
        relative_path: the path from its folder.

    Example:
        >>> file_relative_path(__file__, "config/base.yaml")
    """
    return os.path.join(os.path.dirname(os.path.abspath(dunderfile)), relative_path)
