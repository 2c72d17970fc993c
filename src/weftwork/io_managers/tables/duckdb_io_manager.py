"""DuckDBIOManager: data frames as tables of a DuckDB database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from weftwork.definitions.io.configurable_io_manager import ConfigurableIOManagerFactory
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.io_manager import IOManager
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.key_path import encode_part
from weftwork.io_managers.partition_loading import load_partitions
from weftwork.io_managers.partition_storing import split_by_partition
from weftwork.io_managers.tables.duckdb_database import DuckDBDatabase
from weftwork.io_managers.tables.duckdb_slice import (
    PARTITION_EXPR_METADATA,
    TableSlice,
    build_expression_slice,
    build_key_slice,
)
from weftwork.io_managers.tables.duckdb_table import DuckDBTable
from weftwork.io_managers.tables.frame import (
    choose_kind,
    find_columns,
    find_kind,
    find_wanted,
    from_arrow,
    get_kind,
    to_arrow,
)
from weftwork.io_managers.tables.table_metadata import build_table_metadata

DEFAULT_SCHEMA = "public"
OUTPUTS_SCHEMA = "op_outputs"
RELATION_METADATA = "dagster/relation_identifier"
_NAME = "DuckDBIOManager"
Context = OutputContext | InputContext


class DuckDBTables(IOManager):
    """Stores each data frame in a table: what ``DuckDBIOManager`` makes.

    Args:
        database: where the tables are.
        schema: the schema of tables whose asset says none; that of the key if None.
    """

    def __init__(self, database: DuckDBDatabase, schema: str | None) -> None:
        self._database = database
        self._schema = schema

    def find_place(self, context: Context) -> tuple[str, str]:
        """Return schema and table of a value.

        An asset is in the table of the last part of its key, or of its metadata ``table``; in the schema of its
        metadata ``schema``, else of the IO manager, else of the part of its key before the last, else "public".
        """
        if not context.has_asset_key:
            return OUTPUTS_SCHEMA, "/".join(context.get_identifier())
        *before, last = context.asset_key.path
        metadata = _find_asset_metadata(context)
        schema = metadata.get("schema") or self._schema or (before[-1] if before else DEFAULT_SCHEMA)
        return _to_name(schema), _to_name(metadata.get("table") or last)

    def _open(self, connection: Any, context: Context) -> DuckDBTable:
        schema, name = self.find_place(context)
        owner = context.asset_key.to_user_string() if context.has_asset_key else name
        return DuckDBTable(connection, schema, name, owner, DescribedValue(context))

    # ------------------------------------------------------------------------------------- storing

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store a frame in its table, in one transaction.

        A partition replaces its own rows only. An asset that makes several partitions in one run gives one frame for
        all where its metadata has ``partition_expr``, else a mapping of partition key to frame.

        Raises:
            DagsterInvariantViolationError: if it is no data frame, or a row is of another partition.
            DagsterStorageError: if the database cannot be reached.
        """
        what = DescribedValue(context)
        parts = self._split(context, obj)
        frames = []
        for keys, frame in parts:
            kind = get_kind(frame, _NAME, what)
            frames.append((keys, to_arrow(frame, kind), kind.value))

        def store(connection: Any) -> None:
            table = self._open(connection, context)
            for keys, frame, kind in frames:
                if keys is None:
                    table.replace_whole(frame, kind)
                else:
                    table.replace_slice(frame, kind, self._build_slice(context, table, keys, frame))

        self._database.run(store, what)
        schema, name = self.find_place(context)
        context.add_output_metadata({RELATION_METADATA: f"{self._database.path}.{schema}.{name}"})
        if len(frames) == 1:
            frame = frames[0][1]
            context.add_output_metadata(
                build_table_metadata(context, frame.schema, frame.num_rows, frame.nbytes)
            )

    def _split(self, context: OutputContext, obj: Any) -> list[tuple[list[str] | None, Any]]:
        if not context.has_asset_partitions:
            return [(None, obj)]
        keys = list(context.asset_partition_keys)
        if find_kind(type(obj)) is not None and _find_expression(context) is not None:
            return [(keys, obj)]
        return [([key], frame) for key, frame in split_by_partition(context, obj).items()]

    def _build_slice(
        self, context: Context, table: DuckDBTable, keys: list[str], frame: Any = None
    ) -> TableSlice:
        expression = _find_expression(context)
        if expression is None:
            return build_key_slice(keys)
        if isinstance(expression, Mapping):
            expression = {name: table.to_expression(str(sql), frame) for name, sql in expression.items()}
            zoned = {sql: table.is_zoned(sql, frame) for sql in expression.values()}
        else:
            expression = table.to_expression(str(expression), frame)
            zoned = {expression: table.is_zoned(expression, frame)}
        return build_expression_slice(expression, context, keys, zoned)

    # ------------------------------------------------------------------------------------- loading

    def load_input(self, context: InputContext) -> Any:
        """Return the rows as the kind of frame that the annotation of the input asks for.

        Several partitions are one frame; a dict of partition key to frame where the annotation is a dict.

        Raises:
            FileNotFoundError: if the table is not there.
            DagsterStorageError: if the database cannot be reached.
        """
        wanted = find_wanted(context)
        columns = find_columns(context)

        def load(connection: Any) -> Any:
            table = self._open(connection, context)
            table.check_exists()
            kind = choose_kind(wanted.kind, table.find_facts().get("frame"))

            def read(taken: TableSlice | None) -> Any:
                return from_arrow(table.read(columns, taken), kind)

            if not context.has_asset_key or not context.has_asset_partitions:
                return read(None)
            keys = list(context.asset_partition_keys)
            if wanted.by_partition:
                return load_partitions(context, lambda key: read(self._build_slice(context, table, [key])))
            return read(self._build_slice(context, table, keys)) if keys else None

        return self._database.run(load, DescribedValue(context))


