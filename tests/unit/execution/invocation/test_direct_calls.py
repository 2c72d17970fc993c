"""Ops, assets and checks are called like the functions they are."""

from __future__ import annotations

import asyncio

import pytest

import weftwork as dg


class Greeting(dg.Config):
    word: str
    times: int = 1


class Mail(dg.ConfigurableResource):
    sender: str = "me"


@dg.op
def add(context, a: int, b: int = 2) -> int:
    context.log.info("adding")
    return a + b


@dg.op
def double(x: int) -> int:
    return 2 * x


# ------------------------------------------------------------------------------------------ arguments


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((1, 3), {}), ((1,), {"b": 3}), ((), {"a": 1, "b": 3})],
    ids=["positional", "mixed", "named"],
)
def test_inputs_are_given_by_position_or_name(args, kwargs):
    assert add(dg.build_op_context(), *args, **kwargs) == 4


def test_the_context_may_be_named_or_none_and_is_dropped_where_the_function_takes_none():
    assert add(context=dg.build_op_context(), a=1) == 3
    assert add(None, 1) == 3
    assert double(dg.build_op_context(), 4) == 8
    assert double(4) == 8


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: add(1, 2), "'add' takes a context"),
        (lambda: add(dg.build_op_context()), "without its input 'a'"),
        (lambda: add(dg.build_op_context(), 1, 2, 3), "takes 2 arguments"),
        (lambda: add(dg.build_op_context(), 1, a=1), "'a' twice"),
        (lambda: add(dg.build_op_context(), aa=1), "Did you mean 'a'"),
        (lambda: double(context=dg.build_op_context(), x=4), "no argument 'context'"),
        (lambda: dg.OpDefinition(lambda context, inputs: 1, "raw")(), "made by a decorator"),
    ],
)
def test_arguments_that_do_not_fit_are_explained(call, match):
    with pytest.raises(dg.DagsterInvalidInvocationError, match=match):
        call()


def test_inputs_of_type_nothing_take_no_argument():
    @dg.op(ins={"after": dg.In(dg.Nothing), "x": dg.In()})
    def follow(x):
        return x

    assert follow(3) == 3
    assert follow(x=3) == 3
    with pytest.raises(dg.DagsterInvalidInvocationError, match="type Nothing"):
        follow(3, 4)
    with pytest.raises(dg.DagsterInvalidInvocationError, match="carries none"):
        follow(3, after=None)


def test_inputs_without_a_parameter_are_given_by_name():
    @dg.op(ins={"a": dg.In(), "b": dg.In()})
    def gather(**kwargs):
        return kwargs

    assert gather(a=1, b=2) == {"a": 1, "b": 2}
    with pytest.raises(dg.DagsterInvalidInvocationError):
        gather(1, 2)


def test_types_of_inputs_and_outputs_are_checked():
    @dg.op(out=dg.Out(int))
    def wrong():
        return "x"

    with pytest.raises(dg.DagsterTypeCheckDidNotPass, match="Input 'x' of 'double'"):
        double("x")
    with pytest.raises(dg.DagsterTypeCheckDidNotPass, match="Output 'result' of 'wrong'"):
        wrong()


def test_a_type_check_sees_the_resources_of_the_context():
    as_foo = dg.DagsterType(
        lambda c, value: c.resources.foo == value, name="AsFoo", required_resource_keys={"foo"}
    )

    @dg.op(required_resource_keys={"foo"}, out=dg.Out(as_foo))
    def give(context):
        return 3

    assert give(dg.build_op_context(resources={"foo": 3})) == 3
    with pytest.raises(dg.DagsterTypeCheckDidNotPass):
        give(dg.build_op_context(resources={"foo": 4}))


# ----------------------------------------------------------------------------------- config, resources


@dg.op
def greet(config: Greeting):
    return config.word * config.times


def test_config_is_an_argument_or_comes_with_the_context():
    assert greet(Greeting(word="hi")) == "hi"
    assert greet(config={"word": "hi", "times": 2}) == "hihi"
    assert greet(dg.build_op_context(op_config={"word": "hi"})) == "hi"
    assert greet(dg.build_op_context(op_config=Greeting(word="hi"))) == "hi"
    with pytest.raises(dg.DagsterInvalidInvocationError, match="by its context and as an argument"):
        greet(dg.build_op_context(op_config={"word": "hi"}), config=Greeting(word="ho"))
    with pytest.raises(dg.DagsterInvalidConfigError, match="greet"):
        greet()
    with pytest.raises(dg.DagsterInvalidConfigError):
        greet({"word": "hi", "times": "many"})


