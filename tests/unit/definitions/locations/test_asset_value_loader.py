"""Values of assets are loaded outside of runs."""

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterUnknownPartitionError


class Telling(dg.IOManager):
    """Gives back what its contexts say."""

    def __init__(self, config):
        self.config = config

    def handle_output(self, context, obj):
        raise NotImplementedError

    def load_input(self, context):
        return {
            "asset": context.asset_key.to_user_string(),
            "type": context.dagster_type.typing_type if context.definition_metadata.get("sample") else None,
            "asked": dict(context.definition_metadata),
            "declared": dict(context.upstream_output.definition_metadata),
            "partition": context.asset_partition_key if context.has_asset_partitions else None,
            "config": context.resource_config,
            "database": context.resources.database,
        }


opened = []


@dg.io_manager(
    config_schema={"mode": dg.Field(str, default_value="plain")}, required_resource_keys={"database"}
)
def telling(context):
    opened.append("manager")
    return Telling(context.resource_config)


@dg.resource
def database(_context):
    yield "db"
    opened.append("closed")


@dg.asset(io_manager_key="telling", metadata={"owner": "ann"})
def orders():
    return 1


@dg.asset(io_manager_key="telling", partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
def parts():
    return 1


RAW = dg.AssetSpec("raw", metadata={"rows": 3}).with_io_manager_key("telling")


@pytest.fixture
def defs():
    opened.clear()
    return dg.Definitions(assets=[orders, parts, RAW], resources={"telling": telling, "database": database})


def test_a_value_is_loaded_by_the_io_manager_of_its_asset(defs):
    told = defs.load_asset_value("orders")
    assert told["asset"] == "orders"
    assert told["declared"]["owner"] == "ann"
    assert told["database"] == "db"
    assert opened == ["manager", "closed"]


def test_type_metadata_and_config_reach_the_io_manager(defs):
    told = defs.load_asset_value(
        dg.AssetKey("orders"), python_type=int, metadata={"sample": 3},
        resource_config={"telling": {"config": {"mode": "fast"}}},
    )  # fmt: skip
    assert (told["type"], told["asked"], told["config"]) == (int, {"sample": 3}, {"mode": "fast"})


def test_a_partition_is_loaded(defs):
    assert defs.load_asset_value("parts", partition_key="b")["partition"] == "b"
    with pytest.raises(DagsterUnknownPartitionError, match="'c'"):
        defs.load_asset_value("parts", partition_key="c")


def test_an_asset_that_is_only_declared_is_loaded(defs):
    assert defs.load_asset_value("raw")["declared"]["rows"] == 3


def test_an_unknown_asset_is_refused_with_the_nearest(defs):
    with pytest.raises(CheckError, match="'order' to load. Did you mean 'orders'"):
        defs.load_asset_value("order")


def test_a_loader_keeps_its_io_managers_open(defs):
    with defs.get_asset_value_loader() as loader:
        loader.load_asset_value("orders")
        loader.load_asset_value("parts", partition_key="a", input_definition_metadata={"x": 1})
        assert opened == ["manager"]
    assert opened == ["manager", "closed"]


def test_values_of_a_run_are_loaded_from_its_instance():
    @dg.asset
    def numbers():
        return [1, 2]

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([numbers], instance=instance)
        repository = dg.Definitions(assets=[numbers]).get_repository_def()
        assert repository.load_asset_value("numbers", instance=instance) == [1, 2]
