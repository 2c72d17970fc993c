"""Run config as text that somebody typed: YAML or JSON, within bounds."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError

_MAX_CHARS = 1_000_000
_MAX_NODES = 20_000
_MAX_DEPTH = 60


def read_config_text(text: str) -> dict[str, Any]:
    """Return the data that a text holds; empty for an empty one.

    Raises:
        DagsterInvalidConfigError: if it is no YAML, no mapping, or too large.
    """
    if not text.strip():
        return {}
    if len(text) > _MAX_CHARS:
        raise _wrong(f"it is longer than {_MAX_CHARS:,} characters.", text[:200])
    import yaml  # heavy, and most questions carry no text

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_size(yaml.compose(text, Loader=loader), text)
        data = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise _wrong(f"it is not YAML: {error}", text[:200]) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise _wrong(f"expected keys and values, found {type(data).__name__}.", text[:200])
    return data


def _check_size(root: Any, text: str) -> None:
    """Refuse what aliases would blow up, and what is nested too deep, before it is built."""
    count, stack = 0, [(root, 0)] if root is not None else []
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > _MAX_NODES:
            raise _wrong(f"it has more than {_MAX_NODES:,} values, aliases counted each time.", text[:200])
        if depth > _MAX_DEPTH:
            raise _wrong(f"it is nested deeper than {_MAX_DEPTH} levels.", text[:200])
        for child in node.value if isinstance(node.value, list) else ():
            parts = child if isinstance(child, tuple) else (child,)
            stack.extend((part, depth + 1) for part in parts)


def _wrong(reason: str, text: str) -> DagsterInvalidConfigError:
    return DagsterInvalidConfigError(f"The run config cannot be read: {reason}", [], text)
