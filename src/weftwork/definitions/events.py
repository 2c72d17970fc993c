"""What a compute function may return, yield or raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.records.asset_events import AssetCheckSeverity
from weftwork.records.data_version import DataVersion
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata

T = TypeVar("T")
DEFAULT_OUTPUT = "result"


class Output(Generic[T]):
    """A value for one output, with metadata.

    Args:
        value: the value.
        output_name: the output (default "result").
        metadata: name to value; see ``MetadataValue``.
        data_version: the version of an asset's data.
        tags: text to text, for an asset's materialization.
    """

    __slots__ = ("_data_version", "_metadata", "_output_name", "_tags", "_value")

    def __init__(
        self,
        value: T,
        output_name: str | None = DEFAULT_OUTPUT,
        metadata: RawMetadata | None = None,
        data_version: DataVersion | None = None,
        *,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self._value = value
        self._output_name = check_type(output_name, str, "output_name")
        self._metadata = normalize_metadata(metadata)
        self._data_version = check_type(data_version, DataVersion, "data_version", optional=True)
        self._tags = dict(tags) if tags else {}

    @property
    def value(self) -> T:
        """The value."""
        return self._value

    @property
    def output_name(self) -> str:
        """The output."""
        return self._output_name  # type: ignore[no-any-return]

    @property
    def metadata(self) -> Metadata:
        """Name to metadata value."""
        return self._metadata

    @property
    def data_version(self) -> DataVersion | None:
        """The version of an asset's data."""
        return self._data_version  # type: ignore[no-any-return]

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags of an asset's materialization."""
        return self._tags

    def with_metadata(self, metadata: RawMetadata | None) -> Output[T]:
        """Return the output with other metadata."""
        return Output(self.value, self.output_name, metadata, self.data_version, tags=self._tags)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Output) and all(
            getattr(self, s) == getattr(other, s) for s in Output.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Output({self._value!r:.100}, output_name={self._output_name!r})"


class DynamicOutput(Generic[T]):
    """One keyed item of a dynamic output.

    Args:
        value: the value.
        mapping_key: the key of the item, unique in its output: letters, digits, ``_``, ``-``, ``.`` and ``/``.
        output_name: the output (default "result").
        metadata: name to value; see ``MetadataValue``.

    Raises:
        DagsterInvalidDefinitionError: if the key cannot be part of a step's key.
    """

    __slots__ = ("_mapping_key", "_metadata", "_output_name", "_value")

    def __init__(
        self,
        value: T,
        mapping_key: str,
        output_name: str | None = DEFAULT_OUTPUT,
        metadata: RawMetadata | None = None,
    ) -> None:
        self._value = value
        self._mapping_key = check_mapping_key(mapping_key)
        self._output_name = check_type(output_name, str, "output_name")
        self._metadata = normalize_metadata(metadata)

    @property
    def value(self) -> T:
        """The value."""
        return self._value

    @property
    def mapping_key(self) -> str:
        """The key of the item."""
        return self._mapping_key

    @property
    def output_name(self) -> str:
        """The output."""
        return self._output_name  # type: ignore[no-any-return]

    @property
    def metadata(self) -> Metadata:
        """Name to metadata value."""
        return self._metadata

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DynamicOutput) and all(
            getattr(self, s) == getattr(other, s) for s in DynamicOutput.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"DynamicOutput({self._value!r:.100}, mapping_key={self._mapping_key!r})"


def check_mapping_key(key: str) -> str:
    """Return the key of a dynamic item if it can be part of a step's key.

    Raises:
        DagsterInvalidDefinitionError: if it cannot.
    """
    check_type(key, str, "mapping_key")
    if (
        key
        and (key.isidentifier() or all(letter.isalnum() or letter in "_-./" for letter in key))
        and key.isascii()
    ):
        return key
    raise DagsterInvalidDefinitionError(
        f"{key!r:.100} cannot be a mapping key: expected letters, digits, '_', '-', '.' and '/'."
    )


class NoValue:
    """The absence of a value in a MaterializeResult."""

    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE = NoValue()


class _AssetResultBase(Generic[T]):
    __slots__ = (
        "asset_key",
        "check_results",
        "data_version",
        "metadata",
        "recorded_metadata",
        "tags",
        "value",
    )

    def __init__(
        self,
        asset_key: Any = None,
        metadata: RawMetadata | None = None,
        check_results: Sequence[AssetCheckResult] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
        value: Any = NO_VALUE,
    ) -> None:
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.metadata: RawMetadata | None = metadata  # as given: tests of the function compare it
        self.recorded_metadata: Metadata = normalize_metadata(metadata) if metadata else {}
        self.check_results: Sequence[AssetCheckResult] = list(check_results or ())
        for check in self.check_results:
            check_type(check, AssetCheckResult, "check_results")
        self.data_version = check_type(data_version, DataVersion, "data_version", optional=True)
        self.tags = dict(tags) if tags else tags
        self.value = value

    def check_result_named(self, check_name: str) -> AssetCheckResult:
        """Return the check result of that name.

        Raises:
            CheckError: if there is none.
        """
        for result in self.check_results:
            if result.check_name == check_name:
                return result
        raise CheckError(f"No check result is named '{check_name}'.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, s) == getattr(other, s) for s in _AssetResultBase.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        facts = (
            f"{s}={getattr(self, s)!r}"
            for s in _AssetResultBase.__slots__
            if s != "recorded_metadata" and getattr(self, s) not in (None, [], NO_VALUE)
        )
        return f"{type(self).__name__}({', '.join(facts)})"


class MaterializeResult(_AssetResultBase[T]):
    """Says that an asset was made, without passing a value to the IO manager unless one is given.

    Args:
        asset_key: the asset; needed where the function makes several.
        metadata: name to value; see ``MetadataValue``.
        check_results: what checks in the function found.
        data_version: the version of the data.
        tags: text to text, for the materialization.
        value: a value for the IO manager to store.
    """

    __slots__ = ()


class ObserveResult(_AssetResultBase[Any]):
    """Says what an asset was found to be; see ``MaterializeResult``.

    Args:
        asset_key: the asset; needed where the function observes several.
        metadata: name to value.
        check_results: what checks in the function found.
        data_version: the version of the data that was found.
        tags: text to text, for the observation.
    """

    __slots__ = ()


class AssetCheckResult:
    """Says whether a check passed.

    Args:
        passed: whether it passed.
        asset_key: the asset; needed only where it is ambiguous.
        check_name: the check; needed only where it is ambiguous.
        metadata: name to value.
        severity: how bad it is if it did not pass (default ERROR).
        description: what a reader should know.
    """

    __slots__ = ("asset_key", "check_name", "description", "metadata", "passed", "severity")

    def __init__(
        self,
        *,
        passed: bool,
        asset_key: Any = None,
        check_name: str | None = None,
        metadata: RawMetadata | None = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
        description: str | None = None,
    ) -> None:
        if not isinstance(passed, bool):
            passed = _plain_bool(passed)
        self.passed = passed
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.check_name = check_type(check_name, str, "check_name", optional=True)
        self.metadata = normalize_metadata(metadata)
        self.severity = check_type(severity, AssetCheckSeverity, "severity")
        self.description = check_type(description, str, "description", optional=True)

    def resolve_target_check_key(self, known: Sequence[AssetCheckKey]) -> AssetCheckKey:
        """Return which of the checks it is about.

        Raises:
            DagsterInvariantViolationError: if it fits none, or several.
        """
        fitting = [
            key for key in known
            if self.asset_key in (None, key.asset_key) and self.check_name in (None, key.name)
        ]  # fmt: skip
        if len(fitting) == 1:
            return fitting[0]
        told = f"asset_key={self.asset_key}, check_name={self.check_name!r}"
        names = ", ".join(key.to_user_string() for key in known) or "none"
        verdict = "fits none" if not fitting else "fits several"
        raise DagsterInvariantViolationError(
            f"An AssetCheckResult ({told}) {verdict} of the checks declared here: {names}."
        )

    def with_metadata(self, metadata: RawMetadata | None) -> AssetCheckResult:
        """Return the result with other metadata."""
        return AssetCheckResult(
            passed=self.passed, asset_key=self.asset_key, check_name=self.check_name, metadata=metadata,
            severity=self.severity, description=self.description,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckResult) and all(
            getattr(self, s) == getattr(other, s) for s in AssetCheckResult.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"AssetCheckResult(passed={self.passed}, asset_key={self.asset_key}, check_name={self.check_name!r})"


def _plain_bool(value: Any) -> bool:
    if type(value).__name__ in ("bool_", "bool"):  # numpy's booleans come from every comparison of columns
        return bool(value)
    raise CheckError(f"passed of an AssetCheckResult must be True or False, not {value!r}.")


class Failure(Exception):
    """Raised by user code to fail a step with a description and metadata.

    Args:
        description: what went wrong.
        metadata: name to value; see ``MetadataValue``.
        allow_retries: whether the step's retry policy applies (default True).
    """

    def __init__(
        self,
        description: str | None = None,
        metadata: RawMetadata | None = None,
        allow_retries: bool | None = None,
    ) -> None:
        super().__init__(description)
        self.description = check_type(description, str, "description", optional=True)
        self.metadata = normalize_metadata(metadata)
        self.allow_retries = check_type(allow_retries, bool, "allow_retries", optional=True)
        if self.allow_retries is None:
            self.allow_retries = True


class RetryRequested(Exception):
    """Raised by user code to have a step tried again.

    Args:
        max_retries: how many more attempts there may be in all (default 1).
        seconds_to_wait: seconds before the next attempt.
    """

    def __init__(self, max_retries: int | None = 1, seconds_to_wait: float | None = None) -> None:
        super().__init__()
        self.max_retries = check_type(max_retries, int, "max_retries")
        self.seconds_to_wait = check_type(seconds_to_wait, (int, float), "seconds_to_wait", optional=True)


class TypeCheck:
    """What a type check found.

    Args:
        success: whether the value is of the type.
        description: why not, or what a reader should know.
        metadata: name to value.
    """

    __slots__ = ("description", "metadata", "success")

    def __init__(
        self, success: bool, description: str | None = None, metadata: RawMetadata | None = None
    ) -> None:
        self.success = check_type(success, bool, "success")
        self.description = check_type(description, str, "description", optional=True)
        self.metadata = normalize_metadata(metadata)
