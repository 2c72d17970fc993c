"""Sensors as a user declares, calls and evaluates them."""

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterUnknownPartitionError,
    ParameterCheckError,
)
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.resources.resource_dependency import ResourceParam
from weftwork.definitions.sensors.decorator import sensor
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext, build_sensor_context
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition, SensorType
from weftwork.definitions.sensors.sensor_result import SensorResult
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.keys import AssetKey
from weftwork.records.run_request import RunRequest


@op
def work(): ...


@job
def load():
    work()


@job
def report():
    work()


@asset
def orders(): ...


@asset
def other(): ...


def sensor_of(*returned, **arguments):
    @sensor(**arguments or {"job": load})
    def look(context):
        return returned[0] if returned else None

    return look


def tick(definition, **context):
    return definition.evaluate_tick(build_sensor_context(**context))


def test_the_defaults_of_a_sensor():
    made = sensor_of(job=load)
    assert (made.name, made.job_name, made.job, made.jobs) == ("look", "load", load, [load])
    assert (made.minimum_interval_seconds, made.default_status) == (30, DefaultSensorStatus.STOPPED)
    assert (made.sensor_type, made.tags, made.owners) == (SensorType.STANDARD, {}, [])
    assert SensorDefinition(evaluation_fn=lambda _context: None, job=load).name == "<lambda>"


def test_a_sensor_without_brackets():
    @sensor
    def bare(context):
        """Look."""

    assert (bare.name, bare.description, bare.target_job_names) == ("bare", "Look.", [])


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"jobs": [load, report]}, ["load", "report"]), ({"target": report}, ["report"]), ({"target": [load, report]}, ["load", "report"]),
        ({"target": [orders]}, ["__anonymous_asset_job_look"]), ({"job_name": "x"}, ["x"]), ({"asset_selection": "*"}, []),
        ({"name": "look"}, []),
    ],
)  # fmt: skip
def test_what_a_sensor_starts(arguments, names):
    assert sensor_of(**arguments).target_job_names == names


@pytest.mark.parametrize(
    "arguments",
    [{"job": load, "jobs": [report]}, {"job": load, "target": report}, {"job": load, "asset_selection": "*"},
     {"job": load, "job_name": "x"}, {"job": load, "name": "a-b"}, {"job": 3}, {"job": load, "owners": ["nobody"]}],
)  # fmt: skip
def test_a_bad_sensor_is_refused(arguments):
    with pytest.raises(DagsterInvalidDefinitionError):
        sensor_of(**arguments)


def test_a_sensor_needs_a_function():
    with pytest.raises(DagsterInvalidDefinitionError, match="needs a function"):
        SensorDefinition("x", job=load)


@pytest.mark.parametrize("arguments", [{"jobs": [load, report]}, {"name": "look"}])
def test_the_job_of_a_sensor_with_none_or_several_is_an_error(arguments):
    with pytest.raises(DagsterInvalidDefinitionError):
        _ = sensor_of(**arguments).job_name


@pytest.mark.parametrize(
    ("returned", "keys", "message"),
    [
        (RunRequest("k"), ["k"], None), ([RunRequest(), RunRequest()], [None, None], None),
        (None, [], "The function of the sensor returned nothing."), ([], [], "The function of the sensor returned nothing."),
        (SkipReason("nothing new"), [], "nothing new"), (SkipReason(), [], None), (SensorResult([RunRequest("k")]), ["k"], None),
        ([SensorResult([RunRequest("k")])], ["k"], None), (SensorResult(skip_reason="nothing new"), [], "nothing new"),
    ],
)  # fmt: skip
def test_what_a_function_may_return(returned, keys, message):
    data = tick(sensor_of(returned), cursor="before")
    assert ([request.run_key for request in data.run_requests], data.skip_message, data.cursor) == (
        keys,
        message,
        "before",
    )
    assert all(request.tags == {"dagster/sensor_name": "look"} for request in data.run_requests)


def test_a_function_may_yield():
    @sensor(job=load)
    def look(context):
        yield RunRequest("1")
        yield RunRequest("2")

    assert [request.run_key for request in tick(look).run_requests] == ["1", "2"]


@pytest.mark.parametrize(
    "returned",
    [3, "x", {}, [3], [RunRequest(), SkipReason("x")], [SkipReason("a"), SkipReason("b")], [SensorResult(), RunRequest()],
     AssetMaterialization("x")],
)  # fmt: skip
def test_a_function_may_not_return_anything_else(returned):
    with pytest.raises(CheckError):
        tick(sensor_of(returned))


def test_an_error_of_the_user_is_raised_as_it_is():
    @sensor(job=load)
    def look(context):
        raise KeyError("x")

    with pytest.raises(KeyError):
        tick(look)


def test_the_cursor_goes_from_tick_to_tick():
    @sensor(job=load)
    def count(context):
        context.update_cursor(str(int(context.cursor or 0) + 1))

    first = tick(count)
    assert (first.cursor, tick(count, cursor=first.cursor).cursor) == ("1", "2")
    assert tick(sensor_of(SensorResult(cursor="new")), cursor="old").cursor == "new"


def test_the_cursor_is_set_in_one_way():
    @sensor(job=load)
    def both(context):
        context.update_cursor("a")
        return SensorResult(cursor="b")

    with pytest.raises(DagsterInvariantViolationError, match="do one of them"):
        tick(both)


