"""What is recorded about a thing besides the thing itself: metadata values of every kind."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidMetadata, ParameterCheckError
from weftwork.base.lifecycle import BETA, warn_of_use
from weftwork.records.keys import AssetKey
from weftwork.records.values.tables import TableColumnLineage, TableRecord, TableSchema
from weftwork.serde.record import Record, TextFloat, force_set


class MetadataValue(Record, kw_only=False):
    """A metadata value: made by the static methods of this class, or from plain values where they are given.

    Example:
        >>> MetadataValue.md("**done**").value
        '**done**'
    """

    @property
    def value(self) -> Any:
        """The plain value inside."""
        raise CheckError(f"{type(self).__name__} holds no value.")

    @staticmethod
    def text(text: str) -> TextMetadataValue:
        """Return text."""
        return TextMetadataValue(check_type(text, str, "text"))

    @staticmethod
    def url(url: str) -> UrlMetadataValue:
        """Return a link."""
        return UrlMetadataValue(check_type(url, str, "url"))

    @staticmethod
    def path(path: str | os.PathLike[str]) -> PathMetadataValue:
        """Return the path of a file or folder."""
        return PathMetadataValue(check_type(path, (str, os.PathLike), "path"))

    @staticmethod
    def notebook(path: str | os.PathLike[str]) -> NotebookMetadataValue:
        """Return the path of a notebook."""
        return NotebookMetadataValue(check_type(path, (str, os.PathLike), "path"))

    @staticmethod
    def json(data: Sequence[Any] | Mapping[str, Any]) -> JsonMetadataValue:
        """Return data that has a JSON form."""
        return JsonMetadataValue(data)

    @staticmethod
    def md(data: str) -> MarkdownMetadataValue:
        """Return markdown text."""
        return MarkdownMetadataValue(check_type(data, str, "data"))

    @staticmethod
    def python_artifact(python_artifact: Callable[..., Any]) -> PythonArtifactMetadataValue:
        """Return the name of a Python class or function."""
        return PythonArtifactMetadataValue(python_artifact.__module__, python_artifact.__name__)

    @staticmethod
    def float(value: float) -> FloatMetadataValue:
        """Return a floating-point number."""
        return FloatMetadataValue(float(_check_number(value, (int, float))))

    @staticmethod
    def int(value: int) -> IntMetadataValue:
        """Return a whole number."""
        return IntMetadataValue(_check_number(value, int))

    @staticmethod
    def bool(value: bool) -> BoolMetadataValue:
        """Return a boolean."""
        return BoolMetadataValue(check_type(value, bool, "value"))

    @staticmethod
    def timestamp(value: Any) -> TimestampMetadataValue:
        """Return an instant, given in seconds since the epoch or as an aware datetime.

        Raises:
            CheckError: if the datetime has no time zone.
        """
        if isinstance(value, datetime.datetime):
            if value.tzinfo is None:
                raise CheckError(
                    f"A timestamp needs a time zone: {value!r} has none. Use datetime.now(timezone.utc)."
                )
            return TimestampMetadataValue(value.timestamp())
        if isinstance(value, (_int, _float)):
            return TimestampMetadataValue(_float(value))
        raise CheckError(f"A timestamp is a datetime or seconds since the epoch, not {value!r}.")

    @staticmethod
    def dagster_run(run_id: str) -> DagsterRunMetadataValue:
        """Return a reference to a run."""
        return DagsterRunMetadataValue(check_type(run_id, str, "run_id"))

    @staticmethod
    def asset(asset_key: AssetKey) -> DagsterAssetMetadataValue:
        """Return a reference to an asset."""
        return DagsterAssetMetadataValue(check_type(asset_key, AssetKey, "asset_key"))

    @staticmethod
    def job(
        job_name: str, location_name: str, *, repository_name: str | None = None
    ) -> DagsterJobMetadataValue:
        """Return a reference to a job."""
        return DagsterJobMetadataValue(job_name, location_name, repository_name)

    @staticmethod
    def table(records: Sequence[TableRecord], schema: TableSchema | None = None) -> TableMetadataValue:
        """Return rows of a table; their schema is read off the first row where it is not given."""
        return TableMetadataValue(list(records), schema)

    @staticmethod
    def table_schema(schema: TableSchema) -> TableSchemaMetadataValue:
        """Return the columns of a table."""
        return TableSchemaMetadataValue(schema)

    @staticmethod
    def column_lineage(lineage: TableColumnLineage) -> TableColumnLineageMetadataValue:
        """Return from which upstream columns the columns are made."""
        return TableColumnLineageMetadataValue(lineage)

    @staticmethod
    def null() -> NullMetadataValue:
        """Return the absence of a value."""
        return NullMetadataValue()

    @staticmethod
    def pool(pool: str) -> PoolMetadataValue:
        """Return a reference to a concurrency pool."""
        return PoolMetadataValue(pool)


_int, _float, _bool = int, float, bool


class TextMetadataValue(MetadataValue, kw_only=False):
    """Text."""

    text: str | None = ""  # type: ignore[assignment]
    value = property(lambda self: self.text)


class UrlMetadataValue(MetadataValue, kw_only=False):
    """A link."""

    url: str | None = ""  # type: ignore[assignment]
    value = property(lambda self: self.url)


class PathMetadataValue(MetadataValue, kw_only=False):
    """The path of a file or folder."""

    path: Any = ""

    def __post_init__(self) -> None:
        force_set(self, "path", os.fspath(self.path) if self.path is not None else "")

    value = property(lambda self: self.path)
    fspath = property(lambda self: self.path)


class NotebookMetadataValue(MetadataValue, kw_only=False):
    """The path of a notebook."""

    path: Any = ""

    def __post_init__(self) -> None:
        force_set(self, "path", os.fspath(self.path) if self.path is not None else "")

    value = property(lambda self: self.path)
    fspath = property(lambda self: self.path)


class JsonMetadataValue(MetadataValue, kw_only=False):
    """Data that has a JSON form."""

    data: Any = None

    def __post_init__(self) -> None:
        import json  # only values that are JSON

        if self.data.__class__ in (_int, _float, str, _bool):
            return
        try:
            json.dumps(self.data)
        except (TypeError, ValueError) as error:
            raise DagsterInvalidMetadata(
                f"The value has no JSON form ({error}): {self.data!r:.200}."
            ) from None

    value = property(lambda self: self.data)


class MarkdownMetadataValue(MetadataValue, kw_only=False):
    """Markdown text."""

    md_str: str | None = ""
    value = property(lambda self: self.md_str)


class PythonArtifactMetadataValue(MetadataValue, kw_only=False):
    """The name of a Python class or function."""

    module: str
    name: str
    value = property(lambda self: self)


class FloatMetadataValue(MetadataValue, kw_only=False):
    """A floating-point number; not-a-number and the infinities are kept as text in JSON."""

    value: _float | str | None = 0.0  # type: ignore[valid-type]

    def __post_init__(self) -> None:
        if self.value is None or isinstance(self.value, str):
            force_set(self, "value", TextFloat(self.value or "nan"))
        elif self.value.__class__ is _float and not isfinite(self.value):
            force_set(self, "value", TextFloat(self.value))


class IntMetadataValue(MetadataValue, kw_only=False):
    """A whole number."""

    value: _int | None = 0  # type: ignore[valid-type]


class BoolMetadataValue(MetadataValue, kw_only=False):
    """A boolean."""

    value: _bool | None = False  # type: ignore[valid-type]


class TimestampMetadataValue(MetadataValue, kw_only=False):
    """An instant, in seconds since the epoch."""

    value: _float  # type: ignore[valid-type]


class DagsterRunMetadataValue(MetadataValue, kw_only=False):
    """A reference to a run."""

    run_id: str
    value = property(lambda self: self.run_id)


class DagsterAssetMetadataValue(MetadataValue, kw_only=False):
    """A reference to an asset."""

    asset_key: AssetKey
    value = property(lambda self: self.asset_key)


class DagsterJobMetadataValue(MetadataValue, kw_only=False):
    """A reference to a job."""

    job_name: str
    location_name: str
    repository_name: str | None = None
    value = property(lambda self: self)


_COLUMN_TYPES: dict[type[Any], str] = {bool: "bool", int: "int", float: "float"}


class TableMetadataValue(MetadataValue, kw_only=False):
    """Rows of a table."""

    records: list[TableRecord]
    schema: TableSchema | None = None

    def __post_init__(self) -> None:
        if not all(isinstance(record, TableRecord) for record in self.records):
            raise CheckError(f"The records of a table are TableRecords, not {self.records!r:.200}.")
        if self.schema is None:
            force_set(self, "schema", _schema_of(self.records))

    value = property(lambda self: self)

    @staticmethod
    def infer_column_type(value: object) -> str:
        """Return the type of the column that a cell is of: "bool", "int", "float", or "string" for all else."""
        return _COLUMN_TYPES.get(type(value), "string")


class TableSchemaMetadataValue(MetadataValue, kw_only=False):
    """The columns of a table."""

    schema: TableSchema
    value = property(lambda self: self.schema)


class TableColumnLineageMetadataValue(MetadataValue, kw_only=False):
    """From which upstream columns the columns are made."""

    column_lineage: TableColumnLineage  # type: ignore[assignment]
    value = property(lambda self: self.column_lineage)


class NullMetadataValue(MetadataValue, kw_only=False):
    """The absence of a value."""

    value = property(lambda self: None)


class PoolMetadataValue(MetadataValue, kw_only=False):
    """A reference to a concurrency pool."""

    pool: str  # type: ignore[assignment]
    value = property(lambda self: self.pool)
    name = value


class LocalFileCodeReference(Record):
    """A place in a file on this machine.

    Args:
        file_path: the file.
        line_number: the line, from 1.
        label: what to show instead of the path.
    """

    file_path: str
    line_number: int | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        warn_of_use("LocalFileCodeReference", BETA)


class UrlCodeReference(Record):
    """A place in code that has an address.

    Args:
        url: the address.
        label: what to show instead of the address.
    """

    url: str
    label: str | None = None

    def __post_init__(self) -> None:
        warn_of_use("UrlCodeReference", BETA)


class CodeReferencesMetadataValue(MetadataValue):
    """Where a thing is written."""

    code_references: list[LocalFileCodeReference | UrlCodeReference]
    value = property(lambda self: self)


def _check_number(value: Any, types: type | tuple[type, ...]) -> Any:
    """Return a number that is no bool.

    Raises:
        ParameterCheckError: if it is none.
    """
    if isinstance(value, bool):
        raise ParameterCheckError(
            f"Parameter 'value' must be a number, not bool: {value}. Write MetadataValue.bool."
        )
    return check_type(value, types, "value")


def _schema_of(rows: Sequence[TableRecord]) -> TableSchema:
    first = rows[0].data if rows else {}
    return TableSchema.from_name_type_dict(
        {key: TableMetadataValue.infer_column_type(cell) for key, cell in first.items()}
    )
