"""The tree as text."""

from __future__ import annotations

from collections.abc import Iterator

from weftwork.components.tree.folder_nodes import DefsFileNode
from weftwork.components.tree.node import Node


def draw(node: Node, indent: str = "", *, with_state: bool = False) -> Iterator[str]:
    """Yield the lines for what is below a node.

    Args:
        node: the node.
        indent: what stands before each line.
        with_state: whether it tells what was loaded and built.
    """
    children = list(node.children)
    for number, child in enumerate(children, start=1):
        is_last = number == len(children)
        state = f" ({child.state.value})" if with_state and child.state.value else ""
        yield f"{indent}{'└── ' if is_last else '├── '}{_name(child, node)}{state}"
        yield from draw(child, indent + ("    " if is_last else "│   "), with_state=with_state)


def _name(child: Node, node: Node) -> str:
    is_only = isinstance(node, DefsFileNode) and len(node.children) == 1
    if is_only:
        return child.name.replace("[0]", "", 1)
    return child.name if child.path == node.path else str(child.path.relative_to(node.path))