@pytest.mark.parametrize(
    ("arguments", "request_", "told"),
    [
        ({"jobs": [load, report]}, RunRequest(), "one of 'load', 'report'"),
        ({"jobs": [load, report]}, RunRequest(job_name="lod"), "Did you mean 'load'"),
        ({"job": load}, RunRequest(job_name="report"), "not among its jobs"), ({"name": "look"}, RunRequest(), "has no target"),
        ({"asset_selection": "*"}, RunRequest(), "repository_def="),
    ],
)  # fmt: skip
def test_a_request_must_be_for_a_job_of_the_sensor(arguments, request_, told):
    with pytest.raises(DagsterInvariantViolationError, match=told):
        tick(sensor_of(request_, **arguments))


def test_a_sensor_of_several_jobs_names_the_one():
    [request] = tick(sensor_of(RunRequest(job_name="report"), jobs=[load, report])).run_requests
    assert request.job_name == "report"


def test_a_sensor_of_assets_asks_for_those_of_its_selection():
    definitions = Definitions(assets=[orders, other])
    [request] = tick(sensor_of(RunRequest(), asset_selection=[orders]), definitions=definitions).run_requests
    assert (request.asset_selection, request.job_name) == ([AssetKey("orders")], "__ASSET_JOB")
    with pytest.raises(DagsterInvalidSubsetError, match="'other'"):
        tick(
            sensor_of(RunRequest(asset_selection=[AssetKey("other")]), asset_selection=[orders]),
            definitions=definitions,
        )


def test_a_result_may_add_partitions_and_ask_for_them():
    regions = DynamicPartitionsDefinition(name="regions")

    class Store:
        def get_dynamic_partitions(self, partitions_def_name):
            return ["old"]

        def has_dynamic_partition(self, partitions_def_name, partition_key):
            return partition_key == "old"

    @job(partitions_def=regions)
    def by_region():
        work()

    adding = SensorResult(
        [RunRequest(partition_key="new")], dynamic_partitions_requests=[regions.build_add_request(["new"])]
    )
    data = tick(sensor_of(adding, job=by_region), instance=Store())
    assert data.run_requests[0].tags["dagster/partition"] == "new"
    assert data.dynamic_partitions_requests == adding.dynamic_partitions_requests
    with pytest.raises(DagsterUnknownPartitionError):
        tick(sensor_of(RunRequest(partition_key="new"), job=by_region), instance=Store())


def test_a_result_may_report_what_happened_to_assets():
    event = AssetMaterialization("x")
    assert tick(sensor_of(SensorResult(asset_events=[event]))).asset_events == [event]


@pytest.mark.parametrize(
    "arguments",
    [{"run_requests": 3}, {"run_requests": [3]}, {"skip_reason": 3}, {"cursor": 3}, {"asset_events": [3]},
     {"dynamic_partitions_requests": [3]}, {"run_requests": [RunRequest()], "skip_reason": "x"}],
)  # fmt: skip
def test_a_bad_result_is_refused(arguments):
    with pytest.raises(CheckError):
        SensorResult(**arguments)


def test_a_sensor_is_called_as_its_function():
    @sensor(job=load)
    def look(context):
        return context.cursor

    @sensor(job=load)
    def alone():
        return 1

    context = build_sensor_context(cursor="c")
    assert look(context) == look(context=context) == "c"
    assert alone() == alone(context) == 1
    for wrong in (lambda: look(), lambda: look(other=context)):
        with pytest.raises(DagsterInvalidInvocationError):
            wrong()
    with pytest.raises(CheckError):
        look(3)


def test_resources_come_as_parameters():
    @sensor(job=load)
    def look(context, queue: ResourceParam[list]):
        return RunRequest(queue[0])

    assert look.required_resource_keys == {"queue"}
    assert look(build_sensor_context(resources={"queue": ["a"]})).run_key == "a"
    assert look(build_sensor_context(), queue=["b"]).run_key == "b"
    assert tick(look, resources={"queue": ["c"]}).run_requests[0].run_key == "c"
    with pytest.raises(DagsterInvalidDefinitionError, match="requires the resource 'queue'"):
        look(build_sensor_context())


def test_the_context_of_a_test():
    context = build_sensor_context(cursor="c", sensor_name="look", repository_name="r")
    assert (context.cursor, context.sensor_name, context.repository_name, context.cursor_updated) == (
        "c",
        "look",
        "r",
        False,
    )
    context.update_cursor(None)
    assert (context.cursor, context.cursor_updated) == (None, True)
    with pytest.raises(ParameterCheckError):
        context.update_cursor(3)
    bare = build_sensor_context()
    assert (bare.last_run_key, bare.last_tick_completion_time, bare.repository_def) == (None, None, None)
    with pytest.raises(CheckError, match="sensor_name"):
        _ = bare.sensor_name
    with pytest.raises(DagsterInvariantViolationError, match="instance"):
        _ = bare.instance


@pytest.mark.parametrize(
    ("ended", "started", "first"),
    [(None, None, True), (5.0, None, False), (5.0, 6.0, True), (7.0, 6.0, False)],
)
def test_the_first_tick_since_the_sensor_was_started(ended, started, first):
    context = SensorEvaluationContext(last_tick_completion_time=ended, last_sensor_start_time=started)
    assert context.is_first_tick_since_sensor_start is first


def test_a_sensor_can_be_given_other_jobs():
    made = sensor_of(job=load)
    assert made.with_updated_jobs([load, report]).target_job_names == ["load", "report"]
    assert made.with_updated_job(report).job_name == "report"
    assert made.with_attributes(metadata={"a": 1}).metadata["a"].value == 1
    assert made.job_name == "load"
