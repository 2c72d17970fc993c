"""Checking the defs.yaml files of a project without building anything: types, keys, and the form of attributes."""

from __future__ import annotations

from collections.abc import Iterator

from weftwork.components.assets.post_processing import AssetPostProcessorModel
from weftwork.components.attributes import validate_attributes
from weftwork.components.resolved.resolvable import validate_source
from weftwork.components.tree.component_tree import ComponentTree
from weftwork.components.tree.folder_nodes import DefsFileNode, DocumentNode
from weftwork.components.tree.node import Node
from weftwork.components.tree.problem_text import describe_error
from weftwork.components.tree.python_nodes import PythonFileNode


def check_files(tree: ComponentTree) -> tuple[int, list[str]]:
    """Return how many files there are, and what is wrong in them; Python files are imported for types alone.

    Args:
        tree: the components of the project.
    """
    files = list(_iterate_files(tree.find_root_decl()))
    return len(files), [problem for node in files for problem in _check_file(node)]


def _iterate_files(node: Node) -> Iterator[DefsFileNode]:
    if isinstance(node, DefsFileNode):
        yield node
        try:
            documents = [one for one in node.children if isinstance(one, DocumentNode) and one.is_folder]
        except Exception:  # noqa: BLE001 - what is wrong with it is told where the file is checked
            return
        for document in documents:
            yield from _iterate_files_in(document)
    elif not isinstance(node, PythonFileNode):
        yield from _iterate_files_in(node)


def _iterate_files_in(node: Node) -> Iterator[DefsFileNode]:
    for child in node.children:
        yield from _iterate_files(child)


def _check_file(node: DefsFileNode) -> Iterator[str]:
    try:
        documents = list(node.children)
    except Exception as error:  # noqa: BLE001 - all files are checked, and each of them tells
        yield describe_error(error)
        return
    for document in documents:
        assert isinstance(document, DocumentNode)
        try:
            _check_document(document)
        except Exception as error:  # noqa: BLE001 - all documents are checked, and each of them tells
            yield f"{document.place.strip()[1:-1]}:\n{describe_error(error)}"


def _check_document(document: DocumentNode) -> None:
    context = document.context.resolution_context
    if not document.is_folder:
        validate_attributes(document.component_type, document.declared.attributes, document.context)
    place = context.at_path("post_processing").at_path("assets")
    for number, change in enumerate(document.declared.asset_changes):
        validate_source(AssetPostProcessorModel.model(), change, place.at_path(number))
