"""Writing the files of a new component."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.components.component import Component
from weftwork.components.defs_file import find_defs_file
from weftwork.components.scaffold.scaffolder import (
    NoParams,
    Scaffolder,
    ScaffoldRequest,
    get_scaffolder,
    has_scaffolder,
)
from weftwork.components.type_names import find_component_type

_PYTHON = """import weftwork as dg

from {module} import {name}


@dg.component_instance
def load(context: dg.ComponentLoadContext) -> {name}: ...
"""


class DefaultScaffolder(Scaffolder[NoParams]):
    """Writes a defs.yaml with the type and nothing else."""

    def scaffold(self, request: ScaffoldRequest[NoParams]) -> None:
        """Write the defs.yaml, or the Python file."""
        scaffold_component(request)


def scaffold_component(
    request: ScaffoldRequest[Any], yaml_attributes: Mapping[str, Any] | None = None
) -> None:
    """Write the file that declares a new component: defs.yaml, or component.py.

    Args:
        request: what is asked.
        yaml_attributes: the attributes that the defs.yaml begins with.

    Raises:
        DagsterInvariantViolationError: if the file is there already, and the component is not to be added to it.
    """
    folder = Path(request.target_path)
    folder.mkdir(parents=True, exist_ok=True)
    if request.scaffold_format == "python":
        module, _, name = request.type_name.rpartition(".")
        _write_new(folder / "component.py", _PYTHON.format(module=module, name=name))
        return
    import yaml  # heavy, and few commands write it

    attributes = yaml.safe_dump({"attributes": dict(yaml_attributes or {})}, sort_keys=False)
    text = f"type: {request.type_name}\n\n{attributes}"
    known = find_defs_file(folder)
    if request.append and known is not None:
        known.write_text(f"{known.read_text(encoding='utf-8').rstrip()}\n---\n{text}", encoding="utf-8")
    else:
        _write_new(folder / "defs.yaml", text)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise DagsterInvariantViolationError(
            f"{path} is there already. Choose another folder, or add to it."
        ) from error


def parse_params_model(obj: Any, json_params: str | None = None) -> BaseModel:
    """Return what a scaffolder is asked with, checked.

    Args:
        obj: the class or function that has the scaffolder.
        json_params: what was given, as JSON; None for nothing.

    Raises:
        CheckError: if it has no scaffolder.
        pydantic.ValidationError: if what was given does not fit.
    """
    if not has_scaffolder(obj):
        raise CheckError(f"{obj!r} has no scaffolder; it must be decorated with @scaffold_with.")
    model: type[BaseModel] = get_scaffolder(obj).get_scaffold_params()
    if issubclass(model, NoParams):
        model = type(model.__name__, (model,), {"model_config": {"extra": "forbid"}})
    made = model.model_validate_json(json_params or "{}")
    return NoParams() if isinstance(made, NoParams) and type(made).__bases__ == (NoParams,) else made


def scaffold_object(
    path: Path,
    typename: str,
    json_params: str | None = None,
    scaffold_format: Literal["yaml", "python"] = "yaml",
    project_root: Path | None = None,
    append: bool = False,
) -> None:
    """Write the files of a new component.

    Args:
        path: the folder that it is to be in.
        typename: the class, with its module.
        json_params: what its scaffolder takes, as JSON.
        scaffold_format: whether a defs.yaml or a Python file declares it.
        project_root: the folder of the project.
        append: whether it is added to a defs.yaml that is there already.

    Raises:
        ComponentFileError: if there is no such class.
        DagsterInvariantViolationError: if a file is there already.
    """
    kind = find_component_type(typename)
    scaffolder = get_scaffolder(kind) if has_scaffolder(kind) else DefaultScaffolder()
    params: Any = parse_params_model(kind, json_params) if has_scaffolder(kind) else NoParams()
    scaffolder.scaffold(
        ScaffoldRequest(
            type_name=name_of(kind, typename), target_path=Path(path), scaffold_format=scaffold_format,
            project_root=project_root, params=params, append=append,
        )
    )  # fmt: skip


def name_of(kind: type[Component], typename: str) -> str:
    """Return how files name a class: those of ours by the package alone."""
    return f"weftwork.{kind.__name__}" if kind.__module__.startswith("weftwork.components.") else typename
