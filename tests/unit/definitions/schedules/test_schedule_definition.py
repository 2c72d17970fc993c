"""Schedules as a user declares, calls and evaluates them."""

import datetime

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    DagsterUnknownPartitionError,
    ParameterCheckError,
    ScheduleExecutionError,
)
from weftwork.definitions.assets.asset_job_definition import define_asset_job
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.graphs.decorator import graph
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.resources.resource_dependency import ResourceParam
from weftwork.definitions.schedules.decorator import schedule
from weftwork.definitions.schedules.schedule_context import build_schedule_context
from weftwork.definitions.schedules.schedule_definition import DefaultScheduleStatus, ScheduleDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.run_request import RunRequest

TIME = datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.UTC)


@op
def work(): ...


@job
def report():
    work()


@graph
def shape():
    work()


@asset
def orders(): ...


def tick(definition, **context):
    data = definition.evaluate_tick(build_schedule_context(**{"scheduled_execution_time": TIME, **context}))
    return data.run_requests, data.skip_message


def every_minute(**arguments):
    return schedule("* * * * *", **{"job": report, **arguments})


def test_the_defaults_of_a_schedule():
    made = ScheduleDefinition(job=report, cron_schedule="* * * * *")
    assert (made.name, made.job_name, made.job, made.cron_schedule) == (
        "report_schedule",
        "report",
        report,
        "* * * * *",
    )
    assert (made.execution_timezone, made.default_status, made.tags) == (
        None,
        DefaultScheduleStatus.STOPPED,
        {},
    )
    assert (made.target_jobs, made.target_job_names) == ([report], ["report"])


@pytest.mark.parametrize(
    ("target", "name", "job_name", "anonymous"),
    [
        (report, None, "report", False), (shape, None, "shape", False), (define_asset_job("made", "*"), None, "made", False),
        (orders, "s", "__anonymous_asset_job_s", True), ([orders], "s", "__anonymous_asset_job_s", True),
        (AssetSelection.all(), "s", "__anonymous_asset_job_s", True), ("orders*", "s", "__anonymous_asset_job_s", True),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:A graph as the job:DeprecationWarning")
def test_what_a_schedule_starts(target, name, job_name, anonymous):
    made = ScheduleDefinition(name, target=target, cron_schedule="@daily")
    assert (made.job_name, made.has_anonymous_job, made.has_job) == (job_name, anonymous, True)


def test_a_graph_as_a_job_is_the_older_way():
    with pytest.warns(DeprecationWarning, match="shape.to_job"):
        ScheduleDefinition(job=shape, cron_schedule="@daily")


@pytest.mark.parametrize("cron", ["*/90 * * * *", "0 */25 * * *", "0 0 * * */13"])
def test_a_step_longer_than_its_field_is_told(cron):
    with pytest.warns(UserWarning, match="ticks more often"):
        ScheduleDefinition(job=report, cron_schedule=cron)


def test_a_schedule_may_know_only_the_name_of_its_job():
    made = ScheduleDefinition("s", job_name="elsewhere", cron_schedule=["0 0 * * *", "0 12 * * *"])
    assert (made.has_job, made.cron_schedules) == (False, ["0 0 * * *", "0 12 * * *"])
    with pytest.raises(DagsterInvalidDefinitionError, match="Only the name of the job is known"):
        _ = made.job


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cron_schedule": "x"}, DagsterInvalidDefinitionError), ({"cron_schedule": "* * * * * *"}, DagsterInvalidDefinitionError),
        ({"cron_schedule": ["* * * * *", "z"]}, DagsterInvalidDefinitionError), ({"cron_schedule": []}, DagsterInvalidDefinitionError),
        ({"cron_schedule": None}, ParameterCheckError), ({"execution_timezone": "Mars"}, DagsterInvalidDefinitionError),
        ({"name": "a-b"}, DagsterInvalidDefinitionError), ({"tags": {"a": object()}}, DagsterInvalidDefinitionError),
        ({"owners": ["nobody"]}, DagsterInvalidDefinitionError), ({"default_status": 3}, ParameterCheckError),
        ({"job_name": "other"}, DagsterInvalidDefinitionError), ({"target": report}, DagsterInvalidDefinitionError),
        ({"tags": {"a": "b"}, "tags_fn": lambda _context: {}}, DagsterInvalidDefinitionError),
        ({"run_config": {"a": 1}, "run_config_fn": lambda _context: {}}, DagsterInvalidDefinitionError),
        ({"execution_fn": lambda _context: {}, "run_config": {"a": 1}}, DagsterInvalidDefinitionError),
        ({"execution_fn": lambda _context: {}, "should_execute": lambda _context: True}, DagsterInvalidDefinitionError),
        ({"job": None}, CheckError), ({"job": 3}, DagsterInvalidDefinitionError), ({"job": None, "target": [orders]}, CheckError),
        ({"job": None, "target": 3, "name": "s"}, CheckError),
    ],
)  # fmt: skip
def test_a_bad_schedule_is_refused(arguments, error):
    with pytest.raises(error):
        ScheduleDefinition(**{"job": report, "cron_schedule": "* * * * *", **arguments})


