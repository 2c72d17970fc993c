"""The examples on input managers and on UPathIOManager, each as a program that runs."""

from __future__ import annotations

import asyncio
import json
from typing import Dict  # noqa: UP035 - as the document writes it

import pytest

import weftwork as dg
from weftwork import In, InputManager, InputManagerDefinition, UPathIOManager, input_manager, job, op


@op(ins={"input1": In(input_manager_key="csv_loader_key")})
def my_op(_, input1):
    return input1


def test_an_input_manager_loads_what_no_step_gives():
    @input_manager
    def csv_loader(_):
        return "some/path"

    @job(resource_defs={"csv_loader_key": csv_loader})
    def my_job():
        my_op()

    assert isinstance(csv_loader, InputManagerDefinition)
    assert my_job.execute_in_process().output_for_node("my_op") == "some/path"


def test_the_config_of_an_input_manager():
    @input_manager(config_schema={"base_dir": str}, description="Reads.", version="1")
    def csv_loader(context):
        return context.resource_config["base_dir"] + "/some/path"

    @job(resource_defs={"csv_loader_key": csv_loader})
    def my_job():
        my_op()

    run_config = {"resources": {"csv_loader_key": {"config": {"base_dir": "/base"}}}}
    assert my_job.execute_in_process(run_config=run_config).output_for_node("my_op") == "/base/some/path"
    assert (csv_loader.description, csv_loader.version) == ("Reads.", "1")
    with pytest.raises(dg.DagsterInvalidConfigError):
        my_job.execute_in_process()


def test_the_config_of_an_input():
    @input_manager(input_config_schema={"path": str}, required_resource_keys={"root"})
    def csv_loader(context):
        return context.resources.root + context.config["path"]

    @job(resource_defs={"csv_loader_key": csv_loader, "root": dg.ResourceDefinition.hardcoded_resource("/")})
    def my_job():
        my_op()

    run_config = {"ops": {"my_op": {"inputs": {"input1": {"path": "x.csv"}}}}}
    assert my_job.execute_in_process(run_config=run_config).output_for_node("my_op") == "/x.csv"
    with pytest.raises(dg.DagsterInvalidConfigError):
        my_job.execute_in_process()


def test_an_input_manager_wins_over_the_io_manager_of_the_output():
    class Fixed(InputManager):
        def load_input(self, context):
            return f"{context.upstream_output.step_key}.{context.upstream_output.name}"

    @op
    def give():
        return 1

    @job(resource_defs={"csv_loader_key": Fixed()})
    def my_job():
        my_op(give())

    assert my_job.execute_in_process().output_for_node("my_op") == "give.result"


class JsonIOManager(UPathIOManager):
    extension = ".json"

    def dump_to_path(self, context, obj, path):
        path.write_text(json.dumps(obj))

    def load_from_path(self, context, path):
        return json.loads(path.read_text())

    def get_metadata(self, context, obj):
        return {"length": len(obj)}


DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-08")


@dg.asset(partitions_def=DAYS)
def visits(context):
    return [context.partition_key]


@dg.asset(partitions_def=DAYS)
def cleaned(visits):
    return [f"clean {visits[0]}"]


@dg.asset(partitions_def=dg.WeeklyPartitionsDefinition("2023-12-31"))
def weekly(visits: Dict[str, list]):
    return sorted(visits)


def test_a_single_partition_is_its_value(tmp_path):
    result = dg.materialize(
        [visits, cleaned], partition_key="2024-01-03", resources={"io_manager": JsonIOManager(tmp_path)}
    )

    assert result.output_for_node("cleaned") == ["clean 2024-01-03"]
    assert (tmp_path / "visits" / "2024-01-03.json").is_file()
    [event] = result.asset_materializations_for_node("visits")
    assert event.metadata["length"].value == 1
    assert event.metadata["path"].value == str(tmp_path / "visits" / "2024-01-03.json")


def store_days(manager, days):
    for day in days:
        dg.materialize([visits], partition_key=f"2024-01-0{day}", resources={"io_manager": manager})


def test_several_partitions_are_a_dict(tmp_path):
    manager = JsonIOManager(tmp_path)
    store_days(manager, range(1, 8))

    @dg.asset
    def total(visits: Dict[str, list]):
        return list(visits)

    result = dg.materialize([visits, total], selection=[total], resources={"io_manager": manager})

    assert result.output_for_node("total") == [f"2024-01-0{day}" for day in range(1, 8)]


def test_several_partitions_are_not_what_is_annotated(tmp_path):
    manager = JsonIOManager(tmp_path)
    store_days(manager, range(1, 8))

    @dg.asset
    def total(visits: str):
        return list(visits)

    with pytest.raises(dg.DagsterTypeCheckDidNotPass):
        dg.materialize([visits, total], selection=[total], resources={"io_manager": manager})


@pytest.mark.parametrize("arguments", [{"metadata": {"allow_missing_partitions": True}}, {"missing": "skip"}])
def test_missing_partitions_are_skipped_where_the_input_allows_it(tmp_path, arguments):
    manager = JsonIOManager(tmp_path)
    store_days(manager, (2, 4))

    @dg.asset(ins={"visits": dg.AssetIn(**arguments)})
    def total(visits):
        return list(visits)

    @dg.asset
    def strict(visits):
        return list(visits)

    result = dg.materialize([visits, total], selection=[total], resources={"io_manager": manager})

    assert result.output_for_node("total") == ["2024-01-02", "2024-01-04"]
    with pytest.raises(FileNotFoundError):
        dg.materialize([visits, strict], selection=[strict], resources={"io_manager": manager})


@pytest.mark.parametrize(("missing", "seen"), [("none", [None, "2024-01-02"]), ("wait", None)])
def test_other_policies_for_missing_partitions(tmp_path, missing, seen):
    manager = JsonIOManager(tmp_path)
    store_days(manager, (2,))

    @dg.asset(ins={"visits": dg.AssetIn(missing=missing)})
    def total(visits):
        return [value[0] if value else None for value in visits.values()]

    if seen is None:
        with pytest.raises(FileNotFoundError):
            dg.materialize([visits, total], selection=[total], resources={"io_manager": manager})
        return
    result = dg.materialize([visits, total], selection=[total], resources={"io_manager": manager})
    assert result.output_for_node("total")[:2] == seen


def test_partitions_are_loaded_concurrently(tmp_path):
    waiting = []

    class AsyncJson(JsonIOManager):
        async def load_from_path(self, context, path):
            waiting.append(path.name)
            while len(waiting) < 7:  # goes on only when all of them have begun
                await asyncio.sleep(0)
            return json.loads(path.read_text())

    manager = AsyncJson(tmp_path)
    store_days(manager, range(1, 8))

    @dg.asset
    def total(visits):
        return len(visits)

    class Total(AsyncJson):
        def dump_to_path(self, context, obj, path): ...

        def get_metadata(self, context, obj):
            return {}

    assert dg.materialize(
        [visits, total], selection=[total], resources={"io_manager": Total(tmp_path)}
    ).success
    assert len(waiting) == 7


@pytest.mark.parametrize("extension", ["json", "x"])
def test_an_extension_begins_with_a_dot(tmp_path, extension):
    class Wrong(JsonIOManager):
        pass

    Wrong.extension = extension
    with pytest.raises(AssertionError):
        Wrong(tmp_path)
