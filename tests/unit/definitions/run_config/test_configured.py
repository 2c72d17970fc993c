"""``configured`` and ``config_mapping``: config given beforehand, or made by a function."""

from __future__ import annotations

import enum

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterConfigMappingFunctionError,
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidConfigError,
    ParameterCheckError,
)
from weftwork.config.config_type import Enum
from weftwork.config.evaluation import process_config
from weftwork.config.pythonic.config import Config
from weftwork.config.schema import Field, build_definition_schema
from weftwork.config.sources import StringSource
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.run_config.config_mapping import ConfigMapping, config_mapping
from weftwork.definitions.run_config.configurable import ConfigurableDefinition, NamedConfigurableDefinition
from weftwork.definitions.run_config.configured import configure, configured


class Color(enum.Enum):
    RED = "r"


class Size(Config):
    height: int = 2


@op(config_schema={"a": int, "b": Field(str, default_value="x")})
def load(context):
    return context.op_config


def config_of(definition, given=...):
    field = definition.config_field
    if given is ...:
        assert not field.is_required
        given = field.get_filled_default()
    result = process_config(field, given)
    if not result.success:
        raise DagsterInvalidConfigError("Error in config", result.errors, given)
    return result.value


def test_given_config_is_filled_and_what_the_run_says_is_ignored():
    ready = configure(load, {"a": 1}, "ready")

    assert ready.name == "ready"
    assert config_of(ready) == {"a": 1, "b": "x"}
    assert config_of(ready, {"a": 2}) == {"a": 1, "b": "x"}


def test_a_function_makes_the_config():
    mapped = configure(load, lambda config: {"a": config["n"] + 1}, "mapped", {"n": int})

    assert mapped.config_field.is_required
    assert config_of(mapped, {"n": 1}) == {"a": 2, "b": "x"}
    with pytest.raises(DagsterInvalidConfigError):
        config_of(mapped, {"m": 1})


def test_a_function_without_schema_takes_anything():
    mapped = configure(load, lambda config: {"a": config or 7}, "mapped")

    assert config_of(mapped) == {"a": 7, "b": "x"}
    assert config_of(mapped, 3) == {"a": 3, "b": "x"}


def test_the_default_of_the_schema_is_given_to_the_function():
    mapped = configure(load, lambda config: {"a": config["n"]}, "mapped", {"n": Field(int, default_value=9)})

    assert config_of(mapped) == {"a": 9, "b": "x"}


def test_the_parameter_may_be_a_config_class_with_postponed_annotations():
    class Wide(Config):
        width: int

    def from_size(config: Size):
        return {"a": config.height}

    def from_wide(config: Wide):
        return {"a": config.width}

    assert config_of(configure(load, from_size, "sized")) == {"a": 2, "b": "x"}
    assert config_of(configure(load, from_wide, "wide"), {"width": 5}) == {"a": 5, "b": "x"}


def test_configured_twice():
    inner = configure(load, lambda config: {"a": config["n"]}, "inner", {"n": int})

    assert config_of(configure(inner, {"n": 8}, "outer")) == {"a": 8, "b": "x"}


def test_given_config_that_does_not_fit_is_refused_when_it_is_used():
    wrong = configure(load, {"a": "x"}, "wrong")

    with pytest.raises(DagsterInvalidConfigError) as caught:
        config_of(wrong)
    assert caught.value.errors[0].path == "root:a"


def test_an_error_in_the_function_is_named():
    with pytest.raises(DagsterConfigMappingFunctionError, match="of 'broken'") as caught:
        config_of(configure(load, lambda _: 1 / 0, "broken"))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_values_reach_the_function_processed(monkeypatch):
    monkeypatch.setenv("WEFT_TEST_NAME", "wool")
    seen = []

    def remember(config):
        seen.append(config)
        return {"a": 1}

    mapped = configure(
        load, remember, "mapped", {"color": Enum.from_python_enum(Color), "name": StringSource}
    )
    config_of(mapped, {"color": "RED", "name": {"env": "WEFT_TEST_NAME"}})

    assert seen == [{"color": Color.RED, "name": "wool"}]


def test_definitions_without_a_name():
    database = ResourceDefinition(lambda context: context.resource_config, {"url": str})

    ready = configure(database, {"url": "x"}, description="the main one")

    assert ready.description == "the main one"
    assert config_of(ready) == {"url": "x"}


