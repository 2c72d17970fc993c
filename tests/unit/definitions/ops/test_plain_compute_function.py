"""The context of functions that are given to OpDefinition as they are."""

import pytest

import weftwork as dg


def run(compute_fn):
    op = dg.OpDefinition(compute_fn=compute_fn, name="plain")
    return dg.GraphDefinition("alone", node_defs=[op]).to_job().execute_in_process()


def test_an_op_cannot_have_the_context_of_an_asset():
    def compute(context: dg.AssetExecutionContext, *args):
        yield dg.Output(1)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="AssetExecutionContext"):
        run(compute)


def test_another_class_is_refused_where_the_op_is_defined():
    def compute(context: int, inputs):
        yield dg.Output(1)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="int"):
        dg.OpDefinition(compute_fn=compute, name="plain")


def test_the_context_of_an_op_is_given():
    def compute(context: dg.OpExecutionContext, *args):
        yield dg.Output(type(context) is dg.OpExecutionContext)

    assert run(compute).output_for_node("plain") is True
