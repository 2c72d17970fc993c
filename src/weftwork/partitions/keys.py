"""Partition keys, ranges and windows as values, and which text may be a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterUnknownPartitionError,
    ParameterCheckError,
)
from weftwork.base.text import did_you_mean, quote_names

INVALID_KEY_PARTS = ("...", "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0")
DIMENSION_DELIMITER = "|"
INVALID_DIMENSION_KEY_PARTS = ("|", ",", "[", "]")

T_co = TypeVar("T_co", covariant=True)


class UnreadableKeyError(DagsterUnknownPartitionError, ValueError):
    """A partition key does not have the form that its definition gives to keys."""


class UnreadableDateError(DagsterInvalidDefinitionError, ValueError):
    """A date of a partitions definition does not have the declared format."""


class TimeWindow(NamedTuple):
    """A span of time, its end not included.

    Args:
        start: the first instant.
        end: the first instant after it.
    """

    start: datetime
    end: datetime

    @property
    def is_empty(self) -> bool:
        """Whether no instant lies in it."""
        return self.start >= self.end


class PartitionKeyRange(NamedTuple):
    """A range of partition keys, both ends included, in the order of the definition.

    Args:
        start: the first key.
        end: the last key.
    """

    start: str
    end: str


class PartitionDimensionKey(NamedTuple):
    """The key of one dimension within a multi-dimensional key."""

    dimension_name: str
    partition_key: str


class MultiPartitionKey(str):
    """The key of a multi-dimensional partition: a text that knows its dimensions.

    The text is the keys of the dimensions, ordered by dimension name, joined with ``|``.

    Args:
        keys_by_dimension: dimension name to key.

    Example:
        ``MultiPartitionKey({"date": "2024-01-01", "color": "red"}) == "red|2024-01-01"``
    """

    __slots__ = ("dimension_keys",)
    dimension_keys: list[PartitionDimensionKey]

    def __new__(cls, keys_by_dimension: Mapping[str, str]) -> MultiPartitionKey:
        """Check the arguments."""
        if not isinstance(keys_by_dimension, Mapping):
            raise ParameterCheckError(
                f"MultiPartitionKey takes a mapping of dimension name to key, "
                f"not {type(keys_by_dimension).__name__}: {keys_by_dimension!r:.200}."
            )
        items = sorted(keys_by_dimension.items())
        for name, key in items:
            if not isinstance(name, str) or not isinstance(key, str):
                raise CheckError(
                    f"MultiPartitionKey takes text for names and keys; dimension {name!r} has {key!r:.100} "
                    f"of type {type(key).__name__}."
                )
        return cls.build(items)

    @classmethod
    def build(cls, items: Iterable[tuple[str, str]]) -> MultiPartitionKey:
        """Return the key of ``(dimension name, key)`` pairs that are checked and ordered by name."""
        dimension_keys = [PartitionDimensionKey(name, key) for name, key in items]
        result = str.__new__(cls, DIMENSION_DELIMITER.join([key for _, key in dimension_keys]))
        result.dimension_keys = dimension_keys
        return result

    def __getnewargs__(self) -> tuple[dict[str, str]]:  # type: ignore[override]
        return (self.keys_by_dimension,)

    def __reduce__(self) -> tuple[type[MultiPartitionKey], tuple[dict[str, str]]]:
        return MultiPartitionKey, (self.keys_by_dimension,)

    @property
    def keys_by_dimension(self) -> dict[str, str]:
        """Dimension name to key."""
        return dict(self.dimension_keys)


class Partition(Generic[T_co]):
    """A partition as old programs know it: a value with a name.

    Deprecated: partition keys are plain text now.

    Args:
        value: anything.
        name: its key; the text of the value by default.
    """

    __slots__ = ("_name", "_value")

    def __init__(self, value: Any, name: str | None = None) -> None:
        self._value = value
        self._name = name if name is not None else str(value)

    @property
    def value(self) -> Any:
        """What the partition stands for."""
        return self._value

    @property
    def name(self) -> str:
        """The partition's key."""
        return self._name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partition) and (self._value, self._name) == (other._value, other._name)

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f"Partition(value={self._value!r}, name={self._name!r})"


def check_keys(keys: Iterable[Any], what: str) -> tuple[str, ...]:
    """Return partition keys if each may be one and none comes twice.

    Args:
        keys: the keys as the user gave them.
        what: whose they are, for the message.

    Raises:
        CheckError: if one is not text.
        DagsterInvalidDefinitionError: if one holds ``...`` or a control character, or comes twice.
    """
    if isinstance(keys, str):
        raise ParameterCheckError(f"The keys of {what} must be a list of text, not one text: {keys!r}.")
    result = tuple(keys)
    if not all(isinstance(key, str) for key in result):
        wrong = next(key for key in result if not isinstance(key, str))
        raise CheckError(f"The keys of {what} must be text; {wrong!r} is {type(wrong).__name__}.")
    everything = "\x1f".join(result)
    for part in INVALID_KEY_PARTS:
        if part in everything:
            wrong = next((key for key in result if part in key), everything)
            raise DagsterInvalidDefinitionError(
                f"{wrong!r} cannot be a partition key of {what}: keys may not hold {part!r}."
            )
    if len(set(result)) < len(result):
        seen: set[str] = set()
        twice = {key for key in result if key in seen or seen.add(key)}  # type: ignore[func-returns-value]
        raise DagsterInvalidDefinitionError(
            f"The partition keys of {what} must be unique. Twice: {quote_names(twice)}."
        )
    return result


def unknown_key_error(
    key: object, what: str, near: Sequence[str] = (), hint: str = ""
) -> DagsterUnknownPartitionError:
    """Return the error for a key that does not exist, naming the nearest that does.

    Args:
        key: the key that was asked for.
        what: the definition, as text.
        near: existing keys to choose the nearest from (some thousands at most).
        hint: a sentence that helps more than the nearest key.
    """
    return DagsterUnknownPartitionError(
        f"There is no partition {key!r} in {what}.{hint and ' ' + hint}{'' if hint else did_you_mean(str(key), near)}"
    )
