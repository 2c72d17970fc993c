"""ConfigurableResource: fields, nesting, setup and teardown, config at launch."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional

import pytest
from pydantic import Field, PrivateAttr, ValidationError

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidPythonicConfigDefinitionError,
    DagsterResourceFunctionError,
)
from weftwork.config.env_var import EnvVar
from weftwork.config.pythonic.config import Config
from weftwork.definitions.resources.build_resources import build_init_resource_context, build_resources
from weftwork.definitions.resources.configurable.legacy_adapter import ConfigurableLegacyResourceAdapter
from weftwork.definitions.resources.configurable.resource import (
    ConfigurableResource,
    ConfigurableResourceFactory,
)
from weftwork.definitions.resources.resource_definition import ResourceDefinition, resource
from weftwork.definitions.resources.resource_dependency import ResourceDependency
from weftwork.definitions.resources.wrapping import is_configurable_resource, wrap_resource


class Server(ConfigurableResource):
    """A server."""

    port: int
    host: str = "localhost"

    def address(self) -> str:
        return f"{self.host}:{self.port}"


class Client(ConfigurableResource):
    server: Server
    retries: int = 3


EVENTS: list[str] = []


@pytest.fixture(autouse=True)
def _no_events():
    EVENTS.clear()


class Connection(ConfigurableResource):
    name: str
    _handle: Any = PrivateAttr(default=None)

    def setup_for_execution(self, context) -> None:
        EVENTS.append(f"+{self.name}")
        self._handle = f"handle of {self.name}"

    def teardown_after_execution(self, context) -> None:
        EVENTS.append(f"-{self.name}")


class Session(ConfigurableResource):
    connection: Connection

    def setup_for_execution(self, context) -> None:
        EVENTS.append(f"+session on {self.connection._handle}")

    def teardown_after_execution(self, context) -> None:
        EVENTS.append("-session")


def test_steps_get_an_object_of_the_class():
    with build_resources({"server": Server(port=1)}) as resources:
        assert resources.server.address() == "localhost:1"
        assert isinstance(resources.server, Server)


def test_run_config_replaces_values_one_by_one():
    with build_resources(
        {"server": Server(port=1, host="h")}, resource_config={"server": {"config": {"port": 2}}}
    ) as r:
        assert r.server.address() == "h:2"


def test_bad_values_are_refused_by_pydantic():
    with pytest.raises(ValidationError):
        Server(port="x")
    with pytest.raises(ValidationError):
        Server()


def test_objects_are_frozen_comparable_and_picklable():
    server = Server(port=1)
    server.get_resource_definition()
    assert server == Server(port=1)
    assert pickle.loads(pickle.dumps(server)) == server
    with pytest.raises(DagsterInvalidInvocationError):
        server.port = 2


def test_definition_is_one_and_tells_the_docstring():
    server = Server(port=1)
    definition = server.get_resource_definition()
    assert definition is server.get_resource_definition()
    assert definition is wrap_resource(server)
    assert definition.description == "A server."
    assert server.model_copy().get_resource_definition() is not definition
    assert is_configurable_resource(server)
    assert not is_configurable_resource(5)


def test_environment_is_read_when_the_resource_opens(monkeypatch):
    monkeypatch.setenv("SERVER_PORT", "12")
    server = Server(port=EnvVar.int("SERVER_PORT"), host=EnvVar("SERVER_HOST"))
    with pytest.raises(DagsterInvalidConfigError, match="SERVER_HOST"), build_resources({"s": server}):
        pass
    monkeypatch.setenv("SERVER_HOST", "h")
    with build_resources({"s": server}) as resources:
        assert resources.s.address() == "h:12"
    assert server.process_config_and_initialize().address() == "h:12"


def test_nested_resources_are_no_config():
    client = Client(server=Server(port=1))
    assert list(Client.to_fields_dict()) == ["retries"]
    assert client.nested_resources == {"server": Server(port=1)}
    with build_resources({"client": client}) as resources:
        assert resources.client.server.address() == "localhost:1"
    with (
        pytest.raises(DagsterInvalidConfigError),
        build_resources({"client": client}, resource_config={"client": {"config": {"server": {"port": 2}}}}),
    ):
        pass


def test_setup_and_teardown_wrap_what_uses_them():
    with build_resources({"session": Session(connection=Connection(name="db"))}):
        assert EVENTS == ["+db", "+session on handle of db"]
    assert EVENTS[2:] == ["-session", "-db"]


def test_private_attributes_of_the_given_object_stay_as_they_were():
    given = Connection(name="db")
    with build_resources({"c": given}) as resources:
        assert resources.c._handle == "handle of db"
    assert given._handle is None


def test_failing_setup_tears_down_what_is_inside():
    class Broken(ConfigurableResource):
        connection: Connection

        def setup_for_execution(self, context) -> None:
            raise ValueError("no")

    with (
        pytest.raises(DagsterResourceFunctionError) as caught,
        build_resources({"b": Broken(connection=Connection(name="db"))}),
    ):
        pass
    assert isinstance(caught.value.__cause__, ValueError)
    assert EVENTS == ["+db", "-db"]


def test_yield_for_execution_replaces_setup_and_may_give_something_else():
    class Number(ConfigurableResource):
        value: int

        @contextmanager
        def yield_for_execution(self, context) -> Iterator[int]:
            EVENTS.append("in")
            yield self.value * 2
            EVENTS.append("out")

    with build_resources({"n": Number(value=4)}) as resources:
        assert resources.n == 8
    assert EVENTS == ["in", "out"]


class Doubled(ConfigurableResourceFactory[int]):
    value: int

    def create_resource(self, context) -> int:
        return self.value * 2


def test_factory_gives_what_it_creates():
    with build_resources({"d": Doubled(value=4)}) as resources:
        assert resources.d == 8


class Holder(ConfigurableResource):
    made: ResourceDependency[int]
    text: ResourceDependency[str]


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Doubled(value=4), "t"),
        (ResourceDefinition.hardcoded_resource(8), resource(lambda: "t")),
        (8, ResourceDefinition.hardcoded_resource("t")),
    ],
)
def test_dependencies_take_any_kind_of_resource(made, text):
    with build_resources({"h": Holder(made=made, text=text)}) as resources:
        assert (resources.h.made, resources.h.text) == (8, "t")


def test_dependency_on_a_generator_function_is_torn_down():
    @resource
    def number():
        yield 8
        EVENTS.append("down")

    with build_resources({"h": Holder(made=number, text="t")}) as resources:
        assert resources.h.made == 8
        assert EVENTS == []
    assert EVENTS == ["down"]


def test_optional_dependency_may_be_absent():
    class Maybe(ConfigurableResource):
        server: Optional[Server] = None

    with build_resources({"none": Maybe(), "some": Maybe(server=Server(port=1))}) as resources:
        assert resources.none.server is None
        assert resources.some.server.port == 1


def test_config_at_launch_comes_from_run_config():
    with build_resources(
        {"s": Server.configure_at_launch()}, resource_config={"s": {"config": {"port": 5}}}
    ) as r:
        assert r.s.address() == "localhost:5"
    with build_resources(
        {"s": Server.configure_at_launch(port=2)}, resource_config={"s": {"config": {"host": "h"}}}
    ) as r:
        assert r.s.address() == "h:2"
    with (
        pytest.raises(DagsterInvalidConfigError, match="'s'"),
        build_resources({"s": Server.configure_at_launch()}),
    ):
        pass


def test_config_at_launch_refuses_unknown_fields():
    with pytest.raises(DagsterInvalidInvocationError, match="Did you mean 'port'"):
        Server.configure_at_launch(prot=1)


def test_nested_resource_configured_at_launch_is_shared_with_its_key():
    server = Server.configure_at_launch()
    resources = {"client": Client(server=server), "server": server}
    with build_resources(resources, resource_config={"server": {"config": {"port": 7}}}) as opened:
        assert opened.client.server is opened.server
        assert opened.server.port == 7


def test_nested_resource_configured_at_launch_needs_a_key():
    client = Client(server=Server.configure_at_launch())
    with pytest.raises(DagsterInvalidDefinitionError, match=r"Client\.server"):
        client.get_resource_definition().get_required_resource_keys({})


def test_use_outside_of_a_run():
    assert Client(server=Server(port=1)).process_config_and_initialize().server.port == 1
    with pytest.raises(CheckError, match="with"):
        Session(connection=Connection(name="db")).process_config_and_initialize()
    with Session(connection=Connection(name="db")).process_config_and_initialize_cm() as session:
        assert session.connection._handle == "handle of db"
    assert EVENTS[-1] == "-db"


def test_resource_configured_at_launch_cannot_be_opened_outside_of_a_run():
    with pytest.raises(DagsterInvalidInvocationError, match=r"Server\(\.\.\.\)"):
        Client(server=Server.configure_at_launch()).process_config_and_initialize()


def test_from_resource_context():
    context = build_init_resource_context(config={"port": 4})
    assert Server.from_resource_context(context) == Server(port=4)
    with Connection.from_resource_context_cm(build_init_resource_context(config={"name": "n"})) as connection:
        assert connection.name == "n"


def test_resource_context_is_there_after_setup_only():
    server = Server(port=1)
    with pytest.raises(CheckError):
        server.get_resource_context()
    context = build_init_resource_context()
    assert server.with_resource_context(context).get_resource_context() is context
    with build_resources({"s": server}, instance="instance") as resources:
        assert resources.s.get_resource_context().instance == "instance"


def test_config_classes_and_lists_are_fields():
    class Limits(Config):
        rows: int = 10

    class Limited(ConfigurableResource):
        limits: Limits
        names: list[str] = []

    with build_resources({"l": Limited(limits=Limits(rows=5), names=["a"])}) as resources:
        assert (resources.l.limits.rows, resources.l.names) == (5, ["a"])


def test_field_that_config_cannot_hold_is_refused():
    class Odd(ConfigurableResource):
        handle: object = None

    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match="handle"):
        Odd().get_resource_definition()


def test_class_instead_of_object_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"Server\(\.\.\.\)"):
        wrap_resource(Server)


def test_adapter_of_a_function_resource():
    @resource(config_schema={"prefix": str})
    def writer(context):
        yield f"{context.resource_config['prefix']}!"
        EVENTS.append("closed")

    class Writer(ConfigurableLegacyResourceAdapter):
        prefix: str

        @property
        def wrapped_resource(self) -> ResourceDefinition:
            return writer

    with build_resources({"w": Writer(prefix="p")}) as resources:
        assert resources.w == "p!"
    assert EVENTS == ["closed"]


def test_classes_inside_a_function_with_aliases_and_themselves_as_fields():
    class Inner(ConfigurableResource):
        size: int = Field(alias="Size")

    class Outer(ConfigurableResource):
        inner: Inner = Field(alias="Inner")
        other: Outer | None = None

    outer = Outer(Inner=Inner(Size=1), other=Outer(Inner=Inner(Size=2)))
    with build_resources({"o": outer}) as resources:
        assert resources.o.inner.size == 1
        assert resources.o.other.inner.size == 2
    with build_resources({"i": Inner.configure_at_launch(size=3)}) as resources:
        assert resources.i.size == 3
