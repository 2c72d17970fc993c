"""ReconstructableJob: where the code of a job is found, so that another process can load it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from types import FunctionType, ModuleType
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    CheckError,
    DagsterImportError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.records.keys import AssetCheckKey, AssetKey


class ReconstructableJob:
    """Where the code of a job is found; made with ``reconstructable`` or ``build_reconstructable_job``.

    Args:
        module_name: the module.
        attribute: the job, or the function that returns it.
        python_file: the file of the module, where it cannot be imported by name.
        args: positional arguments of the function.
        kwargs: keyword arguments of the function.
        working_directory: where the module is looked for besides ``sys.path``.

    Attributes:
        op_selection: the part of the job that is meant; None for all of it.
        asset_selection: the assets that are meant; None for all.
        asset_check_selection: the checks that are meant; None for those of the assets.
    """

    __slots__ = (
        "_definition",
        "args",
        "asset_check_selection",
        "asset_selection",
        "attribute",
        "kwargs",
        "module_name",
        "op_selection",
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
        self.op_selection: frozenset[str] | None = None
        self.asset_selection: frozenset[AssetKey] | None = None
        self.asset_check_selection: frozenset[AssetCheckKey] | None = None
        self._definition: JobDefinition | None = None

    def get_definition(self) -> JobDefinition:
        """Return the job; loaded on first use.

        Raises:
            DagsterImportError: if its module cannot be imported.
            DagsterInvariantViolationError: if there is no job of that name in it.
        """
        if self._definition is None:
            job = self._load()
            self._definition = job if self._is_whole else self._narrow(job)
        return self._definition

    @property
    def _is_whole(self) -> bool:
        return (
            self.op_selection is None and self.asset_selection is None and self.asset_check_selection is None
        )

    def _narrow(self, job: JobDefinition) -> JobDefinition:
        return job.get_subset(
            op_selection=self.op_selection,
            asset_selection=self.asset_selection,
            asset_check_selection=self.asset_check_selection,
        )

    def get_subset(
        self,
        *,
        op_selection: Iterable[str] | None = None,
        asset_selection: Iterable[AssetKey] | None = None,
        asset_check_selection: Iterable[AssetCheckKey] | None = None,
    ) -> ReconstructableJob:
        """Return where a part of the job is found.

        Args:
            op_selection: names of ops, with ``*`` and ``+`` as in ``execute_job``.
            asset_selection: assets.
            asset_check_selection: checks.

        Raises:
            ParameterCheckError: if both ops and assets are given.
        """
        if op_selection is not None and (asset_selection is not None or asset_check_selection is not None):
            raise ParameterCheckError(
                "Give op_selection, or asset_selection and asset_check_selection, not both."
            )
        part = ReconstructableJob(
            self.module_name, self.attribute, self.python_file, self.args, self.kwargs, self.working_directory
        )
        part.op_selection = _freeze(op_selection)
        part.asset_selection = _freeze(asset_selection)
        part.asset_check_selection = _freeze(asset_check_selection)
        if self._is_whole and self._definition is not None:
            part._definition = part._narrow(self._definition)
        return part

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.get_definition().name

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, for another process."""
        return {
            "module_name": self.module_name, "attribute": self.attribute, "python_file": self.python_file,
            "args": list(self.args), "kwargs": self.kwargs, "working_directory": self.working_directory,
            "op_selection": _to_plain(self.op_selection, str),
            "asset_selection": _to_plain(self.asset_selection, AssetKey.to_user_string),
            "asset_check_selection": _to_plain(self.asset_check_selection, AssetCheckKey.to_user_string),
        }  # fmt: skip

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> ReconstructableJob:
        """Return what ``to_dict`` made plain data of."""
        names = ("op_selection", "asset_selection", "asset_check_selection")
        made = ReconstructableJob(
            **{**{key: data[key] for key in data if key not in names}, "args": tuple(data["args"])}
        )
        made.op_selection = _freeze(data.get("op_selection"))
        made.asset_selection = _freeze(data.get("asset_selection"), AssetKey.from_user_string)
        made.asset_check_selection = _freeze(
            data.get("asset_check_selection"), AssetCheckKey.from_user_string
        )
        return made

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


def _freeze(given: Iterable[Any] | None, read: Any = None) -> frozenset[Any] | None:
    return None if given is None else frozenset(given if read is None else map(read, given))


def _to_plain(given: Iterable[Any] | None, write: Any) -> list[str] | None:
    return None if given is None else sorted(map(write, given))


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
            function or class, a job that no function in a module stands for, or anything typed at a prompt; or if the
            function takes arguments or returns no job.

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
    else:  # what it returns is wrong here as it would be in the other process
        _check_parameters(function)
        made._definition = made._to_job(function)
    return made


def _check_parameters(function: FunctionType) -> None:
    code = function.__code__
    without_default = code.co_argcount - len(function.__defaults__ or ())
    needed = [
        *code.co_varnames[:without_default],
        *(
            name
            for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
            if name not in (function.__kwdefaults__ or ())
        ),
    ]
    if needed:
        raise DagsterInvariantViolationError(
            f"reconstructable calls '{function.__name__}' without arguments, and it needs {quote_names(needed)}. Give it "
            f"defaults, or give the arguments to build_reconstructable_job."
        )


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
    import inspect  # slow to import, and few jobs are reconstructed

    module = inspect.getmodule(function)
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
