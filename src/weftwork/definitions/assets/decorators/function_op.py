"""The op behind an asset's function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.base.text import quote_names
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.records.keys import AssetKey

COMPUTE_KIND_OP_TAG = "dagster/compute_kind"
_KEY_PART = re.compile(r"^[A-Za-z0-9_.-]+\Z")


def check_asset_key(key: AssetKey) -> AssetKey:
    """Return the key of an asset that a function makes, if it may have it.

    Raises:
        DagsterInvalidDefinitionError: if a part holds characters that are not allowed.
    """
    for part in key.path:
        if not _KEY_PART.match(part):
            suggestion = re.sub(r"[^A-Za-z0-9_.-]+", "_", part).strip("_") or "my_asset"
            hint = " Use key_prefix, or a list as key, for a key of several parts." if "/" in part else ""
            raise DagsterInvalidDefinitionError(
                f"{part!r} cannot be (part of) the name of an asset: only letters, digits, '_', '-' and '.' are allowed. "
                f"For example: '{suggestion}'.{hint}"
            )
    return key


def join_resource_keys(
    compute: ComputeFunction, required: Iterable[str] | None, resource_defs: Mapping[str, Any] | None
) -> set[str]:
    """Return the resources that the op requires: those named, and those that belong to it.

    Raises:
        CheckError: if a function takes resources as parameters and names others.
    """
    keys = set(check_type(required, Iterable, "required_resource_keys") if required is not None else ())
    if resource_defs is not None:
        check_type(resource_defs, Mapping, "resource_defs")
    if keys and compute.resource_params:
        raise CheckError(
            f"{describe_function(compute.fn)} takes resources as parameters ({quote_names(compute.resource_params)}) and "
            f"names others in required_resource_keys ({quote_names(keys)}). Use one of the two ways."
        )
    return keys | set(resource_defs or ())


def check_outs(checks: Mapping[str, AssetCheckSpec], *, can_subset: bool = False) -> dict[str, Out]:
    """Return the outputs that evaluate checks."""
    return {name: Out(Any, is_required=not can_subset) for name in checks} if checks else {}


def join_op_tags(op_tags: Mapping[str, Any] | None, compute_kind: str | None) -> dict[str, Any] | None:
    """Return the tags of the op with the technology it uses."""
    if compute_kind is None:
        return dict(op_tags) if op_tags else None
    return {**(op_tags or {}), COMPUTE_KIND_OP_TAG: compute_kind}
