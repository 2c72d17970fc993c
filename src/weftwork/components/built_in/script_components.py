"""PythonScriptComponent and UvRunComponent: assets and checks that a script makes."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from weftwork.components.assets.asset_models import OpSpec
from weftwork.components.built_in.executable_component import ExecutableComponent
from weftwork.components.load_context import ComponentLoadContext
from weftwork.pipes.host.subprocess_client import PipesSubprocessClient


class ScriptSpec(OpSpec):
    """A script, with what the op is called.

    Attributes:
        type: always "script".
        path: the file; relative ones begin at the folder of the component.
        args: what it is given: a list, or text as in a shell.
    """

    type: Literal["script"] = "script"
    path: str
    args: list[str] | str | None = None

    def list_args(self) -> list[str]:
        """Return what the script is given."""
        return shlex.split(self.args) if isinstance(self.args, str) else list(self.args or ())


class ScriptComponent(ExecutableComponent):
    """Assets and checks that a script makes; what it does not report through pipes counts as made when it ends well.

    Attributes:
        execution: the script.
    """

    execution: ScriptSpec

    @functools.cached_property
    def op_spec(self) -> OpSpec:
        """Name, tags and pool of the op."""
        said = self.execution
        return said if said.name is not None else said.model_copy(update={"name": Path(said.path).stem})

    def get_program(self) -> Sequence[str]:
        """Return what runs the script."""
        return [sys.executable]

    def invoke_execute_fn(self, context: Any, component_load_context: ComponentLoadContext) -> Any:
        """Run the script.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.

        Returns:
            What the script reported, and the assets that it did not.

        Raises:
            DagsterPipesExecutionError: if the script fails.
        """
        folder = component_load_context.path
        folder = folder if folder.is_dir() else folder.parent
        command = [*self.get_program(), str(folder / self.execution.path), *self.execution.list_args()]
        return PipesSubprocessClient().run(context=context, command=command).get_results()


class PythonScriptComponent(ScriptComponent):
    """Assets and checks that a Python script makes, with the Python that runs the step.

    Example:
        A defs.yaml::

            type: weftwork.PythonScriptComponent
            attributes:
              execution: {path: load_orders.py}
              assets: [{key: orders}]
    """


class UvRunComponent(ScriptComponent):
    """Assets and checks that a Python script makes under ``uv run``, which installs what the script says that it needs."""

    def get_program(self) -> Sequence[str]:
        """Return what runs the script."""
        return ["uv", "run"]
