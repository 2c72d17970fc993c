"""From a file, module, package or attribute to what it defines: what the command line and the servers load."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from weftwork.base.alias import install_alias
from weftwork.base.collector.rarely import collecting_rarely
from weftwork.base.errors import DagsterError, DagsterImportError, DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.graphs.edge_types import check_edge_types
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.locations.load_definitions import LazyDefinitions, load_definitions_from_modules
from weftwork.definitions.locations.modules import list_package_modules
from weftwork.definitions.locations.repository import RepositoryDefinition, kind_of
from weftwork.records.control.code_origin import CodeOrigin

Loaded = Definitions | RepositoryDefinition
CHECK_TYPES_SETTING = "WEFTWORK_CHECK_TYPES"
_WHOLES = (Definitions, RepositoryDefinition, LazyDefinitions)
_COMPONENTS = "weftwork.components.tree.load_defs"
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep


def load_definitions_from_file(
    path: str | os.PathLike[str],
    attribute: str | None = None,
    working_directory: str | os.PathLike[str] | None = None,
) -> Loaded:
    """Return what a Python file defines.

    Args:
        path: the file.
        attribute: the object in it that is meant; None where the file has one Definitions, one repository, one
            function decorated with ``@definitions``, or loose assets and jobs.
        working_directory: where modules that it imports are looked for (default: the current directory); the folder
            of the file is searched too.

    Raises:
        DagsterImportError: if the file is not there or cannot be imported; shows the user's own lines.
        DagsterInvalidDefinitionError: if it defines nothing, or more than one whole.
    """
    return find_definitions(_load_file(Path(path), working_directory), attribute)


def load_definitions_from_module_name(
    module_name: str, attribute: str | None = None, working_directory: str | os.PathLike[str] | None = None
) -> Loaded:
    """Return what the module of that name defines; see ``load_definitions_from_file``."""
    return find_definitions(_load_module(module_name, working_directory), attribute)


def load_definitions_from_package(
    package_name: str, attribute: str | None = None, working_directory: str | os.PathLike[str] | None = None
) -> Loaded:
    """Return what a package defines, or else what all its modules define together; see ``load_definitions_from_file``."""
    return _find_in_package(_load_module(package_name, working_directory), attribute)


def load_repositories(code: CodeOrigin) -> list[RepositoryDefinition]:
    """Return what a code location offers: one repository, unless its module has several made by ``@repository``.

    Raises:
        DagsterImportError: if it cannot be imported, or there is nothing in it; shows the user's own lines.
        DagsterInvalidDefinitionError: if two repositories have one name.
    """
    if code.python_file is not None:
        module = _load_file(Path(code.python_file), code.working_directory)
    else:
        module = _load_module(code.module_name or code.package_name or "", code.working_directory)
    wholes = list(list_wholes(module).values()) if code.attribute is None else []
    if len(wholes) > 1 and all(isinstance(whole, RepositoryDefinition) for whole in wholes):
        _refuse_same_names(wholes)
        return wholes
    loaded = (_find_in_package if code.package_name else find_definitions)(module, code.attribute)
    return [loaded if isinstance(loaded, RepositoryDefinition) else loaded.get_repository_def()]


def _refuse_same_names(repositories: list[RepositoryDefinition]) -> None:
    names = [repository.name for repository in repositories]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DagsterInvalidDefinitionError(f"Two repositories are named '{twice}'. Rename one of them.")


def _load_file(file: Path, working_directory: str | os.PathLike[str] | None) -> ModuleType:
    if not file.is_file():
        siblings = [other.name for other in file.parent.glob("*.py")] if file.parent.is_dir() else []
        raise DagsterImportError(f"There is no file '{file}'.{did_you_mean(file.name, siblings)}")
    _search_in(str(file.resolve().parent), str(working_directory or Path.cwd()))
    module: ModuleType = _guard(lambda: _import_file(file), f"'{file}'")
    return module


def _load_module(name: str, working_directory: str | os.PathLike[str] | None) -> ModuleType:
    _search_in(str(working_directory or Path.cwd()))
    module: ModuleType = _guard(lambda: import_module(name), f"module '{name}'")
    return module


def _find_in_package(package: ModuleType, attribute: str | None) -> Loaded:
    if attribute is not None or list_wholes(package):
        return find_definitions(package, attribute)
    what = f"package '{package.__name__}'"
    components = import_module(
        _COMPONENTS
    )  # by name: components are made of definitions, not the other way round
    if components.is_defs_folder(package):
        found: Loaded = _guard(lambda: components.load_defs(package), what)
        return found
    return load_definitions_from_modules(_guard(lambda: list_package_modules(package), what))


def find_definitions(module: ModuleType, attribute: str | None = None) -> Loaded:
    """Return what a module defines; arguments and errors as in ``load_definitions_from_file``.

    With WEFTWORK_CHECK_TYPES=1 in the environment, types are compared across the edges of its jobs.
    """
    found = _find(module, attribute)
    if os.environ.get(CHECK_TYPES_SETTING, "").lower() in ("1", "true", "yes"):
        check_edge_types(found)
    return found


def _find(module: ModuleType, attribute: str | None) -> Loaded:
    where = getattr(module, "__file__", None) or module.__name__
    if attribute is not None:
        if not hasattr(module, attribute):
            names = [name for name, value in vars(module).items() if _is_definition(value)]
            raise DagsterImportError(
                f"'{where}' has no attribute '{attribute}'.{did_you_mean(attribute, names)} It defines {quote_names(names)}."
            )
        return _to_loaded(getattr(module, attribute), f"attribute '{attribute}' of '{where}'")
    wholes = list_wholes(module)
    if len(wholes) > 1:
        raise DagsterImportError(
            f"'{where}' has {len(wholes)} objects that could be loaded: {quote_names(wholes)}. Name one (-a NAME), or join "
            f"them with Definitions.merge."
        )
    if wholes:
        name, whole = next(iter(wholes.items()))
        return _to_loaded(whole, f"'{name}' of '{where}'")
    loose = load_definitions_from_modules([module])
    graphs = [value.coerce_to_job() for value in vars(module).values() if type(value) is GraphDefinition]
    if not (loose.assets or loose.jobs or loose.asset_checks or loose.schedules or loose.sensors or graphs):
        raise DagsterImportError(
            f"'{where}' defines nothing that can be loaded: no Definitions, no asset, no job. Add `defs = Definitions(assets=[...])`."
        )
    if graphs and not (loose.jobs or loose.assets):
        return loose.copy(jobs=graphs)
    return loose


def list_wholes(module: ModuleType) -> dict[str, Any]:
    """Return name to object, for the objects of a module that hold definitions, each once."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for name, value in vars(module).items():
        if isinstance(value, _WHOLES) and id(value) not in seen:
            seen.add(id(value))
            found[name] = value
    return found


