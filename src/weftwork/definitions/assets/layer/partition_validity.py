"""Whether the partitions of assets, of what they depend on and of their checks fit each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog


def check_partitions(catalog: AssetCatalog, definitions: Iterable[AssetsDefinition] | None = None) -> None:
    """Check dependencies between partitioned assets, and checks that have partitions.

    Args:
        catalog: all assets.
        definitions: whose dependencies are looked at (default: all).

    Raises:
        DagsterInvalidDefinitionError: if a mapping does not fit the two definitions, or a check has other partitions than
            its asset.
    """
    seen: set[tuple[int, int, int]] = set()
    for definition in catalog.definitions if definitions is None else definitions:
        if definition.is_executable:  # what is made elsewhere is mapped elsewhere
            for spec in definition.specs_by_key.values():
                for dep in spec.deps:
                    if spec.partitions_def is not None or dep.partition_mapping is not None:
                        _check_dependency(catalog, spec, dep, seen)
        _check_checks(catalog, definition)


def _check_dependency(catalog: AssetCatalog, spec: Any, dep: Any, seen: set[tuple[int, int, int]]) -> None:
    from weftwork.partitions.mappings.inference import (  # only where there are partitions
        infer_partition_mapping,
    )

    maker = catalog.by_key.get(dep.asset_key)
    if maker is None or not maker.is_executable:
        return  # what is made elsewhere may be declared with less than is known there
    above = maker.specs_by_key[dep.asset_key]
    if above.partitions_def is None:
        return
    pair = (id(spec.partitions_def), id(above.partitions_def), id(dep.partition_mapping))
    if pair in seen:
        return
    seen.add(pair)
    mapping = infer_partition_mapping(dep.partition_mapping, spec.partitions_def, above.partitions_def)
    try:
        mapping.validate_partition_mapping(above.partitions_def, spec.partitions_def)
    except (DagsterError, CheckError) as error:
        raise DagsterInvalidDefinitionError(
            f"The partitions of '{spec.key.to_user_string()}' cannot be mapped to those of "
            f"'{dep.asset_key.to_user_string()}': {error}"
        ) from error


def _check_checks(catalog: AssetCatalog, definition: AssetsDefinition) -> None:
    if not definition.node_check_specs_by_output_name:
        return
    for check in definition.check_specs_by_output_name.values():
        asset = catalog.find_spec(check.asset_key)
        if (
            check.partitions_def is not None
            and asset is not None
            and asset.partitions_def != check.partitions_def
        ):
            raise DagsterInvalidDefinitionError(
                f"Check '{check.key.to_user_string()}' has other partitions than its asset. Give both the same "
                f"partitions_def, or the check none."
            )
