"""Data frames as DuckDB tables: places, partitions in one transaction, several processes, and what goes wrong."""

from __future__ import annotations

import datetime
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pandas
import polars
import pyarrow
import pytest

import weftwork as dg
from weftwork.io_managers.tables.duckdb_database import DuckDBDatabase
from weftwork.io_managers.tables.duckdb_io_manager import DuckDBIOManager


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "folder" / "data.duckdb")


def run(assets, database, config=None, **arguments):
    manager = DuckDBIOManager(database=database, **(config or {}))
    return dg.materialize(assets, resources={"io_manager": manager}, **arguments)


def query(database, sql):
    with duckdb.connect(database) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    "make",
    [
        lambda: pandas.DataFrame({"id": [1, 2]}),
        lambda: polars.DataFrame({"id": [1, 2]}),
        lambda: polars.LazyFrame({"id": [1, 2]}),
        lambda: pyarrow.table({"id": [1, 2]}),
    ],
)
def test_an_input_gets_the_annotated_kind_or_else_the_stored_one(database, make):
    seen = []

    @dg.asset
    def orders():
        return make()

    @dg.asset
    def as_stored(orders) -> None:
        seen.append(orders)

    @dg.asset
    def as_pandas(orders: pandas.DataFrame) -> None:
        seen.append(orders)

    @dg.asset
    def as_arrow(orders: pyarrow.Table) -> None:
        seen.append(orders)

    run([orders, as_stored, as_pandas, as_arrow], database)

    assert {type(frame) for frame in seen} == {type(make()), pandas.DataFrame, pyarrow.Table}
    assert query(database, "SELECT id FROM public.orders ORDER BY id") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("key", "metadata", "config", "place"),
    [
        (["orders"], {}, {}, ("public", "orders")),
        (["shop", "orders"], {}, {}, ("shop", "orders")),
        (["shop", "orders"], {}, {"schema_name": "all"}, ("all", "orders")),
        (["orders"], {"schema": "mine", "table": "bought"}, {"schema_name": "all"}, ("mine", "bought")),
        (["orders"], {"schema": 'a"b', "table": "; DROP TABLE x; --"}, {}, ('a"b', "; DROP TABLE x; --")),
        (["orders"], {"schema": "..", "table": "/etc/passwd"}, {}, ("..", "/etc/passwd")),
    ],
)
def test_tables_are_where_key_and_metadata_say(database, key, metadata, config, place):
    @dg.asset(key=key, metadata=metadata)
    def orders():
        return polars.DataFrame({"id": [1]})

    @dg.asset(ins={"taken": dg.AssetIn(key=key)})
    def total(taken) -> None:
        assert taken["id"].to_list() == [1]

    result = run([orders, total], database, config)

    assert query(database, "SELECT schema_name, table_name FROM duckdb_tables()") == [place]
    [event] = result.asset_materializations_for_node(result.get_asset_materialization_events()[0].step_key)
    assert event.metadata["dagster/relation_identifier"].value == f"{database}.{place[0]}.{place[1]}"
    assert event.metadata["dagster/row_count"].value == 1
    assert [column.name for column in event.metadata["dagster/column_schema"].value.columns] == ["id"]
    assert event.metadata["size_bytes"].value > 0


@pytest.mark.parametrize("other", [["b", "x", "orders"], ["x", "Orders"]])
def test_two_assets_never_share_a_table(database, other):
    @dg.asset(key=["a", "x", "orders"])
    def first():
        return polars.DataFrame({"id": [1]})

    @dg.asset(key=other)
    def second():
        return polars.DataFrame({"id": [2]})

    run([first], database)

    with pytest.raises(dg.DagsterInvariantViolationError, match=r"(?s)holds 'a/x/orders'.*another place"):
        run([second], database)
    assert query(database, "SELECT id FROM x.orders") == [(1,)]


DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")
DATES = [datetime.date(2024, 1, day) for day in (1, 2, 3)]


def test_a_partition_replaces_its_own_rows_by_the_assets_expression(database):
    version = [1]

    @dg.asset(partitions_def=DAYS, metadata={"partition_expr": "day"})
    def orders(context) -> polars.DataFrame:
        day = datetime.date.fromisoformat(context.partition_key)
        return polars.DataFrame({"day": [day, day], "version": version * 2})

    @dg.asset(partitions_def=DAYS)
    def seen(orders: polars.DataFrame) -> None:
        assert orders["day"].unique().to_list() == [DATES[1]]

    for day in DATES:
        run([orders], database, partition_key=day.isoformat())
    version[0] = 2
    run([orders, seen], database, partition_key="2024-01-02")

    assert query(database, "SELECT day, version, count(*) FROM public.orders GROUP BY ALL ORDER BY day") == [
        (DATES[0], 1, 2),
        (DATES[1], 2, 2),
        (DATES[2], 1, 2),
    ]


