"""What stands under a key must be what the key is used for; resources that give steps another object."""

from __future__ import annotations

import pytest

import weftwork as dg


class Plain(dg.ConfigurableResource):
    pass


@dg.resource
def makes_a_manager():
    return dg.InMemoryIOManager()


@dg.op(out=dg.Out(io_manager_key="disk"))
def write():
    return 1


@pytest.mark.parametrize("given", [5, Plain(), makes_a_manager])
def test_a_resource_that_is_no_io_manager_is_refused_under_the_key_of_one(given):
    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="output 'result' of op 'write'.*no IO manager"
    ):

        @dg.job(resource_defs={"disk": given})
        def save():
            write()


def test_an_asset_says_so_too():
    @dg.asset(io_manager_key="disk")
    def orders():
        return 1

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="no IO manager"):
        dg.materialize([orders], resources={"disk": 5})
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="no IO manager"):
        dg.Definitions.validate_loadable(dg.Definitions(assets=[orders], resources={"disk": 5}))


def test_inputs_take_input_managers_and_io_managers():
    class Constant(dg.InputManager):
        def load_input(self, context):
            return 44

    @dg.input_manager
    def gives_a_manager():
        return Constant()

    for given in (Constant(), gives_a_manager):

        @dg.op(ins={"value": dg.In(input_manager_key="source")})
        def read(value):
            return value

        @dg.job(resource_defs={"source": given})
        def load():
            read()

        assert load.execute_in_process().output_for_node("read") == 44


def test_a_circle_of_resources_is_found_when_the_job_is_defined():
    @dg.resource(required_resource_keys={"b"})
    def first(): ...

    @dg.resource(required_resource_keys={"a"})
    def second(): ...

    @dg.op(required_resource_keys={"a"})
    def use(): ...

    with pytest.raises(dg.DagsterInvariantViolationError, match="'a' -> 'b' -> 'a'"):

        @dg.job(resource_defs={"a": first, "b": second})
        def circular():
            use()


def test_what_a_resource_raises_is_a_resource_error():
    @dg.resource
    def broken():
        raise ValueError("no route")

    @dg.op(required_resource_keys={"db"})
    def use(): ...

    @dg.job(resource_defs={"db": broken})
    def load():
        use()

    with pytest.raises(dg.DagsterResourceFunctionError, match="no route") as caught:
        load.execute_in_process()
    assert isinstance(caught.value.user_exception, ValueError)


def test_steps_get_the_object_that_a_resource_attaches_and_resources_the_resource_itself():
    class Client(dg.ConfigurableResource, dg.IAttachDifferentObjectToOpContext):
        url: str

        def get_object_to_set_on_execution_context(self):
            return f"connection to {self.url}"

    class Loader(dg.ConfigurableResource):
        client: Client

    @dg.op
    def load(client: dg.ResourceParam[str], loader: Loader):
        return client, loader.client.url

    client = Client.configure_at_launch()

    @dg.job(resource_defs={"client": client, "loader": Loader(client=client)})
    def nightly():
        load()

    result = nightly.execute_in_process(run_config={"resources": {"client": {"config": {"url": "a.org"}}}})
    assert result.output_for_node("load") == ("connection to a.org", "a.org")


def test_a_default_is_not_validated_again_when_a_run_opens_the_resource():
    from pydantic import field_validator

    class Picky(dg.ConfigurableResource):
        mode: str = "raw"
        rows: int = 1

        @field_validator("mode")
        @classmethod
        def shout(cls, mode: str) -> str:
            return mode.upper()

    @dg.op
    def use(picky: Picky):
        return picky.mode, picky.rows

    @dg.job(resource_defs={"picky": Picky.configure_at_launch()})
    def nightly():
        use()

    assert nightly.execute_in_process().output_for_node("use") == ("raw", 1)
    given = {"resources": {"picky": {"config": {"mode": "fine", "rows": 2}}}}
    assert nightly.execute_in_process(run_config=given).output_for_node("use") == ("FINE", 2)


def test_a_generator_resource_is_called_directly_as_a_context_manager():
    ended = []

    @dg.resource
    def session(context):
        yield "open"
        ended.append(True)

    with session(None) as opened:
        assert (opened, ended) == ("open", [])
    assert ended == [True]


def test_a_resource_called_with_none_takes_its_defaults_or_says_what_it_lacks():
    @dg.resource(config_schema={"url": dg.Field(str, default_value="here")})
    def lenient(context):
        return context.resource_config["url"]

    @dg.resource(config_schema={"url": str})
    def strict(context): ...

    assert lenient(None) == "here"
    with pytest.raises(dg.DagsterInvalidInvocationError, match=r"build_init_resource_context\(config="):
        strict(None)


def test_an_input_manager_sees_the_asset_that_it_loads():
    @dg.input_manager
    def reader(context):
        return context.upstream_output.asset_key.path, context.upstream_output.definition_metadata["path"]

    orders = dg.AssetSpec("orders", metadata={"path": "a.csv"})

    @dg.asset(ins={"orders": dg.AssetIn(input_manager_key="reader")})
    def report(orders):
        return orders

    result = dg.materialize([orders, report], resources={"reader": reader})

    assert result.output_for_node("report") == (["orders"], "a.csv")