def test_the_decorator_keeps_the_name_of_the_function():
    @configured(load)
    def load_five(_):
        return {"a": 5}

    @configured(load, config_schema={"z": int}, name="other", description="hello")
    def load_more(config):
        return {"a": config["z"]}

    assert load_five.name == "load_five"
    assert config_of(load_five) == {"a": 5, "b": "x"}
    assert (load_more.name, load_more.description) == ("other", "hello")
    assert config_of(load_more, {"z": 1}) == {"a": 1, "b": "x"}


def test_only_configurable_definitions_are_configured():
    with pytest.raises(ParameterCheckError):
        configured(3)
    with pytest.raises(CheckError):
        configure(load, lambda a, b: None, "two")
    with pytest.raises(DagsterInvalidConfigDefinitionError):
        configure(load, lambda config: config, "bad", set)


class TestConfigMapping:
    def test_the_decorator_with_and_without_arguments(self):
        @config_mapping
        def simple(config):
            return {"o": {"config": config}}

        @config_mapping(config_schema={"n": int})
        def checked(config):
            return {"o": {"config": config["n"]}}

        assert simple.resolve_from_unvalidated_config(3) == {"o": {"config": 3}}
        assert checked.resolve_from_unvalidated_config({"n": 3}) == {"o": {"config": 3}}
        assert checked.resolve_from_validated_config({"n": 3}) == {"o": {"config": 3}}
        with pytest.raises(DagsterInvalidConfigError, match="^Error in config mapping") as caught:
            checked.resolve_from_unvalidated_config({"m": 3})
        assert len(caught.value.errors) == 2

    def test_a_config_class_as_parameter(self):
        @config_mapping
        def sized(config: Size):
            return {"o": {"config": config.height}}

        assert sized.resolve_from_unvalidated_config({"height": 4}) == {"o": {"config": 4}}
        assert sized.resolve_from_unvalidated_config({}) == {"o": {"config": 2}}

    def test_unprocessed_values_on_request(self):
        schema = {"color": Enum.from_python_enum(Color)}
        mappings = [ConfigMapping(lambda c: c["color"], schema, receive) for receive in (None, True, False)]

        assert [m.resolve_from_unvalidated_config({"color": "RED"}) for m in mappings] == [
            Color.RED,
            Color.RED,
            "RED",
        ]

    def test_wrong_functions_are_refused(self):
        def typed(config: Size):
            return {}

        with pytest.raises(CheckError):
            config_mapping(lambda: None)
        with pytest.raises(CheckError):
            config_mapping(lambda a, b: {})
        with pytest.raises(CheckError, match="Drop config_schema"):
            config_mapping(config_schema={"a": int})(typed)
        with pytest.raises(ParameterCheckError):
            ConfigMapping(3)
        with pytest.raises(DagsterInvalidConfigDefinitionError):
            ConfigMapping(lambda config: config, config_schema=set)


class TestBases:
    """A definition that derives from the bases has ``configured``."""

    class Console(ConfigurableDefinition):
        def __init__(self, schema, description=None):
            self._schema = build_definition_schema(schema)
            self.description = description

        @property
        def config_schema(self):
            return self._schema

        def copy_for_configured(self, description, config_schema):
            return type(self)(config_schema, description or self.description)

    class Cluster(NamedConfigurableDefinition):
        def __init__(self, name, schema=None):
            self._name = name
            self._schema = build_definition_schema(schema)

        name = property(lambda self: self._name)
        config_schema = property(lambda self: self._schema)

        def copy_for_configured(self, name, description, config_schema):
            return type(self)(name, config_schema)

    def test_without_a_name(self):
        ready = self.Console({"level": str}, "hello").configured({"level": "INFO"})

        assert ready.description == "hello"
        assert config_of(ready) == {"level": "INFO"}

    def test_with_a_name(self):
        ready = self.Cluster("cluster", {"workers": int}).configured({"workers": 2}, name="two")

        assert ready.name == "two"
        assert ready.has_config_field
        assert not self.Cluster("any").has_config_field
        assert config_of(ready) == {"workers": 2}
        assert ready.apply_config_mapping({"config": {"workers": 2}}).value == {"config": {"workers": 2}}

    def test_a_name_for_what_has_none_is_refused(self):
        with pytest.raises(TypeError):
            configured(self.Console({"level": str}), name="x")

    def test_the_function_takes_a_dict_too(self):
        assert config_of(configured(self.Console({"level": str}))({"level": "INFO"})) == {"level": "INFO"}
        two = configured(self.Cluster("cluster", {"workers": int}), name="two")({"workers": 2})
        assert (two.name, config_of(two)) == ("two", {"workers": 2})
        with pytest.raises(ParameterCheckError, match=r"name=…"):
            configured(self.Cluster("cluster", {"workers": int}))({"workers": 2})
