"""What does not need pydantic does not load it."""

from __future__ import annotations

import subprocess
import sys

MODULES = [
    "weftwork.definitions.resources.wrapping",
    "weftwork.definitions.resources.build_resources",
    "weftwork.definitions.resources.with_resources",
    "weftwork.definitions.resources.resource_dependency",
    "weftwork.definitions.resources.configurable.definition",
    "weftwork.definitions.io.io_manager",
    "weftwork.definitions.io.input_manager",
    "weftwork.definitions.io.build_contexts",
    "weftwork.io_managers.default",
    "weftwork.io_managers.in_memory",
]


def test_core_modules_load_no_heavy_library():
    program = (
        f"import sys, {', '.join(MODULES)}\n"
        "print([name for name in ('pydantic', 'asyncio', 'click', 'yaml', 'upath', 'fsspec', 'numpy', 'sqlite3') "
        "if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
