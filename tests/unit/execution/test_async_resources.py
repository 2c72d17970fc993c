"""Resources that are opened and closed by asynchronous code."""

import asyncio
from contextlib import asynccontextmanager

import pytest

import weftwork as dg

LOOPS: list[tuple[str, asyncio.AbstractEventLoop]] = []


class Connection(dg.ConfigurableResource):
    name: str = "main"

    @asynccontextmanager
    async def yield_for_execution(self, context):
        LOOPS.append(("open", asyncio.get_running_loop()))
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            await asyncio.sleep(0)
            LOOPS.append(("close", asyncio.get_running_loop()))


@dg.op
async def ask(connection: Connection) -> str:
    LOOPS.append(("ask", asyncio.get_running_loop()))
    await asyncio.sleep(0)
    return connection.name


@dg.op
async def ask_often(connection: Connection):
    LOOPS.append(("ask", asyncio.get_running_loop()))
    yield dg.Output(connection.name)


@dg.op
def ask_plainly(connection: Connection) -> str:
    return connection.name


@dg.op
async def fail(connection: Connection) -> None:
    raise ValueError


def run(op, **arguments):
    @dg.job(name="nightly", resource_defs={"connection": Connection(name="spare")})
    def nightly():
        op()

    return nightly.execute_in_process(**arguments)


@pytest.fixture(autouse=True)
def _fresh():
    LOOPS.clear()


@pytest.mark.parametrize("op", [ask, ask_often])
def test_open_use_and_close_share_a_loop(op):
    assert run(op).output_for_node(op.name) == "spare"
    assert [what for what, _ in LOOPS] == ["open", "ask", "close"]
    assert len({id(loop) for _, loop in LOOPS}) == 1
    assert all(loop.is_closed() for _, loop in LOOPS)


def test_functions_that_are_not_asynchronous_may_use_it():
    assert run(ask_plainly).output_for_node("ask_plainly") == "spare"


def test_it_is_closed_after_a_failure():
    assert not run(fail, raise_on_error=False).success
    assert [what for what, _ in LOOPS] == ["open", "close"]


def test_it_works_where_a_loop_runs_already():
    async def in_a_notebook():
        return run(ask).output_for_node("ask"), asyncio.get_running_loop()

    answer, loop = asyncio.run(in_a_notebook())
    assert answer == "spare"
    assert loop not in [used for _, used in LOOPS]


def test_the_loop_of_a_test_context_is_used():
    loop = asyncio.new_event_loop()
    with dg.build_op_context(resources={"connection": Connection()}, event_loop=loop) as context:
        assert context.resources.connection.name == "main"
    assert [used for _, used in LOOPS] == [loop, loop]
    loop.close()


@pytest.mark.parametrize("executor", [dg.async_executor, dg.thread_executor], ids=["async", "thread"])
@pytest.mark.parametrize("op", [ask, ask_often])
def test_steps_that_run_at_once_share_the_loop_of_the_resource(op, executor):
    @dg.job(resource_defs={"connection": Connection()}, executor_def=executor)
    def nightly():
        for number in range(3):
            op.alias(f"ask_{number}")()
        ask_plainly()

    assert nightly.execute_in_process().success
    assert [what for what, _ in LOOPS] == ["open", "ask", "ask", "ask", "close"]
    assert len({loop for _, loop in LOOPS}) == 1


def test_outside_of_a_run_the_user_says_on_which_loop_it_lives():
    class Outer(dg.ConfigurableResource):
        inner: Connection

    for resource in (Connection(), Outer(inner=Connection())):
        with pytest.raises(dg.DagsterInvalidInvocationError, match="'db' opens asynchronously.*event_loop="):
            dg.build_op_context(resources={"db": resource})
        with (
            pytest.raises(dg.DagsterInvalidInvocationError, match="build_resources was given no event loop"),
            dg.build_resources({"db": resource}),
        ):
            pass
