"""What a call in a composition gives: placeholders for the values that will flow when it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, Protocol

from weftwork.base.arguments import check_callable
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError

# One dynamic output that something hangs under: the node, its output, and which of its levels (from 0).
Level = tuple[str, str, int]


class Scope(Protocol):
    """What a handle asks of the composition it belongs to."""

    levels: tuple[Level, ...]
    zips: tuple[tuple[Level, ...], ...]

    def locate(self) -> str:
        """Return where in the user's program the composition is, for messages."""
        ...


class InputHandle:
    """An input of the graph that is being composed."""

    __slots__ = ("input_name",)
    levels: tuple[Level, ...] = ()

    def __init__(self, input_name: str) -> None:
        self.input_name = input_name

    def describe(self) -> str:
        """Return what it is, for messages."""
        return f"the graph's input '{self.input_name}'"

    def __iter__(self) -> Iterator[Any]:
        _refuse(self.describe(), "iterated over")

    def __getitem__(self, _index: Any) -> Any:
        _refuse(self.describe(), "indexed")


class OutputHandle:
    """An output of a node of the graph that is being composed.

    Attributes:
        node_name: the node.
        output_name: its output.
        levels: the dynamic outputs that it hangs under, outer first.
        around: those of them of which it is one item: the ones that were taken apart where it came into being.
    """

    __slots__ = ("around", "levels", "node_name", "output_name", "scope")

    def __init__(
        self,
        scope: Scope,
        node_name: str,
        output_name: str,
        levels: tuple[Level, ...],
        around: tuple[Level, ...] = (),
    ) -> None:
        self.scope = scope
        self.node_name = node_name
        self.output_name = output_name
        self.levels = levels
        self.around = around

    def describe(self) -> str:
        """Return what it is, for messages."""
        return f"output '{self.output_name}' of '{self.node_name}'"

    @property
    def open_levels(self) -> tuple[Level, ...]:
        """The levels of which it is not one item: what makes it dynamic."""
        return tuple(level for level in self.levels if level not in self.around)

    def seen_from(self, around: tuple[Level, ...]) -> OutputHandle:
        """Return the handle as it is inside of, or outside of, a map."""
        return OutputHandle(self.scope, self.node_name, self.output_name, self.levels, around)

    def map(self, fn: Callable[..., Any], *others: OutputHandle | CollectedHandle, zip: bool = False) -> Any:
        """Run what ``fn`` composes once for each item.

        Args:
            fn: an op, a graph, or a function that calls some; it is called once, with the handle of one item, and one
                of each of ``others``.
            others: more dynamic outputs, whose items are passed too.
            zip: whether items of the same mapping key are paired; otherwise there is one call for each combination.
                A key that another output does not give fails the run.

        Returns:
            What ``fn`` returned: a handle or a tuple of handles, which are dynamic again; or None.

        Raises:
            DagsterInvalidDefinitionError: if an output is not dynamic, or outputs of different depth are zipped.

        Example:
            >>> list_files().map(lambda file: load(parse(file))).collect()
            >>> prices().map(multiply, amounts(), zip=True)
        """
        return _map(self, fn, others, zip)

    def collect(self) -> CollectedHandle:
        """Return the list of all items of the innermost dynamic output.

        Raises:
            DagsterInvalidDefinitionError: if the output is not dynamic.
        """
        if not self.open_levels:
            raise _not_dynamic(self, "collect")
        return CollectedHandle(self)

    def __iter__(self) -> Iterator[Any]:
        _refuse(self.describe(), "iterated over")

    def __getitem__(self, _index: Any) -> Any:
        _refuse(self.describe(), "indexed")

    def alias(self, _name: str) -> NoReturn:
        """Refuse: the node has been called already."""
        raise self._called_already("alias")

    def with_hooks(self, _hook_defs: Any) -> NoReturn:
        """Refuse: the node has been called already."""
        raise self._called_already("with_hooks")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"The {self.describe()} is a placeholder and has no '{name}': there is no value yet where ops are put together. "
            f"Pass it on as it is, and look into it inside of an op."
        )

    def _called_already(self, method: str) -> DagsterInvariantViolationError:
        return DagsterInvariantViolationError(
            f".{method}(…) was called on {self.describe()}. Call it before the op is called: my_op.{method}(…)()."
        )


class CollectedHandle:
    """The list of all items of a dynamic output; dynamic itself where that hangs under another one."""

    __slots__ = ("handle", "levels", "scope")

    def __init__(self, handle: OutputHandle) -> None:
        self.handle = handle
        self.scope = handle.scope
        self.levels = handle.levels[:-1]

    @property
    def open_levels(self) -> tuple[Level, ...]:
        """The levels of which it is not one list."""
        return tuple(level for level in self.levels if level not in self.handle.around)

    def seen_from(self, around: tuple[Level, ...]) -> CollectedHandle:
        """Return the handle as it is inside of, or outside of, a map."""
        return CollectedHandle(self.handle.seen_from(around))

    @property
    def node_name(self) -> str:
        """The node."""
        return self.handle.node_name

    @property
    def output_name(self) -> str:
        """Its output."""
        return self.handle.output_name

    def describe(self) -> str:
        """Return what it is, for messages."""
        return f"the collected {self.handle.describe()}"

    def map(self, fn: Callable[..., Any], *others: OutputHandle | CollectedHandle, zip: bool = False) -> Any:
        """Run what ``fn`` composes once for each list, where there is one for each item of an outer output."""
        return _map(self, fn, others, zip)

    def collect(self) -> NoReturn:
        """Refuse: an op must take each list before the results are collected."""
        raise DagsterInvalidDefinitionError(
            f"{self.scope.locate()}: {self.describe()} cannot be collected a second time directly. Give each list to "
            f"an op first: .collect().map(my_op).collect()."
        )

    def __iter__(self) -> Iterator[Any]:
        _refuse(self.describe(), "iterated over")

    def __getitem__(self, _index: Any) -> Any:
        _refuse(self.describe(), "indexed")


