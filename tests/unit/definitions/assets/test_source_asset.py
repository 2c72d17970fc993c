import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.decorators.observable_source_asset import observable_source_asset
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.records.data_version import DataVersion
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import IntMetadataValue


def test_loading_facts():
    source = SourceAsset("a", metadata={"m": 1}, io_manager_key="io", group_name="g")

    assert (source.key, source.metadata, source.raw_metadata) == (
        AssetKey("a"),
        {"m": IntMetadataValue(1)},
        {"m": 1},
    )
    assert source.required_resource_keys == {"io"}
    assert not source.is_observable
    with pytest.raises(CheckError, match="observe_fn"):
        _ = source.op


def test_own_io_manager():
    manager = ResourceDefinition.hardcoded_resource(1)
    source = SourceAsset("a", io_manager_def=manager)

    assert source.get_io_manager_key() == "a__io_manager"
    assert source.io_manager_def is manager


def test_observation_is_an_op():
    @observable_source_asset(key_prefix="p", required_resource_keys={"r"})
    def exports(context):
        return DataVersion("1")

    assert exports.key == AssetKey(["p", "exports"])
    assert exports.is_observable
    assert exports.op.name == "p__exports"
    assert exports.required_resource_keys == {"r", "io_manager"}


def test_a_second_group_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="group 'g' already"):
        SourceAsset("a", group_name="g").with_attributes(group_name="h")
