"""Values of assets, as people look at them."""

from __future__ import annotations

import reprlib
from typing import Any

from weftwork.code_server.handlers.open_instance import open_instance
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.records.snapshots.requests import LoadValueRequest, ValueAnswer

_PLAIN = (dict, list, tuple, set, frozenset)
_MAX_ITEMS = 100


def load_value(request: LoadValueRequest, code: LoadedCode) -> ValueAnswer:
    """Return what the value of an asset looks like."""
    repository = code.get_repository(request.repository)
    value = repository.load_asset_value(
        request.asset_key, instance=open_instance(request.home), partition_key=request.partition_key
    )
    text = _print(value)
    return ValueAnswer(
        type_name=f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins."),
        text=text[: request.max_chars],
        is_cut=len(text) > request.max_chars,
        size=_size(value),
    )


def _print(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, _PLAIN):
        return repr(value)
    short = reprlib.Repr()
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxfrozenset = _MAX_ITEMS
    short.maxstring = short.maxother = 1000
    return short.repr(value)


def _size(value: Any) -> int | None:
    try:
        return len(value)
    except TypeError:
        return None
