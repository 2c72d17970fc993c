"""Run config as text that somebody typed: YAML or JSON, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.redaction import MASK
from weftwork.config.text.bounded_yaml import load_yaml

_MAX_CHARS = 1_000_000
_MAX_NODES = 20_000


def unmask(config: Any, before: Any, path: tuple[str, ...] = ()) -> Any:
    """Return config with the secrets back that were masked when it was shown.

    Args:
        config: the config.
        before: the config that was shown; None for none.
        path: where it stands.

    Raises:
        DagsterInvalidConfigError: if a masked value stands where nothing is known.
    """
    if isinstance(config, dict):
        known = before if isinstance(before, Mapping) else {}
        return {key: unmask(item, known.get(key), (*path, str(key))) for key, item in config.items()}
    if isinstance(config, list):
        items = before if isinstance(before, list) and len(before) == len(config) else [None] * len(config)
        return [unmask(item, items[at], (*path, str(at))) for at, item in enumerate(config)]
    if not isinstance(config, str) or MASK not in config:
        return config
    if before is None:
        where = ":".join(path)
        raise _wrong(
            f"'{where}' holds {MASK}, which stands for a secret where config is shown. Write the value, or "
            f"{{env: VARIABLE}}.", where,
        )  # fmt: skip
    return before


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

    try:
        data = load_yaml(text, max_values=_MAX_NODES)
    except yaml.YAMLError as error:
        raise _wrong(f"it is not YAML: {error}", text[:200]) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise _wrong(f"expected keys and values, found {type(data).__name__}.", text[:200])
    return data


def _wrong(reason: str, text: str) -> DagsterInvalidConfigError:
    return DagsterInvalidConfigError(f"The run config cannot be read: {reason}", [], text)