def _is_definition(value: Any) -> bool:
    return isinstance(value, _WHOLES) or kind_of(value) is not None


def _to_loaded(value: Any, where: str) -> Loaded:
    if isinstance(value, LazyDefinitions):
        lazy = value
        value = _guard(lambda: lazy(), where)
    if isinstance(value, (Definitions, RepositoryDefinition)):
        return value
    if kind_of(value) is not None:
        return _wrap_single(value)
    if isinstance(value, list) and value and all(kind_of(item) == "assets" for item in value):
        return Definitions(assets=value)
    if callable(value):
        fn = value
        made = _guard(lambda: fn(), where)
        if isinstance(made, (Definitions, RepositoryDefinition)) or kind_of(made) is not None:
            return _to_loaded(made, where)
    raise DagsterImportError(
        f"The {where} is {type(value).__name__}, which cannot be loaded. Expected Definitions, a repository, a job, assets, or a "
        f"function that returns one of them."
    )


def _wrap_single(value: Any) -> Definitions:
    kind = kind_of(value)
    parts: dict[str, Any] = {str(kind): [value]}
    if kind == "assets":
        is_check = isinstance(value, AssetsDefinition) and not value.has_keys
        return Definitions(asset_checks=[value]) if is_check else Definitions(assets=[value])
    return Definitions(**parts)


def _import_file(file: Path) -> ModuleType:
    """Import a file under its own name, or under a name of its own where another module has that name."""
    resolved = file.resolve()
    name = resolved.stem
    known = sys.modules.get(name)
    if known is not None:
        if getattr(known, "__file__", None) and Path(str(known.__file__)).resolve() == resolved:
            return known
        name = f"{resolved.parent.name}__{name}"
    spec = spec_from_file_location(name, resolved)
    if spec is None or spec.loader is None:
        raise DagsterImportError(f"'{file}' is no Python file.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _search_in(*folders: str) -> None:
    """Look for modules in these folders too; they stay, as functions may import when they run."""
    for folder in reversed(folders):
        if folder not in sys.path:
            sys.path.insert(0, folder)


def _guard(load: Callable[[], Any], what: str) -> Any:
    """Return what a function loads, any error of the user's code turned into one that shows the user's own lines.

    Raises:
        DagsterImportError: if it fails.
    """
    install_alias()  # the user's code may be written for `import dagster`
    try:
        with collecting_rarely():
            return load()
    except DagsterImportError:
        raise
    except Exception as error:
        raise DagsterImportError(f"Cannot load {what}.\n{_describe(error)}") from error
    except SystemExit as error:
        raise DagsterImportError(
            f"Cannot load {what}: it ended the process with sys.exit({error.code!r})."
        ) from error


def _describe(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(error)).rstrip()
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_user_frame(frame.filename)]
    lines = traceback.format_list(frames)
    name = "" if isinstance(error, DagsterError) else f"{type(error).__name__}: "
    hint = ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        hint = f"\nIs '{error.name}' installed, and is its folder the working directory or beside the file?"
    return f"{''.join(lines)}{name}{error}{hint}"


def _is_user_frame(filename: str) -> bool:
    is_ours = filename.startswith((_PACKAGE, "<frozen")) or os.sep + "importlib" + os.sep in filename
    return not (is_ours or filename.endswith(os.sep + "contextlib.py"))
