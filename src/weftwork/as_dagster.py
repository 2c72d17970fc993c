"""Importing this module has `import dagster` resolve to Weftwork where the real package is not installed.

A line `import weftwork.as_dagster` at the top of a program, or `pytest -p weftwork.as_dagster`, is enough.  The commands
of `weft` and the processes that they start do it by themselves.  WEFTWORK_AS_DAGSTER=force in the environment hides an
installed package too, =off turns the alias off.
"""

from __future__ import annotations

from weftwork.base.alias import install_alias, remove_alias

__all__ = ["install_alias", "remove_alias"]

install_alias()
