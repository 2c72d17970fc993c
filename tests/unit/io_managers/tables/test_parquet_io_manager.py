"""Data frames as Parquet files: which kind an input gets, what is recorded, and what is said of damage."""

from __future__ import annotations

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

import weftwork as dg
from weftwork.io_managers.tables.parquet_io_manager import ParquetIOManager

FRAMES = {
    "pandas": lambda: pandas.DataFrame({"id": [1, 2], "name": ["a", None]}),
    "polars": lambda: polars.DataFrame({"id": [1, 2], "name": ["a", None]}),
    "lazy": lambda: polars.LazyFrame({"id": [1, 2], "name": ["a", None]}),
    "arrow": lambda: pyarrow.table({"id": [1, 2], "name": ["a", None]}),
}
KINDS = {
    "pandas": pandas.DataFrame,
    "polars": polars.DataFrame,
    "lazy": polars.LazyFrame,
    "arrow": pyarrow.Table,
}


def to_rows(frame):
    if isinstance(frame, polars.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pandas.DataFrame):
        frame = polars.from_pandas(frame)
    if isinstance(frame, pyarrow.Table):
        return frame.to_pylist()
    return frame.to_dicts()


def run(assets, folder, **arguments):
    return dg.materialize(
        assets, resources={"io_manager": ParquetIOManager(base_dir=str(folder))}, **arguments
    )


@pytest.mark.parametrize("wanted", KINDS)
@pytest.mark.parametrize("made", FRAMES)
def test_an_input_gets_the_kind_that_it_is_annotated_with(tmp_path, made, wanted):
    seen = []

    @dg.asset
    def orders():
        return FRAMES[made]()

    @dg.asset(ins={"orders": dg.AssetIn(dagster_type=dg.PythonObjectDagsterType(KINDS[wanted]))})
    def count(orders) -> None:
        seen.append(orders)

    run([orders, count], tmp_path)

    assert isinstance(seen[0], KINDS[wanted])
    assert to_rows(seen[0]) == [{"id": 1, "name": "a"}, {"id": 2, "name": None}]
    assert (tmp_path / "orders.parquet").exists()


@pytest.mark.parametrize("made", FRAMES)
def test_an_input_without_annotation_gets_what_was_stored(tmp_path, made):
    seen = []

    @dg.asset
    def orders():
        return FRAMES[made]()

    @dg.asset
    def count(orders) -> None:
        seen.append(orders)

    run([orders, count], tmp_path)

    assert isinstance(seen[0], KINDS[made])


def test_annotations_that_are_text_are_understood(tmp_path):
    @dg.asset
    def orders() -> polars.DataFrame:
        return FRAMES["polars"]()

    @dg.asset
    def names(orders: pandas.DataFrame | None) -> pandas.DataFrame:
        return orders[["name"]]

    assert run([orders, names], tmp_path).output_for_node("names").columns.tolist() == ["name"]


@pytest.mark.parametrize("made", FRAMES)
def test_rows_columns_and_size_are_recorded(tmp_path, made):
    @dg.asset(
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn("id", "int", description="The number of the order.")]
            ),
            "dagster/column_lineage": dg.TableColumnLineage(
                deps_by_column={"id": [dg.TableColumnDep(asset_key=dg.AssetKey("raw"), column_name="no")]}
            ),
        }
    )
    def orders():
        return FRAMES[made]()

    [event] = run([orders], tmp_path).asset_materializations_for_node("orders")

    columns = event.metadata["dagster/column_schema"].value.columns
    assert event.metadata["dagster/row_count"].value == 2
    assert event.metadata["size_bytes"].value == (tmp_path / "orders.parquet").stat().st_size
    assert event.metadata["path"].value == str(tmp_path / "orders.parquet")
    assert [(column.name, column.type, column.description) for column in columns] == [
        ("id", "int64", "The number of the order."),
        ("name", "string", None),
    ]
    assert "id" in event.metadata["dagster/column_lineage"].value.deps_by_column


def test_some_columns_are_loaded(tmp_path):
    @dg.asset
    def orders():
        return FRAMES["polars"]()

    @dg.asset(ins={"orders": dg.AssetIn(metadata={"columns": ["name"]})})
    def names(orders):
        return orders

    assert run([orders, names], tmp_path).output_for_node("names").columns == ["name"]


@pytest.mark.parametrize("kind", [polars.DataFrame, polars.LazyFrame])
def test_a_column_that_is_not_there_names_the_nearest(tmp_path, kind):
    @dg.asset
    def orders():
        return FRAMES["polars"]()

    @dg.asset(
        ins={
            "orders": dg.AssetIn(metadata={"columns": ["nme"]}, dagster_type=dg.PythonObjectDagsterType(kind))
        }
    )
    def names(orders):
        return orders

    with pytest.raises(dg.DagsterInvariantViolationError, match="Did you mean 'name'"):
        run([orders, names], tmp_path)


