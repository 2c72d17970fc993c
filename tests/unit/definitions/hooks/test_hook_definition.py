"""Hooks as a user declares and calls them."""

import pytest

import weftwork as dg
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidPropertyError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.definitions.hooks.hook_context import HookContext, build_hook_context
from weftwork.definitions.hooks.hook_definition import (
    HookDefinition,
    HookExecutionResult,
    failure_hook,
    success_hook,
)
from weftwork.definitions.resources.resource_definition import resource
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent

SUCCESS = DagsterEvent(event_type_value=DagsterEventType.STEP_SUCCESS.value)
FAILURE = DagsterEvent(event_type_value=DagsterEventType.STEP_FAILURE.value)


def test_a_hook_runs_after_the_steps_that_it_is_for():
    heard = []

    @success_hook
    def on_success(context):
        heard.append(context)

    @failure_hook(name="alarm", required_resource_keys={"pager"})
    def on_failure(context):
        heard.append(context)

    assert on_success.hook_fn("ok", [SUCCESS]) == HookExecutionResult("on_success", is_skipped=False)
    assert on_success.hook_fn("no", [FAILURE]) == HookExecutionResult("on_success", is_skipped=True)
    assert on_failure.hook_fn("bad", [SUCCESS, FAILURE]) == HookExecutionResult("alarm")
    assert heard == ["ok", "bad"]
    assert (on_failure.name, on_failure.required_resource_keys) == ("alarm", {"pager"})


@pytest.mark.parametrize("function", [lambda event: None, lambda context, events: None, lambda: None])
def test_a_hook_takes_a_context(function):
    with pytest.raises(DagsterInvalidDefinitionError, match="one parameter named 'context'"):
        success_hook(name="x")(function)


def test_a_hook_needs_a_valid_name():
    with pytest.raises(DagsterInvalidDefinitionError, match="in_valid"):
        failure_hook(name="in-valid")(lambda context: None)


def test_resource_keys_are_a_set():
    with pytest.raises(ParameterCheckError):
        success_hook(required_resource_keys="pager")


def test_a_hook_is_called_with_a_context_of_a_test():
    @failure_hook(required_resource_keys={"pager"})
    def alarm(context):
        return f"{context.resources.pager}: {context.op.name} in {context.job_name} {context.run_id} {context.op_exception}"

    class Op:
        name = "load"

    context = build_hook_context(
        {"pager": "beep"}, op=Op(), run_id="r", job_name="j", op_exception=ValueError("x")
    )

    assert alarm(context) == alarm(context=context) == "beep: load in j r x"


def test_what_a_test_did_not_give_is_missing():
    context = build_hook_context()
    for name in ("op", "op_config", "op_output_values", "op_output_metadata", "step_key", "job_name", "run_id", "hook_def",
                 "required_resource_keys"):  # fmt: skip
        with pytest.raises(
            DagsterInvalidPropertyError, match=name.replace("required_resource_keys", "hook_def")
        ):
            getattr(context, name)
    with pytest.raises(DagsterInvariantViolationError, match="instance"):
        _ = context.instance
    assert context.op_exception is None
    context.log.info("heard by nobody")


def test_a_missing_resource_is_named():
    @success_hook(required_resource_keys={"pager"})
    def tell(context): ...

    with pytest.raises(
        DagsterInvalidDefinitionError, match=r"'tell' requires the resource 'pager'.* Did you mean 'pagr'"
    ):
        tell(build_hook_context({"pagr": 1}))


@pytest.mark.parametrize(
    "call", [lambda hook: hook(), lambda hook: hook(build_hook_context(), 2), lambda hook: hook(cntxt=None)]
)
def test_a_hook_takes_one_argument(call):
    @success_hook
    def tell(context): ...

    with pytest.raises(DagsterInvalidInvocationError):
        call(tell)


def test_a_hook_without_function_cannot_be_called():
    plain = HookDefinition(name="plain", hook_fn=lambda context, events: HookExecutionResult("plain"))
    with pytest.raises(DagsterInvalidInvocationError, match="made by HookDefinition"):
        plain(build_hook_context())


def test_resources_with_teardown_need_a_with_block():
    closed = []

    @resource
    def connection():
        yield "open"
        closed.append(True)

    @success_hook(required_resource_keys={"db"})
    def tell(context):
        return context.resources.db

    with build_hook_context({"db": connection}) as context:
        assert tell(context) == "open"
        assert not closed
    assert closed
    with pytest.raises(DagsterInvariantViolationError, match="with build_hook_context"):
        _ = build_hook_context({"db": connection}).resources


def test_a_hook_decorates_what_has_hooks():
    class Graph:
        def with_hooks(self, hooks):
            return hooks

    @success_hook
    def tell(context): ...

    assert tell(Graph()) == {tell}


def test_a_context_reads_its_step_when_it_is_asked():
    class Step:
        job_name, run_id, step_key, op_config = "j", "r", "s", {"x": 1}
        step_output_values = {"result": 3}
        step_exception = None

    @success_hook
    def tell(context): ...

    context = HookContext(Step(), tell)

    assert (context.job_name, context.run_id, context.step_key, context.op_config) == (
        "j",
        "r",
        "s",
        {"x": 1},
    )
    assert (context.op_output_values, context.op_exception, context.hook_def) == ({"result": 3}, None, tell)


def test_the_op_of_a_context_is_the_only_node_of_a_graph():
    @dg.op
    def load(): ...

    used = build_hook_context(op=load.alias("again")).op
    assert [node.name for node in used.graph_definition.nodes] == ["again"]


def test_a_hook_in_a_run_sees_the_graph_of_its_op():
    seen = []

    @dg.success_hook
    def look(context):
        seen.append((context.op.graph_definition.name, len(context.op.graph_definition.nodes)))

    @dg.op
    def load(): ...

    @dg.job(hooks={look})
    def nightly():
        load()

    nightly.execute_in_process()
    assert seen == [("nightly", 1)]