def _find_asset_metadata(context: Context) -> Mapping[str, Any]:
    """Return the metadata of the asset itself, also where another step loads it."""
    source = context
    if isinstance(context, InputContext) and context.upstream_output is not None:
        source = context.upstream_output
    return {name: getattr(value, "value", value) for name, value in source.definition_metadata.items()}


def _find_expression(context: Context) -> Any:
    return _find_asset_metadata(context).get(PARTITION_EXPR_METADATA)


def _to_name(part: Any) -> str:
    """Return a part of a key as a name that DuckDB takes: any text but the empty one and NUL."""
    text = str(part)
    return text if text and "\0" not in text else encode_part(text)


class DuckDBIOManager(ConfigurableIOManagerFactory[DuckDBTables]):
    """Stores data frames of pandas, polars and pyarrow as tables of a DuckDB database, each in one transaction.

    Partitions replace their own rows: by the SQL that the asset gives as metadata ``partition_expr``, else by a column
    ``_partition`` that is added and not shown on loading. Several processes may use the database; they wait for each
    other. Row count, column schema and size are recorded as metadata.

    Args:
        database: the file of the database; made if it is not there.
        schema_name: the schema of tables whose asset has no metadata ``schema``; the part of the key before the last,
            or "public", if None.
        connection_config: settings of DuckDB, such as ``{"memory_limit": "4GB"}``.
        lock_timeout_s: how long to wait for other processes.

    Example:
        >>> @asset(partitions_def=days, metadata={"partition_expr": "day"})
        ... def orders(context) -> polars.DataFrame: ...
        >>> Definitions(assets=[orders], resources={"io_manager": DuckDBIOManager(database="data.duckdb")})
    """

    database: str = Field(description="The file of the database.")
    schema_name: str | None = Field(default=None, description="The schema of tables whose asset says none.")
    connection_config: dict[str, Any] = Field(default={}, description="Settings of DuckDB.")
    lock_timeout_s: float = Field(
        default=60.0, description="How long to wait for other processes, in seconds."
    )

    def create_io_manager(self, context: InitResourceContext) -> DuckDBTables:
        """Return the IO manager."""
        database = DuckDBDatabase(self.database, self.connection_config, self.lock_timeout_s)
        return DuckDBTables(database, self.schema_name)
