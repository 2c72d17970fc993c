"""Checks of several assets with one rule, evaluated by one op that can be split."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.checks.asset_check import multi_asset_check
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.events import AssetCheckResult
from weftwork.records.keys import AssetKey

Rule = Callable[[Any, AssetKey], AssetCheckResult]


def build_checks(
    assets: Sequence[Any],
    rule: Rule,
    *,
    prefix: str,
    name: str,
    description: str,
    blocking: bool = False,
    metadata: Mapping[str, Any] | None = None,
) -> Sequence[AssetChecksDefinition]:
    """Return the checks of several assets with one rule, as one definition in a list.

    Args:
        assets: keys, names or definitions.
        rule: gets context and key and returns the result; asset and name are filled in.
        prefix: how the name of the op begins.
        name: the name of each check.
        description: the description of each check.
        blocking: whether what is downstream of the assets waits for the checks.
        metadata: metadata of each check.

    Raises:
        CheckError: if an asset is given twice.
    """
    keys = list_keys(assets)
    specs = [
        AssetCheckSpec(name, asset=key, description=description, blocking=blocking, metadata=metadata)
        for key in keys
    ]
    facts = f"{sorted(key.to_user_string() for key in keys)}{name}{description}{sorted((metadata or {}).items(), key=str)}"
    from hashlib import sha1  # loads OpenSSL

    digest = sha1(facts.encode(), usedforsecurity=False).hexdigest()[:8]

    @multi_asset_check(name=f"{prefix}_{digest}", specs=specs, can_subset=True)
    def evaluate(context) -> Iterator[AssetCheckResult]:  # type: ignore[no-untyped-def] # the name says what it is
        for check_key in sorted(context.selected_asset_check_keys):
            found = rule(context, check_key.asset_key)
            yield AssetCheckResult(
                passed=found.passed, asset_key=check_key.asset_key, check_name=check_key.name, metadata=found.metadata,
                severity=found.severity, description=found.description,
            )  # fmt: skip

    return [evaluate]


def list_keys(assets: Sequence[Any]) -> list[AssetKey]:
    """Return the keys of assets; a definition of several counts as all of them.

    Raises:
        CheckError: if one is given twice, or no list is given.
    """
    if isinstance(assets, str) or not isinstance(assets, Sequence):
        raise CheckError(f"Parameter 'assets' must be a list of assets, not {assets!r:.200}.")
    keys: list[AssetKey] = []
    for asset in assets:
        several = getattr(asset, "specs_by_key", None)
        keys += several or [AssetKey.from_coercible_or_definition(asset)]
    twice = sorted({key.to_user_string() for key in keys if keys.count(key) > 1})
    if twice:
        raise CheckError(f"'{twice[0]}' is given twice. Give each asset once.")
    return keys