def materialize_days(tmp_path, downstream):
    days = dg.StaticPartitionsDefinition(["mon", "tue", "wed"])

    @dg.asset(partitions_def=days)
    def orders(context) -> polars.DataFrame:
        return polars.DataFrame({"day": [context.partition_key]})

    for day in ("mon", "tue"):
        run([orders], tmp_path, partition_key=day)
    external = dg.AssetSpec("orders", partitions_def=days)
    return run([external, downstream], tmp_path)


def test_partitions_are_one_frame_where_the_annotation_is_a_frame(tmp_path):
    @dg.asset(ins={"orders": dg.AssetIn(metadata={"allow_missing_partitions": True})})
    def week(orders: polars.DataFrame):
        return orders

    result = materialize_days(tmp_path, week)

    assert result.output_for_node("week")["day"].to_list() == ["mon", "tue"]
    assert (tmp_path / "orders" / "mon.parquet").exists()


def test_partitions_are_a_dict_where_the_annotation_is_a_dict(tmp_path):
    seen = []

    @dg.asset(ins={"orders": dg.AssetIn(metadata={"allow_missing_partitions": True})})
    def week(orders: dict[str, pandas.DataFrame]) -> None:
        seen.append(orders)

    materialize_days(tmp_path, week)

    assert {day: type(frame) for day, frame in seen[0].items()} == {
        "mon": pandas.DataFrame,
        "tue": pandas.DataFrame,
    }


def test_what_is_no_table_is_refused_with_a_remedy(tmp_path):
    @dg.asset
    def orders():
        return 1

    with pytest.raises(
        dg.DagsterInvariantViolationError, match=r"(?s)asset 'orders'.*builtins\.int.*TypeDispatch"
    ):
        run([orders], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0.3, 0.5, 1.0])
def test_a_torn_or_changed_file_is_told(tmp_path, place):
    @dg.asset
    def orders():
        return polars.DataFrame({"id": list(range(1000)), "text": [f"order {i}" for i in range(1000)]})

    @dg.asset
    def count(orders) -> None: ...

    run([orders], tmp_path)
    file = tmp_path / "orders.parquet"
    data = bytearray(file.read_bytes())
    if place == 1.0:
        file.write_bytes(data[:-100])
    else:
        data[int(2000 * place)] ^= 0xFF
        file.write_bytes(data)

    with pytest.raises(
        dg.DagsterError, match=r"(?s)asset 'orders' is damaged.*orders\.parquet.*Make it again"
    ):
        run([count, dg.AssetSpec("orders")], tmp_path)


def test_a_file_of_another_program_is_read(tmp_path):
    pyarrow.parquet.write_table(pyarrow.table({"id": [7]}), tmp_path / "orders.parquet")

    @dg.asset
    def total(orders: pandas.DataFrame):
        return orders

    assert run([total, dg.AssetSpec("orders")], tmp_path).output_for_node("total")["id"].tolist() == [7]


def test_failing_to_write_leaves_the_old_file(tmp_path):
    class Broken(polars.DataFrame):
        def to_arrow(self, **_arguments):
            raise OSError(28, "No space left on device")

    frames = iter([FRAMES["polars"](), Broken({"id": [1]})])

    @dg.asset
    def orders():
        return next(frames)

    run([orders], tmp_path)
    before = (tmp_path / "orders.parquet").read_bytes()

    with pytest.raises(dg.DagsterError, match="No space left"):
        run([orders], tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["orders.parquet"]
    assert (tmp_path / "orders.parquet").read_bytes() == before


def test_any_file_system_through_an_address():
    @dg.asset
    def orders():
        return FRAMES["polars"]()

    @dg.asset
    def names(orders: polars.LazyFrame):
        return orders.select("name")

    manager = ParquetIOManager(base_dir="memory://parquet-test")

    result = dg.materialize([orders, names], resources={"io_manager": manager})

    assert to_rows(result.output_for_node("names")) == [{"name": "a"}, {"name": None}]


def test_outputs_of_ops_are_stored_too(tmp_path):
    @dg.op
    def make():
        return FRAMES["arrow"]()

    @dg.op
    def count(frame):
        return frame.slice(1)

    @dg.job(resource_defs={"io_manager": ParquetIOManager(base_dir=str(tmp_path))})
    def orders_job():
        count(make())

    assert orders_job.execute_in_process().output_for_node("count").num_rows == 1


def test_a_table_that_is_not_stored_is_told(tmp_path):
    @dg.asset
    def down(up: polars.DataFrame) -> None: ...

    with pytest.raises(FileNotFoundError, match="no stored table of asset 'up'; it was not made yet"):
        dg.materialize(
            [dg.SourceAsset("up"), down],
            resources={"io_manager": dg.ParquetIOManager(base_dir=str(tmp_path))},
        )
