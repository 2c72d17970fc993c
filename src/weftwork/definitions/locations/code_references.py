"""Where the code of assets is: file and line as metadata, and links into a repository on the web."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from weftwork.base.errors import CheckError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.records.values.metadata_value import (
    CodeReferencesMetadataValue,
    LocalFileCodeReference,
    UrlCodeReference,
)

CODE_REFERENCES_METADATA = "dagster/code_references"
_TREE = {"github": "tree", "gitlab": "-/tree"}


class FilePathMapping(ABC):
    """Says where a local file is in a repository; users may write their own."""

    @abstractmethod
    def convert_to_source_control_path(self, local_path: Path) -> str:
        """Return the path in the repository.

        Args:
            local_path: the file on this machine.
        """


class AnchorBasedFilePathMapping(FilePathMapping):
    """Tells the place of all files from that of one file or folder.

    Args:
        local_file_anchor: a file or folder on this machine.
        file_anchor_path_in_repository: the same one's path in the repository.

    Example:
        >>> AnchorBasedFilePathMapping(Path(__file__), "my_project/assets.py")
    """

    def __init__(self, local_file_anchor: Path, file_anchor_path_in_repository: str) -> None:
        self.local_file_anchor = local_file_anchor
        self.file_anchor_path_in_repository = file_anchor_path_in_repository

    def convert_to_source_control_path(self, local_path: Path) -> str:
        """Return the path in the repository; folders between the two files are walked on both sides."""
        step = os.path.relpath(local_path, self.local_file_anchor)
        return os.path.normpath(os.path.join(self.file_anchor_path_in_repository, step))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnchorBasedFilePathMapping) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.local_file_anchor, self.file_anchor_path_in_repository))


def with_source_code_references(assets_defs: Sequence[Any]) -> Sequence[Any]:
    """Return assets with the file and line of their functions as metadata "dagster/code_references".

    Args:
        assets_defs: definitions; specs and source assets are returned as they are.

    Example:
        >>> defs = Definitions(assets=with_source_code_references([orders, customers]))
    """
    return [
        _with_references(asset) if isinstance(asset, AssetsDefinition) else asset for asset in assets_defs
    ]


def _with_references(definition: AssetsDefinition) -> AssetsDefinition:
    reference = _find_reference(definition)
    if reference is None:
        return definition

    def add(spec: AssetSpec) -> AssetSpec:
        known = spec.metadata.get(CODE_REFERENCES_METADATA)
        references = [*(known.code_references if known is not None else ()), reference]
        return spec.merge_attributes(
            metadata={CODE_REFERENCES_METADATA: CodeReferencesMetadataValue(code_references=references)}
        )

    return definition.map_asset_specs(add)


def _find_reference(definition: AssetsDefinition) -> LocalFileCodeReference | None:
    node = definition.binding.node_def if definition.binding is not None else None
    compute = getattr(node, "compute", None)
    fn: Any = compute.fn if compute is not None else getattr(node, "composition_fn", None)
    while hasattr(fn, "__wrapped__"):
        fn = fn.__wrapped__
    code = getattr(fn, "__code__", None)
    if code is None:
        return None
    return LocalFileCodeReference(
        file_path=os.path.abspath(code.co_filename), line_number=code.co_firstlineno
    )


def link_code_references_to_git(
    assets_defs: Sequence[Any],
    git_url: str,
    git_branch: str,
    file_path_mapping: FilePathMapping,
    platform: Literal["github", "gitlab"] | None = None,
) -> Sequence[Any]:
    """Return assets whose references to local files are links into a repository on the web.

    Args:
        assets_defs: assets, as ``with_source_code_references`` returns them.
        git_url: the repository's page.
        git_branch: the branch that the links show.
        file_path_mapping: where a local file is in the repository.
        platform: "github" or "gitlab"; told from the URL if it names one of them.

    Raises:
        ValueError: if the platform is not told, and the URL does not tell it.
    """
    if platform is None:
        platform = "github" if "github.com" in git_url else "gitlab" if "gitlab.com" in git_url else None
    if platform not in _TREE:
        raise ValueError(
            f"'{git_url}' does not tell how links into its files look. Give platform='github' or platform='gitlab'."
        )
    if not isinstance(file_path_mapping, FilePathMapping):
        raise CheckError(
            f"Parameter 'file_path_mapping' must be a FilePathMapping, not {file_path_mapping!r:.200}."
        )
    base = f"{git_url.rstrip('/')}/{_TREE[platform]}/{git_branch}"

    def link(spec: AssetSpec) -> AssetSpec:
        known = spec.metadata.get(CODE_REFERENCES_METADATA)
        if known is None:
            return spec
        linked = [
            _link(reference, base, file_path_mapping)
            if isinstance(reference, LocalFileCodeReference)
            else reference
            for reference in known.code_references
        ]
        return spec.merge_attributes(
            metadata={CODE_REFERENCES_METADATA: CodeReferencesMetadataValue(code_references=linked)}
        )

    return [
        asset.map_asset_specs(link) if isinstance(asset, AssetsDefinition)
        else link(asset) if isinstance(asset, AssetSpec)
        else asset
        for asset in assets_defs
    ]  # fmt: skip


def _link(reference: LocalFileCodeReference, base: str, mapping: FilePathMapping) -> UrlCodeReference:
    path = mapping.convert_to_source_control_path(Path(reference.file_path))
    line = f"#L{reference.line_number}" if reference.line_number is not None else ""
    return UrlCodeReference(url=f"{base}/{path}{line}", label=reference.label)