@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_times_are_of_the_zone_of_the_partitions(database, zone):
    days = dg.DailyPartitionsDefinition("2024-01-01", timezone="America/New_York", end_date="2024-02-01")
    moments = polars.Series([datetime.datetime(2024, 1, 2, 0, 0), datetime.datetime(2024, 1, 2, 23, 59)])

    @dg.asset(partitions_def=days, metadata={"partition_expr": "at"})
    def orders():
        return polars.DataFrame({"at": moments.dt.replace_time_zone(zone) if zone else moments})

    run([orders], database, partition_key="2024-01-02")
    run([orders], database, partition_key="2024-01-02")

    assert query(database, "SELECT count(*) FROM public.orders") == [(2,)]
    with pytest.raises(dg.DagsterInvariantViolationError, match="not of the partitions"):
        run([orders], database, partition_key="2024-01-03")


def test_one_frame_for_a_range_replaces_the_range(database):
    @dg.asset(
        partitions_def=DAYS,
        metadata={"partition_expr": "day"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def orders(context):
        return polars.DataFrame({"day": [datetime.date.fromisoformat(key) for key in context.partition_keys]})

    @dg.asset
    def total(orders: polars.DataFrame):
        return orders

    tags = {
        "dagster/asset_partition_range_start": "2024-01-01",
        "dagster/asset_partition_range_end": "2024-01-03",
    }
    run([orders], database, tags=tags)
    run([orders], database, tags=tags)

    assert query(database, "SELECT day FROM public.orders ORDER BY day") == [(day,) for day in DATES]


def test_partitions_without_an_expression_have_a_column_that_is_not_shown(database):
    kinds = dg.StaticPartitionsDefinition(["red", "o'hara", "päß"])

    @dg.asset(partitions_def=kinds)
    def orders(context):
        return polars.DataFrame({"id": [len(context.partition_key)]})

    @dg.asset
    def whole(orders: polars.DataFrame):
        return orders

    @dg.asset
    def by_key(orders: dict[str, polars.DataFrame]) -> None:
        assert {key: frame["id"].to_list() for key, frame in orders.items()} == {
            "red": [3],
            "o'hara": [6],
            "päß": [3],
        }

    for key in (*kinds.get_partition_keys(), "red"):
        run([orders], database, partition_key=key)
    result = run([dg.AssetSpec("orders", partitions_def=kinds), by_key], database)

    assert result.success
    assert query(database, "SELECT _partition, id FROM public.orders ORDER BY id, _partition") == [
        ("päß", 3),
        ("red", 3),
        ("o'hara", 6),
    ]


def test_several_dimensions_have_an_expression_each(database):
    grid = dg.MultiPartitionsDefinition({"day": DAYS, "kind": dg.StaticPartitionsDefinition(["a", "b"])})

    @dg.asset(partitions_def=grid, metadata={"partition_expr": {"day": "day", "kind": "kind"}})
    def orders(context):
        key = context.partition_key.keys_by_dimension
        return polars.DataFrame({"day": [datetime.date.fromisoformat(key["day"])], "kind": [key["kind"]]})

    for day in ("2024-01-01", "2024-01-02", "2024-01-01"):
        for kind in ("a", "b"):
            run([orders], database, partition_key=dg.MultiPartitionKey({"day": day, "kind": kind}))

    assert query(database, "SELECT count(*), count(DISTINCT (day, kind)) FROM public.orders") == [(4, 4)]


def test_a_new_column_is_added_and_an_old_one_may_be_missing(database):
    kinds = dg.StaticPartitionsDefinition(["a", "b"])

    @dg.asset(partitions_def=kinds)
    def orders(context):
        return polars.DataFrame(
            {"id": [1], "old": ["x"]} if context.partition_key == "a" else {"id": [2], "new": ["y"]}
        )

    for key in ("a", "b"):
        run([orders], database, partition_key=key)

    assert query(database, "SELECT id, old, new FROM public.orders ORDER BY id") == [
        (1, "x", None),
        (2, None, "y"),
    ]


def test_rows_of_another_partition_change_nothing(database):
    rows = [[DATES[0]], [DATES[0], DATES[1]]]

    @dg.asset(partitions_def=DAYS, metadata={"partition_expr": "day"})
    def orders():
        return polars.DataFrame({"day": rows[0]})

    run([orders], database, partition_key="2024-01-01")
    rows.pop(0)

    with pytest.raises(dg.DagsterInvariantViolationError, match=r"(?s)1 of the 2 rows.*partition_expr"):
        run([orders], database, partition_key="2024-01-01")
    assert query(database, "SELECT day FROM public.orders") == [(DATES[0],)]


def test_a_table_that_was_stored_as_a_whole_is_not_mixed_with_partitions(database):
    @dg.asset
    def orders():
        return polars.DataFrame({"id": [1]})

    @dg.asset(name="orders", partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def partitioned():
        return polars.DataFrame({"id": [2]})

    run([orders], database)

    with pytest.raises(dg.DagsterInvariantViolationError, match="stored as a whole"):
        run([partitioned], database, partition_key="a")
    assert query(database, "SELECT id FROM public.orders") == [(1,)]


def test_a_table_that_is_not_there_names_the_nearest(database):
    @dg.asset
    def orders():
        return polars.DataFrame({"id": [1]})

    @dg.asset
    def total(order) -> None: ...

    run([orders], database)

    with pytest.raises(FileNotFoundError, match=r"no table public\.order .*Did you mean 'public\.orders'"):
        run([dg.AssetSpec("order"), total], database)


def test_what_is_no_table_is_refused(database):
    @dg.asset
    def orders():
        return [1]

    with pytest.raises(dg.DagsterInvariantViolationError, match="stores tables"):
        run([orders], database)


def test_wrong_sql_of_the_user_is_told(database):
    @dg.asset(partitions_def=DAYS, metadata={"partition_expr": "dya"})
    def orders():
        return polars.DataFrame({"day": [DATES[0]]})

    with pytest.raises(dg.DagsterError, match=r"(?s)asset 'orders'.*nothing was changed.*dya"):
        run([orders], database, partition_key="2024-01-01")


def test_outputs_of_ops_and_tables_in_memory():
    @dg.op
    def make():
        return polars.DataFrame({"id": [1, 2, 3]})

    @dg.op
    def check(frame: pandas.DataFrame) -> None:
        assert len(frame) == 3

    @dg.job(
        resource_defs={"io_manager": DuckDBIOManager(database=":memory:")},
        executor_def=dg.in_process_executor,
    )
    def orders_job():
        make()

    assert orders_job.execute_in_process().success


def test_threads_store_at_once(database):
    kinds = [str(number) for number in range(8)]
    tables = DuckDBDatabase(database, {}, 30.0)

    def store(kind):
        def work(connection):
            connection.execute("CREATE TABLE IF NOT EXISTS t (kind VARCHAR)")
            connection.execute("INSERT INTO t VALUES (?)", [kind])

        tables.run(work, "table t")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(store, kinds))

    assert sorted(row[0] for row in query(database, "SELECT kind FROM t")) == kinds


_WRITER = """
import sys
from weftwork.io_managers.tables.duckdb_database import DuckDBDatabase
tables = DuckDBDatabase(sys.argv[1], {}, 60.0)
for number in range(5):
    def work(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS t (who VARCHAR, n INTEGER)")
        connection.execute("INSERT INTO t VALUES (?, ?)", [sys.argv[2], number])
    tables.run(work, "table t")
"""


def test_processes_wait_for_each_other(database):
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, database, str(who)]) for who in range(3)]

    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert query(database, "SELECT count(*), count(DISTINCT who) FROM t") == [(15, 3)]