def test_op_config_is_checked_and_completed():
    @dg.op(config_schema={"path": str, "retries": dg.Field(int, default_value=3)})
    def read(context):
        return context.op_config

    assert read(dg.build_op_context(config={"path": "x"})) == {"path": "x", "retries": 3}
    with pytest.raises(dg.DagsterInvalidConfigError):
        read(dg.build_op_context())
    with pytest.raises(dg.DagsterInvalidInvocationError, match="older name"):
        dg.build_op_context(config={}, op_config={"path": "x"})


@dg.op
def send(context, mail: Mail, text="hello"):
    return context.resources.mail.sender, mail.sender, text


def test_a_resource_is_an_argument_or_comes_with_the_context():
    assert send(dg.build_op_context(), mail=Mail(sender="you")) == ("you", "you", "hello")
    assert send(None, Mail(sender="you"), "bye") == ("you", "you", "bye")
    assert send(dg.build_op_context(resources={"mail": Mail(sender="you")})) == ("you", "you", "hello")
    with pytest.raises(dg.DagsterInvalidInvocationError, match="one of these ways"):
        send(dg.build_op_context(resources={"mail": Mail()}), mail=Mail())
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="requires the resource 'mail'"):
        send(dg.build_op_context())


def test_a_resource_with_a_teardown_needs_with():
    steps = []

    @dg.resource
    def database():
        steps.append("open")
        yield "db"
        steps.append("close")

    @dg.op(required_resource_keys={"db"})
    def query(context):
        return context.resources.db

    with pytest.raises(dg.DagsterInvariantViolationError, match="with build_op_context"):
        query(dg.build_op_context(resources={"db": database}))
    steps.clear()
    with dg.build_op_context(resources={"db": database}) as context:
        assert query(context) == "db"
        assert query(context) == "db"
        assert steps == ["open"]
    assert steps == ["open", "close"]


def test_config_of_resources_is_checked_when_the_context_is_built():
    @dg.resource(config_schema=str)
    def named(init_context):
        return init_context.resource_config

    @dg.op(required_resource_keys={"named"})
    def read(context):
        return context.resources.named

    assert read(dg.build_op_context({"named": named}, resources_config={"named": {"config": "x"}})) == "x"
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.build_op_context({"named": named}, resources_config={"nmaed": {"config": "x"}})


# -------------------------------------------------------------------------------------------- outputs


def test_a_generator_is_checked_as_it_goes():
    @dg.op(out={"x": dg.Out(), "y": dg.Out(is_required=False)})
    def give(names):
        for name in names:
            yield dg.Output(name, name)

    assert [output.value for output in give(["x", "y"])] == ["x", "y"]
    assert [output.value for output in give(["x"])] == ["x"]
    for names, match in (
        (["y"], "ended without its output 'x'"),
        (["x", "x"], "twice"),
        (["z"], "does not have"),
    ):
        with pytest.raises(dg.DagsterInvariantViolationError, match=match):
            list(give(names))


def test_what_a_generator_may_not_yield_is_refused():
    @dg.op
    def plain():
        yield 5

    with pytest.raises(dg.DagsterInvariantViolationError, match="yielded int: 5"):
        list(plain())


def test_several_outputs_are_returned_as_a_tuple_of_their_number():
    @dg.op(out={"x": dg.Out(int), "y": dg.Out(int)})
    def give(what):
        return what

    assert give((1, 2)) == (1, 2)
    for wrong in ((1,), None, 5, dg.Output(1, "x"), (dg.Output(1, "y"), dg.Output(2, "x"))):
        with pytest.raises(dg.DagsterInvariantViolationError):
            give(wrong)
    with pytest.raises(dg.DagsterTypeCheckDidNotPass):
        give((1, "two"))


def test_dynamic_outputs_are_yielded_or_returned_as_a_list():
    @dg.op(out=dg.DynamicOut())
    def give(what):
        return what

    items = [dg.DynamicOutput(1, "a"), dg.DynamicOutput(2, "b")]
    assert give(items) == items
    for wrong in (5, dg.DynamicOutput(1, "a"), [dg.DynamicOutput(1, "a"), dg.DynamicOutput(2, "a")]):
        with pytest.raises(dg.DagsterInvariantViolationError):
            give(wrong)


