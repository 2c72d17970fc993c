"""The pytest plugin: `import dagster` in tests resolves to Weftwork where the project asks for it.

Asked for with `--as-dagster` on the command line, or `weftwork_as_dagster = true` in the ini file.
"""

from __future__ import annotations

from typing import Any

from weftwork.base.alias import install_alias

_OPTION = "weftwork_as_dagster"


def pytest_addoption(parser: Any) -> None:
    """Declare the option and the line of the ini file."""
    text = "have `import dagster` resolve to Weftwork where the real package is not installed"
    parser.getgroup("weftwork").addoption("--as-dagster", action="store_true", dest=_OPTION, help=text)
    parser.addini(_OPTION, text, type="bool", default=False)


def pytest_load_initial_conftests(early_config: Any) -> None:
    """Install the alias before conftest files are imported."""
    if getattr(early_config.known_args_namespace, _OPTION, False) or early_config.getini(_OPTION):
        install_alias()
