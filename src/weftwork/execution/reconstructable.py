"""ReconstructableJob: where the code of a job is found, so that another process can load it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from types import FunctionType, ModuleType
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterImportError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.jobs.job_definition import JobDefinition


class ReconstructableJob:
    """Where the code of a job is found; made with ``reconstructable`` or ``build_reconstructable_job``.

    Args:
        module_name: the module.
        attribute: the job, or the function that returns it.
        python_file: the file of the module, where it cannot be imported by name.
        args: positional arguments of the function.
        kwargs: keyword arguments of the function.
        working_directory: where the module is looked for besides ``sys.path``.
    """

    __slots__ = (
        "_definition",
        "args",
        "attribute",
        "kwargs",
        "module_name",
        "python_file",
        "working_directory",
    )

    def __init__(
        self,
        module_name: str,
        attribute: str,
        python_file: str | None = None,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        working_directory: str | None = None,
    ) -> None:
        self.module_name = module_name
        self.attribute = attribute
        self.python_file = python_file
        self.args = args
        self.kwargs = dict(kwargs or {})
        self.working_directory = working_directory
        self._definition: JobDefinition | None = None

    def get_definition(self) -> JobDefinition:
        """Return the job; loaded on first use.

        Raises:
            DagsterImportError: if its module cannot be imported.
            DagsterInvariantViolationError: if there is no job of that name in it.
        """
        if self._definition is None:
            self._definition = self._load()
        return self._definition

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.get_definition().name

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, for another process."""
        return {
            "module_name": self.module_name, "attribute": self.attribute, "python_file": self.python_file,
            "args": list(self.args), "kwargs": self.kwargs, "working_directory": self.working_directory,
        }  # fmt: skip

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> ReconstructableJob:
        """Return what ``to_dict`` made plain data of."""
        return ReconstructableJob(**{**data, "args": tuple(data["args"])})

    def _load(self) -> JobDefinition:
        module = self._import()
        if not hasattr(module, self.attribute):
            raise DagsterInvariantViolationError(
                f"Module '{self.module_name}' has no '{self.attribute}'.{did_you_mean(self.attribute, vars(module))}"
            )
        return self._to_job(getattr(module, self.attribute))

    def _to_job(self, found: Any) -> JobDefinition:
        if isinstance(found, FunctionType):
            found = found(*self.args, **self.kwargs)
        if isinstance(found, GraphDefinition) and not isinstance(found, JobDefinition):
            found = found.to_job()
        if not isinstance(found, JobDefinition):
            raise DagsterInvariantViolationError(
                f"'{self.attribute}' of module '{self.module_name}' gives {type(found).__name__}, not a job: expected a job made "
                f"with @job, or a function that returns one."
            )
        return found

    def _import(self) -> ModuleType:
        known = sys.modules.get(self.module_name)
        if known is not None and (self.module_name != "__main__" or hasattr(known, self.attribute)):
            return known
        folder = self.working_directory or (
            os.path.dirname(self.python_file) if self.python_file else os.getcwd()
        )
        if folder not in sys.path:
            sys.path.insert(0, folder)
        if self.python_file is not None and self.module_name == "__main__":
            return _import_file(self.python_file)
        try:
            return importlib.import_module(self.module_name)
        except ModuleNotFoundError as error:
            if self.python_file is not None:
                return _import_file(self.python_file)
            raise DagsterImportError(
                f"Cannot import module '{self.module_name}' of the job: {error}. It is looked for in sys.path and in '{folder}'; "
                f"give reconstructor_working_directory if it is elsewhere."
            ) from error

    def __repr__(self) -> str:
        return f"<ReconstructableJob {self.module_name}.{self.attribute}>"


def _import_file(path: str) -> ModuleType:
    name = f"__weft_{os.path.splitext(os.path.basename(path))[0]}__"
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == path:
        return known
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DagsterImportError(f"'{path}' is no Python file.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def reconstructable(target: Any) -> ReconstructableJob:
    """Return where the code of a job is found, for ``execute_job``.

    Args:
        target: a job made with ``@job`` in a module, or a function in a module that returns a job.

    Raises:
        DagsterInvariantViolationError: if it cannot be found again by another process: a lambda, something inside a
            function or class, a job that no function in a module stands for, or anything typed at a prompt.

    Example:
        >>> execute_job(reconstructable(nightly), instance=DagsterInstance.get())
    """
    function = target
    if isinstance(target, JobDefinition):
        function = getattr(target, "__wrapped__", None)
        if function is None:
            raise DagsterInvariantViolationError(
                f"Job '{target.name}' was not made with @job, so another process cannot find it. Return it from a function in a "
                f"module, as `def make_job(): return graph.to_job()`, and give that function."
            )
    if not isinstance(function, FunctionType):
        raise DagsterInvariantViolationError(
            f"reconstructable takes a job made with @job, or a function in a module that returns a job, not "
            f"{type(target).__name__}: {target!r:.100}."
        )
    _check_place(function)
    module = sys.modules.get(function.__module__)
    made = ReconstructableJob(
        function.__module__,
        function.__name__,
        os.path.abspath(getattr(module, "__file__", None) or "") or None,
    )
    if isinstance(target, JobDefinition):
        made._definition = target
    elif getattr(module, function.__name__, None) is not function:  # pytest may not register its modules
        made._definition = made._to_job(function)
    return made


def _check_place(function: FunctionType) -> None:
    name, place = function.__name__, function.__qualname__
    if name == "<lambda>":
        raise DagsterInvariantViolationError(
            "reconstructable cannot take a lambda, which has no name to find it by: use a function in a module, or "
            "build_reconstructable_job."
        )
    if name != place:
        raise DagsterInvariantViolationError(
            f"reconstructable needs '{name}' at the top of a module, where another process can find it; it is at '{place}'. Move "
            f"it, or use build_reconstructable_job."
        )
    module = sys.modules.get(function.__module__)
    if module is not None and getattr(module, "__file__", None) is None:
        raise DagsterInvariantViolationError(
            f"'{name}' was typed at a prompt or in a notebook, where another process cannot find it: put it into a module."
        )


def build_reconstructable_job(
    reconstructor_module_name: str,
    reconstructor_function_name: str,
    reconstructable_args: tuple[Any, ...] | None = None,
    reconstructable_kwargs: Mapping[str, Any] | None = None,
    reconstructor_working_directory: str | None = None,
) -> ReconstructableJob:
    """Return where the code of a job is found, with a function of your own that makes it.

    Args:
        reconstructor_module_name: the module of the function.
        reconstructor_function_name: the function, which returns the job.
        reconstructable_args: its positional arguments: plain data.
        reconstructable_kwargs: its keyword arguments: plain data.
        reconstructor_working_directory: where the module is looked for besides ``sys.path``.

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.
    """
    check_type(reconstructor_module_name, str, "reconstructor_module_name")
    check_type(reconstructor_function_name, str, "reconstructor_function_name")
    check_type(reconstructable_args, tuple, "reconstructable_args", optional=True)
    check_type(reconstructable_kwargs, Mapping, "reconstructable_kwargs", optional=True)
    check_type(reconstructor_working_directory, str, "reconstructor_working_directory", optional=True)
    for key in reconstructable_kwargs or {}:
        if not isinstance(key, str):
            raise CheckError(f"The keys of reconstructable_kwargs are names of parameters, not {key!r}.")
    return ReconstructableJob(
        reconstructor_module_name, reconstructor_function_name, None, reconstructable_args or (), reconstructable_kwargs,
        reconstructor_working_directory,
    )  # fmt: skip