def test_a_database_that_stays_in_use_is_told_after_the_time_limit(database):
    waited = []
    now = [0.0]

    def sleep(seconds):
        waited.append(seconds)
        now[0] += 1

    def work(_connection):
        raise duckdb.IOException(
            "IO Error: Could not set lock on file: Conflicting lock is held in python (PID 7)"
        )

    tables = DuckDBDatabase(database, {}, 3.0, sleep, lambda: now[0])

    with pytest.raises(dg.DagsterError, match=r"(?s)in use by another process for 3 s.*asset 'a'.*PID 7"):
        tables.run(work, "asset 'a'")
    assert len(waited) == 3


DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-06")


def store_days(database):
    @dg.asset(partitions_def=DAYS, metadata={"partition_expr": "day"})
    def visits(context) -> polars.DataFrame:
        return polars.DataFrame({"day": [datetime.date.fromisoformat(context.partition_key)]})

    for key in DAYS.get_partition_keys():
        run([visits], database, partition_key=key)
    return visits


def test_an_input_may_be_a_frame_for_each_partition(database):
    visits = store_days(database)
    seen = {}

    @dg.asset
    def by_day(visits: dict[str, polars.DataFrame]) -> None:
        seen.update(visits)

    run([visits, by_day], database, selection=["by_day"])

    assert {key: [str(day) for day in frame["day"]] for key, frame in seen.items()} == {
        key: [key] for key in DAYS.get_partition_keys()
    }


def test_partitions_that_are_not_next_to_each_other_are_loaded(database):
    visits = store_days(database)
    seen = []
    mapping = dg.SpecificPartitionsPartitionMapping(["2024-01-01", "2024-01-02", "2024-01-05"])

    @dg.asset(ins={"visits": dg.AssetIn(partition_mapping=mapping)})
    def some(visits: polars.DataFrame) -> None:
        seen.extend(sorted(str(day) for day in visits["day"]))

    run([visits, some], database, selection=["some"])

    assert seen == ["2024-01-01", "2024-01-02", "2024-01-05"]
