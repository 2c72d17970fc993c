"""A config type for everything that pydantic understands and config schemas have no word for."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from weftwork.config.config_type import ConfigType, ConfigTypeKind
from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.errors import (
    DagsterEvaluationErrorReason,
    EvaluationError,
    Path,
    PostProcessingError,
    describe_path,
    failed_processing,
)
from weftwork.config.sources import read_required_variable


class PydanticType(ConfigType):
    """Whatever pydantic accepts for an annotation; any part of it may be ``{"env": NAME}``.

    Args:
        annotation: the annotation: a date, a path, a union, a tuple, …
        adapter: the pydantic adapter for it.
    """

    kind = ConfigTypeKind.ANY
    processes = True

    def __init__(self, annotation: Any, adapter: TypeAdapter[Any]) -> None:
        self.annotation = annotation
        self.adapter = adapter

    @property
    def key(self) -> str:
        """The annotation as text."""
        name = getattr(self.annotation, "__name__", None)
        is_class = isinstance(self.annotation, type) and not getattr(self.annotation, "__args__", None)
        return name if is_class and name else repr(self.annotation).replace("typing.", "")

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` as it is, if pydantic accepts it."""
        try:
            self.adapter.validate_python(value)
        except ValidationError as error:
            plain, has_env = _mark_env(value)
            if has_env:
                return plain
            errors.extend(to_evaluation_errors(error, path, self.describe()))
        return value

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` with variables read."""
        if not _mark_env(value)[1]:
            return value
        try:
            self.adapter.validate_python(value)
        except ValidationError:
            pass
        else:
            return value  # a dict with the only key "env" is what the type wants
        try:
            resolved = _read_env(value)
        except PostProcessingError as error:
            errors.append(failed_processing(path, str(error)))
            return None
        try:
            self.adapter.validate_python(resolved)
        except ValidationError as error:
            found = to_evaluation_errors(error, path, self.describe())
            for item in found:
                item.hide_value()  # what came from the environment may be secret
            errors.extend(found)
        return resolved


def _is_env(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("env"), str)


def _mark_env(value: Any) -> tuple[Any, bool]:
    """Return ``value`` with ``{"env": NAME}`` for each EnvVar, and whether there is any such mark."""
    if isinstance(value, ENV_VAR_TYPES):
        return {"env": value.env_var_name}, True
    if _is_env(value):
        return value, True
    if isinstance(value, dict):
        marked = {key: _mark_env(item) for key, item in value.items()}
        return {key: item for key, (item, _) in marked.items()}, any(found for _, found in marked.values())
    if isinstance(value, (list, tuple)):
        items = [_mark_env(item) for item in value]
        return [item for item, _ in items], any(found for _, found in items)
    return value, False


def _read_env(value: Any) -> Any:
    if _is_env(value):
        return read_required_variable(value["env"])
    if isinstance(value, dict):
        return {key: _read_env(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_read_env(item) for item in value]
    return value


def to_evaluation_errors(error: ValidationError, path: Path, expected: str) -> list[EvaluationError]:
    """Return the errors that pydantic found as errors of config, each at its place."""
    found = []
    for detail in error.errors(include_url=False, include_context=False):
        place: Path = path
        for part in detail["loc"]:
            place = (place, "item" if isinstance(part, int) else "field", part)
        given = f": {detail['input']!r:.120}" if detail["type"] != "missing" else ""
        message = (f"Expected {expected} at {describe_path(place)}. {detail['msg']}", given, ".")
        reason = (
            DagsterEvaluationErrorReason.MISSING_REQUIRED_FIELD
            if detail["type"] == "missing"
            else DagsterEvaluationErrorReason.RUNTIME_TYPE_MISMATCH
        )
        found.append(EvaluationError(reason, place, message, expected=expected))
    return found