def test_a_plain_schedule_asks_for_one_run():
    made = ScheduleDefinition(
        job=report, cron_schedule="* * * * *", run_config={"a": 1}, tags={"x": {"y": 1}}
    )
    assert tick(made) == (
        [RunRequest(run_config={"a": 1}, tags={"x": '{"y": 1}', "dagster/schedule_name": "report_schedule"})],
        None,
    )


def test_config_and_tags_may_be_functions_of_the_context():
    made = ScheduleDefinition(
        job=report, cron_schedule="* * * * *", run_config_fn=lambda context: {"day": context.scheduled_execution_time.day},
        tags_fn=lambda context: {"hour": str(context.scheduled_execution_time.hour)},
    )  # fmt: skip
    [request], _ = tick(made)
    assert (request.run_config, request.tags["hour"]) == ({"day": 2}, "3")


@pytest.mark.parametrize(
    ("returned", "keys"),
    [
        (RunRequest(), [None]), (RunRequest("k"), ["k"]), ({}, [None]), ({"ops": {}}, [None]), ([RunRequest()], [None]),
        ([RunRequest("1"), RunRequest("2")], ["1", "2"]), ((RunRequest("1"), RunRequest("2")), ["1", "2"]),
    ],
)  # fmt: skip
def test_what_a_function_may_ask_for(returned, keys):
    @every_minute(tags={"of": "schedule"})
    def ask(context):
        return returned

    requests, message = tick(ask)
    assert ([request.run_key for request in requests], message) == (keys, None)
    assert all(request.tags["dagster/schedule_name"] == "ask" for request in requests)
    assert [request.tags.get("of") for request in requests] == [
        "schedule" if isinstance(returned, dict) else None
    ] * len(keys)


def test_a_function_may_yield():
    @every_minute()
    def ask(context):
        yield RunRequest("1")
        yield RunRequest("2")

    assert [request.run_key for request in tick(ask)[0]] == ["1", "2"]


@pytest.mark.parametrize(
    ("returned", "message"),
    [(None, "The function of the schedule returned nothing."), ([], "The function of the schedule returned nothing."),
     (SkipReason("not today"), "not today"), ([SkipReason("not today")], "not today"), (SkipReason(), None)],
)  # fmt: skip
def test_a_function_may_skip(returned, message):
    @every_minute()
    def ask(context):
        return returned

    assert tick(ask) == ([], message)


@pytest.mark.parametrize(
    "returned",
    [3, "x", [RunRequest(), RunRequest()], [RunRequest("1"), RunRequest()], [RunRequest("1"), SkipReason("x")], [3, 4],
     [SkipReason("a"), SkipReason("b")]],
)  # fmt: skip
def test_a_function_may_not_return_anything_else(returned):
    @every_minute()
    def ask(context):
        return returned

    with pytest.raises(CheckError):
        tick(ask)


def test_should_execute_decides_before_the_function():
    @every_minute(should_execute=lambda context: context.scheduled_execution_time.hour > 3)
    def ask(context):
        raise AssertionError("not called")

    assert tick(ask) == ([], "should_execute of schedule 'ask' returned False.")


@pytest.mark.parametrize("place", ["function", "should_execute", "tags_fn"])
def test_an_error_of_the_user_is_wrapped_with_its_cause(place):
    def fail(context):
        raise KeyError("x")

    arguments = {} if place == "function" else {place: fail}
    made = every_minute(**arguments)(fail if place == "function" else lambda_named)
    with pytest.raises(ScheduleExecutionError) as caught:
        tick(made)
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.user_exception is caught.value.__cause__


