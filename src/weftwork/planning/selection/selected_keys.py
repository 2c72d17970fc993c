"""From what users name in a selection (definitions, keys, text) to the keys that are meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidAssetSelectionError, ParameterCheckError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.planning.asset_graph import AssetGraph
from weftwork.records.keys import AssetCheckKey, AssetKey

IS_ATTRIBUTES = ("executable", "external", "materializable", "observable")


def to_key(key: Any) -> AssetKey:
    """Return an asset key; "/" in text separates its parts.

    Raises:
        CheckError: if it is none.
    """
    return AssetKey.from_user_string(key) if isinstance(key, str) else AssetKey.from_coercible(key)


def keys_of(asset: Any) -> list[AssetKey]:
    """Return the keys of an assets definition, source asset or spec, or a key that is given itself.

    Raises:
        CheckError: if it is none of these.
    """
    for attribute in ("keys", "key"):
        found = None if isinstance(asset, (str, AssetKey)) else getattr(asset, attribute, None)
        if isinstance(found, AssetKey):
            return [found]
        if found is not None and not callable(found):
            return list(found)
    return [to_key(asset)]


def checks_of(check: Any) -> list[AssetCheckKey]:
    """Return the keys of a checks definition or spec, or a check key that is given itself.

    Raises:
        CheckError: if it is none of these.
    """
    if isinstance(check, AssetCheckKey):
        return [check]
    for attribute in ("check_keys", "key"):
        found = getattr(check, attribute, None)
        if isinstance(found, AssetCheckKey):
            return [found]
        if found is not None and not isinstance(found, AssetKey):
            return list(found)
    raise CheckError(f"Expected a checks definition or an AssetCheckKey, not {check!r:.200}.")


def to_graph(assets: Any) -> AssetGraph:
    """Return an asset graph, or the graph of definitions.

    Raises:
        ParameterCheckError: if it is neither.
    """
    if isinstance(assets, AssetGraph):
        return assets
    if not isinstance(assets, Iterable):
        raise ParameterCheckError(
            f"all_assets must be an asset graph or a list of assets definitions, not {assets!r:.200}."
        )
    return AssetGraph.from_definitions(assets)


def check_attribute(name: str | None) -> str:
    """Return what may stand behind "is:".

    Raises:
        DagsterInvalidAssetSelectionError: if it may not.
    """
    if name in IS_ATTRIBUTES:
        return name
    raise DagsterInvalidAssetSelectionError(
        f"Assets are not 'is:{name}'.{did_you_mean(str(name), IS_ATTRIBUTES)} Known: {quote_names(IS_ATTRIBUTES)}."
    )


def quote(text: str) -> str:
    """Return text in double quotes, as a selection text takes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
