"""YAML that may come from anybody: plain data only, and refused before it can cost time, memory or the process."""

from __future__ import annotations

import functools
import re
from typing import Any

MAX_DEPTH = 100
MAX_VALUES = 1_000_000


def load_yaml(text: str, *, max_values: int = MAX_VALUES) -> Any:
    """Return the data that a text holds; None for an empty one.

    What nests deeply would crash the parser itself, and what aliases multiply would fill the memory, so both are
    looked for before anything is built.

    Args:
        text: the text.
        max_values: how many values it may hold, those under an alias counted each time.

    Raises:
        yaml.YAMLError: if it is no YAML, nests more than 100 levels deep, or holds too many values.
    """
    import yaml  # heavy, and only files and texts need it

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if not _has_aliases(yaml, text, loader, max_values):
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    reader = loader(text)
    try:
        root = reader.get_single_node()
        if root is None:
            return None
        if _Measure(yaml).measure(root)[0] > max_values:
            raise yaml.YAMLError(
                f"it has more than {max_values:,} values, counting what its aliases stand for"
            )
        return reader.construct_document(root)
    finally:
        reader.dispose()


def compose_yaml(text: str, *, max_values: int = MAX_VALUES) -> list[tuple[Any, Any]]:
    """Return node and data of each document in a text: nodes know the lines that they stand on.

    Dates stay text, as people write them where text is wanted; ``1e3`` and ``0o17`` are numbers.

    Args:
        text: the text.
        max_values: how many values it may hold, those under an alias counted each time.

    Raises:
        yaml.YAMLError: as ``load_yaml``.
    """
    import yaml  # heavy, and only files and texts need it

    loader = _plain_loader()
    has_aliases = _has_aliases(yaml, text, loader, max_values)
    reader = loader(text)
    documents = []
    try:
        while reader.check_node():
            node = reader.get_node()
            if has_aliases and _Measure(yaml).measure(node)[0] > max_values:
                raise yaml.YAMLError(
                    f"it has more than {max_values:,} values, counting what its aliases stand for"
                )
            documents.append((node, reader.construct_document(node)))
    finally:
        reader.dispose()
    return documents


@functools.cache
def _plain_loader() -> Any:
    """Return the safe loader without dates, and with the numbers of YAML 1.2."""
    import yaml  # heavy, and only files and texts need it

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    kinds = {
        first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:timestamp"]
        for first, known in base.yaml_implicit_resolvers.items()
    }
    loader: Any = type("PlainLoader", (base,), {"yaml_implicit_resolvers": kinds})
    loader.add_implicit_resolver(
        "tag:yaml.org,2002:float", re.compile(r"[-+]?\d+(?:\.\d*)?[eE][-+]?\d+\Z"), list("-+0123456789")
    )
    loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"0o[0-7]+\Z"), ["0"])
    return loader


def _has_aliases(yaml: Any, text: str, loader: Any, max_values: int) -> bool:
    """Return whether there are aliases, having looked at how deeply it nests and how much there is."""
    depth = count = 0
    has_aliases = False
    starts, ends = yaml.events.CollectionStartEvent, yaml.events.CollectionEndEvent
    for event in yaml.parse(text, Loader=loader):
        count += 1
        if isinstance(event, starts):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1
                raise yaml.YAMLError(f"it nests more than {MAX_DEPTH} levels deep, in line {line}")
        elif isinstance(event, ends):
            depth -= 1
        elif isinstance(event, yaml.events.AliasEvent):
            has_aliases = True
    if count > 2 * max_values:
        raise yaml.YAMLError(f"it has more than {max_values:,} values")
    return has_aliases


class _Measure:
    """How large what is below a node is, those under an alias counted each time.

    Args:
        yaml: the library.
    """

    def __init__(self, yaml: Any) -> None:
        self._yaml = yaml
        self._above: set[int] = set()
        self._known: dict[int, tuple[int, int]] = {}

    def measure(self, node: Any, depth: int = 0) -> tuple[int, int]:
        """Return how many values there are at and below a node, and over how many levels.

        Args:
            node: the node.
            depth: how many levels are above it.
        """
        number, line = id(node), node.start_mark.line + 1
        if number in self._above:
            raise self._yaml.YAMLError(f"it holds itself: line {line} is part of what its alias stands for")
        count, levels = self._known.get(number, (1, 1))
        if depth + levels > MAX_DEPTH:
            raise self._yaml.YAMLError(f"it nests more than {MAX_DEPTH} levels deep, in line {line}")
        if number in self._known:
            return count, levels
        self._above.add(number)
        for child in node.value if isinstance(node.value, list) else ():
            for part in child if isinstance(child, tuple) else (child,):
                more, below = self.measure(part, depth + 1)
                count, levels = count + more, max(levels, below + 1)
        self._above.discard(number)
        self._known[number] = count, levels
        return count, levels