def test_what_the_function_raises_is_raised():
    @dg.op
    def fail():
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()


def test_asynchronous_functions_are_awaited_and_checked():
    @dg.op(out=dg.Out(int))
    async def give(context, value):
        return value

    @dg.op
    async def stream(context):
        yield dg.Output(1)

    async def collect():
        return [output.value async for output in stream(dg.build_op_context())]

    assert asyncio.run(give(dg.build_op_context(), 5)) == 5
    with pytest.raises(dg.DagsterTypeCheckDidNotPass):
        asyncio.run(give(dg.build_op_context(), "x"))
    assert asyncio.run(collect()) == [1]


# --------------------------------------------------------------------------------------- assets, checks


def test_an_asset_is_called_with_its_upstream_values():
    @dg.asset
    def total(context: dg.AssetExecutionContext, orders):
        return context.asset_key.to_user_string(), sum(orders)

    assert total(dg.build_asset_context(), [1, 2]) == ("total", 3)
    assert total(dg.build_op_context(), orders=[1, 2]) == ("total", 3)


def test_results_of_assets_must_be_of_the_assets():
    names = ["p"]

    @dg.multi_asset(specs=[dg.AssetSpec("p"), dg.AssetSpec("q")])
    def both(context):
        for name in names:
            yield dg.MaterializeResult(name)

    made = list(both(dg.build_asset_context()))
    assert made[0].asset_key == dg.AssetKey("p")
    assert (made[1].output_name, made[1].value) == ("q", None)
    names[:] = ["z"]
    with pytest.raises(dg.DagsterInvariantViolationError, match="gave a MaterializeResult for 'z'"):
        list(both(dg.build_asset_context()))


def test_resources_bound_to_an_asset_are_there():
    @dg.asset(resource_defs={"mail": Mail(sender="bound")})
    def letter(mail: Mail):
        return mail.sender

    assert letter() == "bound"
    with pytest.raises(dg.DagsterInvalidInvocationError, match="bound to asset"):
        letter(dg.build_asset_context(resources={"mail": Mail()}))


def test_a_check_is_called_with_the_value_of_its_asset():
    @dg.asset_check(asset="orders")
    def some(context, orders):
        assert context.selected_asset_check_keys == {dg.AssetCheckKey(dg.AssetKey("orders"), "some")}
        return dg.AssetCheckResult(passed=bool(orders))

    assert some(dg.build_asset_check_context(), [1]).passed
    assert not some(dg.build_op_context(), orders=[]).passed


def test_every_check_must_be_evaluated():
    @dg.multi_asset_check(specs=[dg.AssetCheckSpec("one", asset="a"), dg.AssetCheckSpec("two", asset="a")])
    def checks():
        yield dg.AssetCheckResult(passed=True, check_name="one", asset_key="a")

    with pytest.raises(dg.DagsterInvariantViolationError, match="a_two"):
        list(checks())


def test_graphs_and_jobs_cannot_be_called():
    @dg.graph
    def chain(x):
        return double(double(x))

    @dg.job
    def nightly():
        double()

    for definition, args in ((chain, (1,)), (nightly, ())):
        with pytest.raises(dg.DagsterInvariantViolationError):
            definition(*args)


def test_a_context_of_an_asset_fits_no_op():
    for context in (dg.build_asset_context(), dg.build_asset_check_context()):
        with pytest.raises(dg.DagsterInvariantViolationError, match="which is no asset"):
            double(context, 1)


def test_an_op_inside_a_run_does_not_take_the_context_of_the_run():
    @dg.op
    def outer(context):
        return add(context, 1)

    @dg.job
    def nightly():
        outer()

    with pytest.raises(dg.DagsterInvalidInvocationError, match="call a plain function"):
        nightly.execute_in_process()


def test_an_op_without_outputs_returns_nothing():
    @dg.op(out={})
    def tell():
        return 3

    with pytest.raises(dg.DagsterInvariantViolationError, match="without outputs"):
        tell()


def test_an_unknown_argument_is_a_wrong_call_and_a_wrong_key():
    @dg.op(ins={"rows": dg.In(int)})
    def count(**inputs):
        return inputs["rows"]

    for kind in (dg.DagsterInvalidInvocationError, KeyError):
        with pytest.raises(kind, match=r"^'count' takes no argument 'rowz'\. Did you mean 'rows'\?"):
            count(rowz=1)
