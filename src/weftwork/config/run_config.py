"""Run config as an object, with ``Config`` instances where dicts would stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.errors import DagsterEvaluationErrorReason, EvaluationError, Path, describe_path

MAX_DEPTH = 100
_PLAIN = frozenset({str, int, float, bool, type(None)})


class RunConfig:
    """The config of a run.

    Args:
        ops: op name to ``Config`` instance, or to the dict that stands there in plain run config.
        resources: resource name to resource or ``Config`` instance, or to the plain dict.
        loggers: logger name to plain dict.
        execution: the plain dict of the executor.

    Example:
        >>> job.execute_in_process(run_config=RunConfig(ops={"load": LoadConfig(path="in.csv")}))
    """

    def __init__(
        self,
        ops: Mapping[str, Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        loggers: Mapping[str, Any] | None = None,
        execution: Mapping[str, Any] | None = None,
    ) -> None:
        self.ops: Mapping[str, Any] = check_type(ops, Mapping, "ops", optional=True) or {}
        self.resources: Mapping[str, Any] = check_type(resources, Mapping, "resources", optional=True) or {}
        self.loggers: Mapping[str, Any] = check_type(loggers, Mapping, "loggers", optional=True) or {}
        self.execution: Mapping[str, Any] = check_type(execution, Mapping, "execution", optional=True) or {}

    def to_config_dict(self) -> dict[str, Any]:
        """Return the plain run config: dicts for instances, enum names, ``{"env": NAME}`` for variables."""
        return {
            "loggers": _to_plain(self.loggers),
            "resources": _to_plain(self.resources),
            "ops": _to_plain(self.ops),
            "execution": _to_plain(self.execution),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunConfig) and self.to_config_dict() == other.to_config_dict()

    __hash__ = None  # type: ignore[assignment] # as dicts, which it stands for

    def __repr__(self) -> str:
        parts = [f"{name}={value!r}" for name, value in vars(self).items() if value]
        return f"RunConfig({', '.join(parts)})"


def _to_plain(value: Any, parent_key: str | None = None) -> Any:
    if isinstance(value, ENV_VAR_TYPES):
        return {"env": value.env_var_name}
    if isinstance(value, Mapping):
        return {key: _to_plain(item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_plain(item, "config") for item in value]
    to_config_dict = getattr(value, "to_config_dict", None)
    if to_config_dict is None or isinstance(value, type):
        return value
    # An instance stands for the whole entry of its op or resource; below `config` it stands for itself.
    return to_config_dict() if parent_key == "config" else {"config": to_config_dict()}


def to_run_config_dict(run_config: RunConfig | Mapping[str, Any] | None) -> dict[str, Any]:
    """Return run config in any of its forms as a plain dict.

    Raises:
        ParameterCheckError: if it is neither a ``RunConfig`` nor a dict.
        DagsterInvalidConfigError: if it nests too deeply for anybody to walk, or is a dict that holds an ``EnvVar``.
    """
    if run_config is None:
        return {}
    if isinstance(run_config, (dict, list)):
        _check_depth(run_config)
    if isinstance(run_config, RunConfig):
        return {key: value for key, value in run_config.to_config_dict().items() if value}
    check_type(run_config, (Mapping, RunConfig), "run_config")
    if type(run_config) is dict and not _has_objects(run_config):
        return run_config
    variables = list(_find_variables(run_config, None))
    if variables:
        raise DagsterInvalidConfigError("The run config is not plain data:", variables, run_config)
    plain: dict[str, Any] = _to_plain(run_config)
    return plain


def _find_variables(value: Any, path: Path) -> Iterator[EvaluationError]:
    """Give an error for each ``EnvVar`` that stands in plain dicts and lists; ``Config`` objects may hold some."""
    if isinstance(value, ENV_VAR_TYPES):
        message = (
            f"Found {value!r} at {describe_path(path)}. A dict of run config is plain data: write "
            f"{{'env': '{value.env_var_name}'}} there, or give the entry as a Config or resource object that holds the variable."
        )
        yield EvaluationError(DagsterEvaluationErrorReason.RUNTIME_TYPE_MISMATCH, path, (message, "", ""))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _find_variables(item, (path, "field", key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _find_variables(item, (path, "item", index))


def _check_depth(value: Any) -> None:
    """Refuse what nests more deeply than functions that call themselves can follow; what holds itself does so too."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: dict[int, Any] = {}
        for item in level:
            for part in item.values() if type(item) is dict else item:
                if type(part) is dict or type(part) is list:
                    below[id(part)] = part
        if not below:
            return
        level = list(below.values())
    raise DagsterInvalidConfigError(
        f"The run config cannot be read: it nests more than {MAX_DEPTH} levels deep. Name a file in it that holds the "
        f"rest, or give the rest as text.", [], None,
    )  # fmt: skip


def _has_objects(value: Any) -> bool:
    kind = type(value)
    if kind in _PLAIN:
        return False
    if kind is dict:
        return any(type(item) not in _PLAIN and _has_objects(item) for item in value.values())
    if kind is list:
        return any(type(item) not in _PLAIN and _has_objects(item) for item in value)
    return isinstance(value, (Mapping, *ENV_VAR_TYPES)) or hasattr(value, "to_config_dict")
