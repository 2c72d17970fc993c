"""How values of types are given in config."""

import json
import pickle
import typing

import pytest

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.config.evaluation import process_config
from weftwork.definitions.types.loader import dagster_type_loader
from weftwork.definitions.types.resolution import resolve_dagster_type, usable_as_dagster_type


def load(annotation, config):
    loader = resolve_dagster_type(annotation).loader
    result = process_config(loader.schema_type, config)
    assert result.success, result.errors
    return loader.construct_from_config_value(None, result.value)


@pytest.mark.parametrize(
    ("annotation", "config", "value"),
    [
        (int, 3, 3), (int, {"value": 3}, 3), (str, "a", "a"), (float, 1, 1.0), (bool, {"value": True}, True),
        (typing.Any, {"value": [3]}, [3]), (list[int], [1, {"value": 2}], [1, 2]), (int | None, None, None), (int | None, 3, 3),
        (dict, {"a": 1}, {"a": 1}), (dict[str, int], {"a": {"value": 1}}, {"a": 1}), (tuple[int, str], [1, "a"], (1, "a")),
        (tuple[int, ...], [1, 2], (1, 2)), (set[int], [1, 1], {1}),
    ],
)  # fmt: skip
def test_a_builtin_type_is_loaded_from_config(annotation, config, value):
    loaded = load(annotation, config)
    assert loaded == value
    assert type(loaded) is type(value)


def test_a_scalar_is_loaded_from_files(tmp_path):
    (tmp_path / "number.json").write_text(json.dumps({"value": 7}))
    (tmp_path / "number.pkl").write_bytes(pickle.dumps(8))
    assert load(int, {"json": {"path": str(tmp_path / "number.json")}}) == 7
    assert load(int, {"pickle": {"path": str(tmp_path / "number.pkl")}}) == 8


def test_a_json_file_without_value_is_named(tmp_path):
    (tmp_path / "number.json").write_text("7")
    with pytest.raises(
        DagsterInvariantViolationError, match=r'number.json must hold an object with the key "value"'
    ):
        load(int, {"json": {"path": str(tmp_path / "number.json")}})


def test_any_takes_no_literal():
    assert not process_config(resolve_dagster_type(typing.Any).loader.schema_type, 3).success


def test_types_made_of_types_without_loader_have_none():
    class Thing:
        pass

    for annotation in (
        Thing,
        list[Thing],
        Thing | None,
        dict[str, Thing],
        dict[int, int],
        tuple[int, Thing],
        set,
    ):
        assert resolve_dagster_type(annotation).loader is None


def test_a_loader_of_your_own():
    @dagster_type_loader({"celsius": float}, required_resource_keys={"calibration"})
    def load_temperature(_context, config):
        return Temperature(config["celsius"])

    @usable_as_dagster_type(loader=load_temperature)
    class Temperature:
        def __init__(self, degrees):
            self.degrees = degrees

    assert load(Temperature, {"celsius": 21}).degrees == 21.0
    assert load(list[Temperature], [{"celsius": 21}])[0].degrees == 21.0
    assert resolve_dagster_type(list[Temperature]).loader.required_resource_keys() == {"calibration"}


@pytest.mark.parametrize("function", [lambda context: 1, lambda context, a, b: 1, lambda a, context: 1])
def test_a_loader_takes_a_context_and_the_config(function):
    with pytest.raises(DagsterInvalidDefinitionError, match="takes 'context' and the config"):
        dagster_type_loader(int)(function)


def test_resource_keys_are_a_set():
    with pytest.raises(ParameterCheckError):
        dagster_type_loader(int, required_resource_keys="database")
