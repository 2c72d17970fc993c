"""What is recorded of a failure: the user's exception and the user's lines, none of ours between."""

import json

import pytest

import weftwork as dg
from weftwork.base import text
from weftwork.records.errors import error_info


class Refused(Exception):
    """What the user's code raises here."""


def refuse(*_arguments):
    raise Refused("not today")


class BrokenIOManager(dg.IOManager):
    def handle_output(self, context, obj):
        refuse()

    def load_input(self, context):
        refuse()


def failure_of(*assets, **options):
    result = dg.materialize(list(assets), raise_on_error=False, **options)
    assert not result.success
    return result.get_step_failure_events()[0].step_failure_data


def lines_of(info):
    """All frames of an error and its causes."""
    return [*info.stack, *(lines_of(info.cause) if info.cause else [])]


@dg.asset
def refusing():
    refuse()


@dg.asset
def plain():
    return 1


@dg.asset
def yielding():
    yield refuse()


@pytest.mark.parametrize(
    ("definition", "options", "function", "error"),
    [
        (refusing, {}, "refusing", "DagsterExecutionStepExecutionError"),
        (yielding, {}, "yielding", "DagsterExecutionStepExecutionError"),
        (plain, {"resources": {"io_manager": BrokenIOManager()}}, "handle_output", "DagsterExecutionHandleOutputError"),
    ],
)  # fmt: skip
def test_the_users_exception_is_the_cause_with_the_users_lines_only(definition, options, function, error):
    info = failure_of(definition, **options).error
    assert info.cls_name == error
    assert info.cause.cls_name == "Refused"
    assert info.cause.message.endswith("Refused: not today\n")
    frames = lines_of(info)
    assert [line.split(" in ")[1].split()[0] for line in frames] == [function, "refuse"]
    assert all(__file__ in line for line in frames)


def test_a_resource_that_cannot_be_set_up_shows_the_users_lines_only():
    @dg.resource
    def gone(_context):
        refuse()

    @dg.asset(required_resource_keys={"gone"})
    def needs(): ...

    result = dg.materialize([needs], resources={"gone": gone}, raise_on_error=False)
    [failure] = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    frames = lines_of(failure.event_specific_data.error)
    assert [line.split(" in ")[1].split()[0] for line in frames] == ["gone", "refuse"]


def test_an_error_of_the_api_points_at_the_users_line():
    @dg.asset
    def lonely(context):
        return context.partition_key

    frames = lines_of(failure_of(lonely).error)
    assert len(frames) == 1
    assert "return context.partition_key" in frames[0]


def test_a_mistake_of_this_package_keeps_its_frames():
    with pytest.raises(TypeError) as caught:
        text.did_you_mean("a", [3])
    assert any(text.__file__ in line for line in error_info(caught.value).stack)


def test_an_error_is_data():
    info = failure_of(refusing).error
    assert json.loads(json.dumps(info.to_string())) == info.to_string()
    assert "Refused: not today" in info.to_string()
