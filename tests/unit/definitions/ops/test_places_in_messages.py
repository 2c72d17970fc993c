"""What is refused is told with the file and line of the function that it was to be made of."""

import re

import pytest

import weftwork as dg

HERE = re.escape(__file__)


def takes(x):
    return x


def composes():
    pass


@pytest.mark.parametrize(
    "wrong",
    [
        {"retry_policy": 5}, {"tags": 5}, {"tags": {1: "a"}}, {"name": "a-b"}, {"name": "input"}, {"ins": {"x": int}},
        {"out": {"x": int}}, {"ins": {"x": dg.In(int, default_value="s")}}, {"config_schema": {"a": 5}},
        {"required_resource_keys": {1}}, {"timeout": -1}, {"run_when": "never"},
    ],
    ids=str,
)  # fmt: skip
def test_an_op(wrong):
    with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError), match=rf"takes \({HERE}:\d+\)"):
        dg.op(**wrong)(takes)


@pytest.mark.parametrize("wrong", [{"name": "a b"}, {"tags": 5}, {"config": 5}], ids=str)
def test_a_graph(wrong):
    with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError), match=rf"composes \({HERE}:\d+\)"):
        dg.graph(**wrong)(composes)


@pytest.mark.parametrize(
    "wrong", [{"name": "a b"}, {"tags": 5}, {"config": 5}, {"executor_def": 5}, {"hooks": {5}}], ids=str
)
def test_a_job(wrong):
    with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError), match=rf"composes \({HERE}:\d+\)"):
        dg.job(**wrong)(composes)


def test_a_resource():
    with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError), match=rf"takes \({HERE}:\d+\)"):
        dg.resource(config_schema={"a": 5})(takes)


def test_a_class_where_a_declaration_belongs_is_mended_by_the_message():
    with pytest.raises(dg.CheckError, match=r"ins\['x'\] must be an In, .* write In\(int\)"):
        dg.op(ins={"x": int})(takes)
    with pytest.raises(dg.CheckError, match=r"out\['a'\] must be an Out, .* write Out\(int\)"):
        dg.op(out={"a": int})(takes)


def test_the_name_of_a_job_is_called_so():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="cannot be the name of a job"):
        dg.job(name="a b")(composes)


def test_what_is_looked_up_on_a_placeholder_is_explained():
    one = dg.op(name="one")(lambda: 1)

    with pytest.raises(
        AttributeError, match="The output 'result' of 'one' is a placeholder and has no 'shape'"
    ):

        @dg.job
        def looks():
            takes(one().shape)


def test_an_output_that_is_not_there_is_told_with_the_nearest():
    two = dg.op(name="two", out={"left": dg.Out(), "right": dg.Out()})(lambda: (1, 2))

    with pytest.raises(AttributeError, match="'two' has no output 'lefd'.*Did you mean 'left'"):

        @dg.job
        def looks():
            takes(two().lefd)