class OutputHandles(tuple[Any, ...]):  # noqa: SLOT001 - a tuple that has items has no room for slots
    """The outputs of a node with several: a tuple whose items are attributes too."""

    names: tuple[str, ...]

    def __new__(cls, names: tuple[str, ...], handles: tuple[Any, ...]) -> OutputHandles:
        """Make the tuple."""
        made = super().__new__(cls, handles)
        made.names = names
        return made

    @property
    def _fields(self) -> tuple[str, ...]:
        return self.names

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self.names, self, strict=True))

    def __getattr__(self, name: str) -> Any:
        if name in self.names:
            return self[self.names.index(name)]
        if name.startswith("__"):
            raise AttributeError(name)
        from weftwork.base.text import did_you_mean, quote_names  # only on the way to an error

        raise AttributeError(
            f"'{self[0].node_name}' has no output '{name}'; its outputs: {quote_names(self.names)}.{did_you_mean(name, self.names)}"
        )


def _map(
    handle: OutputHandle | CollectedHandle, fn: Callable[..., Any], others: tuple[Any, ...], paired: bool
) -> Any:
    check_callable(fn, "fn")
    scope = handle.scope
    handles = (handle, *others)
    opened = [_open(scope, one) for one in handles]
    outer, zips = scope.levels, scope.zips
    scope.levels = outer + tuple(dict.fromkeys(level for levels in opened for level in levels))
    if paired:
        scope.zips = zips + _pair(handles, opened)
    try:
        made = fn(*(one.seen_from(scope.levels) for one in handles))
    finally:
        scope.levels, scope.zips = outer, zips
    if made is None:
        return None
    if isinstance(made, (OutputHandle, CollectedHandle)):
        return made.seen_from(outer)
    if isinstance(made, tuple) and all(isinstance(item, (OutputHandle, CollectedHandle)) for item in made):
        seen = tuple(item.seen_from(outer) for item in made)
        return OutputHandles(made.names, seen) if isinstance(made, OutputHandles) else seen
    raise CheckError(
        f"{scope.locate()}: the function given to map on {handle.describe()} returned {made!r:.100}. Return what an op "
        f"or graph gave, a tuple of such, or nothing."
    )


def _open(scope: Scope, handle: Any) -> tuple[Level, ...]:
    """Return the levels of a handle that no enclosing map has taken apart."""
    if not isinstance(handle, (OutputHandle, CollectedHandle)):
        raise CheckError(
            f"{scope.locate()}: map was given {handle!r:.100}; expected a function and dynamic outputs."
        )
    if not handle.open_levels:
        raise _not_dynamic(handle, "map")
    for level in handle.open_levels:
        if level in scope.levels:
            raise DagsterInvalidDefinitionError(
                f"{scope.locate()}: .map(…) was called on {handle.describe()} inside of a map over it. The items of an output "
                f"cannot be combined with themselves: collect them, and let an op give the combinations."
            )
    return handle.open_levels


def _pair(handles: Sequence[Any], opened: Sequence[tuple[Level, ...]]) -> tuple[tuple[Level, ...], ...]:
    """Return the groups of levels that are paired: the outermost of each, then those under them, and so on."""
    if len(handles) < 2:
        raise DagsterInvalidDefinitionError(
            f"{handles[0].scope.locate()}: map(…, zip=True) pairs the items of several outputs, and is given one. Name the "
            f"other ones: first.map(fn, second, zip=True)."
        )
    if len({len(levels) for levels in opened}) > 1:
        depths = ", ".join(
            f"{one.describe()} of {len(levels)}" for one, levels in zip(handles, opened, strict=True)
        )
        raise DagsterInvalidDefinitionError(
            f"{handles[0].scope.locate()}: outputs of different depth are zipped: {depths} levels. Zip what is equally deep."
        )
    return tuple(tuple(dict.fromkeys(group)) for group in zip(*opened, strict=True))


def _not_dynamic(handle: OutputHandle | CollectedHandle, method: str) -> DagsterInvalidDefinitionError:
    reason = "is one item of it here, inside of map" if handle.levels else "is not dynamic"
    return DagsterInvalidDefinitionError(
        f"{handle.scope.locate()}: .{method}(…) was called on {handle.describe()}, which {reason}. "
        f"Only the outputs declared with DynamicOut, and what was mapped over them, can be mapped and collected."
    )


def _refuse(what: str, how: str) -> NoReturn:
    raise DagsterInvariantViolationError(
        f"{what[0].upper()}{what[1:]} cannot be {how} in a composition: there is no value yet. To pass parts of it on, "
        f"declare several outputs with out={{…}}, or take it apart inside of an op."
    )
