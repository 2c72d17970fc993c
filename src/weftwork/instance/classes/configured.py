"""What a class that dagster.yaml names is told: where it is named, its config, and the instance that it serves."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple, Self, TypeVar

from weftwork.base.errors import DagsterInvalidConfigError, DagsterInvariantViolationError


class ConfigurableClassData(NamedTuple):
    """A block of dagster.yaml that names a class.

    Attributes:
        module_name: its module.
        class_name: its name.
        config_yaml: its config, as YAML.
    """

    module_name: str
    class_name: str
    config_yaml: str = "{}\n"


class ConfiguredClass:
    """Base of the classes that dagster.yaml may name.

    Args:
        inst_data: the block that names it; None for one that is there without.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        self._instance_ref: Any = None

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """The block that names it; None for one that is there without."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> Any:
        """Return the schema of its ``config``, as a dict of fields."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        """Return one with the config that dagster.yaml gives.

        Args:
            inst_data: the block that names it.
            config_value: the config, checked.
        """
        return cls(inst_data=inst_data, **config_value)

    def register_instance(self, instance: Any) -> None:
        """Note the instance that it serves."""
        self._instance_ref = weakref.ref(instance)

    @property
    def has_instance(self) -> bool:
        """Whether it serves an instance."""
        return self._instance_ref is not None and self._instance_ref() is not None

    @property
    def _instance(self) -> Any:
        found = self._instance_ref() if self._instance_ref is not None else None
        if found is None:
            raise DagsterInvariantViolationError(
                f"This {type(self).__name__} serves no instance. Name it in dagster.yaml and ask the instance for it."
            )
        return found

    def dispose(self) -> None:
        """Let go of what it holds."""


_C = TypeVar("_C", bound=ConfiguredClass)


def load_class(block: str, said: Mapping[str, Any], base: type[_C]) -> _C:
    """Return what a block that names a class of the user stands for.

    Args:
        block: the block.
        said: what it says: ``module``, ``class`` and maybe ``config``.
        base: what the class must derive from.

    Raises:
        DagsterInvalidConfigError: if there is no such class, it is of another kind, or its config does not fit.
    """
    import yaml  # only with a class of the user

    from weftwork.config.evaluation import build_config_value  # see above

    module, name = said["module"], said["class"]
    place = f"'{block}' of dagster.yaml names {module}.{name}"
    try:
        found = getattr(_import(module), name, None)
    except Exception as error:  # importing user code
        raise _wrong(
            f"{place}, whose module cannot be imported: {type(error).__name__}: {error}", said
        ) from error
    if not isinstance(found, type) or not issubclass(found, base):
        what = "which is not there" if found is None else f"which does not derive from {base.__name__}"
        raise _wrong(f"{place}, {what}. Expected a class that derives from weftwork.{base.__name__}.", said)
    config = dict(said.get("config") or {})
    data = ConfigurableClassData(module, name, yaml.safe_dump(config))
    value = build_config_value(
        found.config_type(), config, f"The config of {module}.{name} in '{block}' of dagster.yaml is wrong."
    )
    try:
        return found.from_config_value(data, value)
    except TypeError as error:  # its __init__ is user code
        raise _wrong(f"{place}, which cannot be made of its config: {error}", said) from error


def _import(module: str) -> Any:
    """Import a module, also from the working directory, where the command `weft` would not look by itself."""
    import importlib  # only with a class of the user
    import os
    import sys

    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        folder = os.getcwd()
        if error.name != module.partition(".")[0] or folder in sys.path:
            raise
        sys.path.append(folder)
        return importlib.import_module(module)


def _wrong(message: str, said: Mapping[str, Any]) -> DagsterInvalidConfigError:
    return DagsterInvalidConfigError(message, [], dict(said))