def lambda_named(context):
    return {}


def test_a_schedule_is_called_as_its_function():
    @every_minute()
    def at(context):
        return {"day": context.scheduled_execution_time.day}

    @every_minute()
    def alone():
        return {}

    context = build_schedule_context(scheduled_execution_time=TIME)
    assert at(context) == at(context=context) == {"day": 2}
    assert alone() == alone(context) == {}
    for wrong in (lambda: at(), lambda: at(other=context), lambda: at(context, 3)):
        with pytest.raises(DagsterInvalidInvocationError):
            wrong()
    with pytest.raises(CheckError):
        at(3)
    with pytest.raises(DagsterInvalidInvocationError, match="no function of its own"):
        ScheduleDefinition(job=report, cron_schedule="* * * * *")(context)


def test_resources_come_as_parameters_or_by_the_context():
    @every_minute()
    def by_parameter(context, clock: ResourceParam[str]):
        return {"clock": clock}

    @every_minute(required_resource_keys={"clock"})
    def by_context(context):
        return {"clock": context.resources.clock}

    given = build_schedule_context(resources={"clock": "tower"})
    assert by_parameter.required_resource_keys == {"clock"}
    assert (
        by_parameter(given)
        == by_context(given)
        == by_parameter(build_schedule_context(), clock="tower")
        == {"clock": "tower"}
    )
    assert tick(by_parameter, resources={"clock": "tower"})[0][0].run_config == {"clock": "tower"}
    for made in (by_parameter, by_context):
        with pytest.raises(DagsterInvalidDefinitionError, match="requires the resource 'clock'"):
            made(build_schedule_context())


def test_a_function_takes_one_context_only():
    with pytest.raises(DagsterInvalidDefinitionError, match="ResourceParam"):

        @every_minute()
        def wrong(context, database): ...


def test_what_a_context_was_not_given_is_missing():
    context = build_schedule_context()
    with pytest.raises(CheckError, match="scheduled_execution_time"):
        _ = context.scheduled_execution_time
    with pytest.raises(DagsterInvariantViolationError, match="instance"):
        _ = context.instance
    with pytest.raises(DagsterInvariantViolationError, match="repository"):
        _ = context.repository_def
    with pytest.raises(ParameterCheckError):
        build_schedule_context(scheduled_execution_time=3)


def test_what_is_logged_is_kept_with_the_tick():
    @every_minute()
    def ask(context):
        context.log.info("looked at %s", context.scheduled_execution_time.date())

    context = build_schedule_context(scheduled_execution_time=TIME)
    assert not context.has_captured_logs()
    assert [message for _record, message in ask.evaluate_tick(context).captured_lines] == [
        "looked at 2024-01-02"
    ]


def test_a_request_for_a_partition_gets_its_tags():
    @job(partitions_def=StaticPartitionsDefinition(["a", "b"]))
    def parted():
        work()

    def asking(key):
        @schedule("@daily", job=parted)
        def ask(context):
            return RunRequest(partition_key=key, tags={"my": "own"})

        return ask

    [request], _ = tick(asking("a"))
    assert (request.partition_key, request.tags["dagster/partition"], request.tags["my"]) == ("a", "a", "own")
    with pytest.raises(DagsterUnknownPartitionError):
        tick(asking("z"))

    @every_minute()
    def unparted(context):
        return RunRequest(partition_key="a")

    with pytest.raises(CheckError, match="has no partitions"):
        tick(unparted)


def test_a_schedule_can_be_given_another_job_or_metadata():
    @job
    def other():
        work()

    made = ScheduleDefinition(job=report, cron_schedule="* * * * *", metadata={"a": 1})
    assert (made.with_updated_job(other).name, made.with_updated_job(other).job_name) == (
        "report_schedule",
        "other",
    )
    assert made.with_attributes(metadata={"b": 2}).metadata["b"].value == 2


def test_the_decorated_name_and_text():
    @every_minute()
    def nightly(context):
        """Every night."""

    assert (nightly.name, nightly.description, nightly.__name__) == ("nightly", "Every night.", "nightly")
