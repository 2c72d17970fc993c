"""Definitions and mappings as records: what is written can be read and means the same."""

from __future__ import annotations

from datetime import datetime

import pytest

from weftwork.base.errors import ParameterCheckError
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.mappings import (
    AllPartitionMapping,
    DimensionPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    TimeWindowPartitionMapping,
)
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.specs import (
    PartitionMappingSpec,
    PartitionsSpec,
    mapping_from_spec,
    mapping_to_spec,
    partitions_from_spec,
    partitions_to_spec,
)
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from weftwork.serde import decode, encode

DAILY = DailyPartitionsDefinition("2024-01-01", end_date="2024-05-01", end_offset=1)


@pytest.mark.parametrize("definition", [
    DAILY, WeeklyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin", hour_offset=3),
    HourlyPartitionsDefinition("2024-01-01-00:00", exclusions=[datetime(2024, 1, 3), "0 0 * * 6"]),
    StaticPartitionsDefinition(["a", "b"]), DynamicPartitionsDefinition(name="customers"),
    MultiPartitionsDefinition({"a": StaticPartitionsDefinition(["x"]), "b": DAILY, "c": DynamicPartitionsDefinition(name="q")}),
])  # fmt: skip
def test_a_definition_comes_back_equal(definition):
    spec = decode(encode(partitions_to_spec(definition)), PartitionsSpec)
    assert partitions_from_spec(spec) == definition
    assert partitions_from_spec(spec) is partitions_from_spec(partitions_to_spec(definition))


class Own(PartitionsDefinition):
    def get_partition_keys(self, current_time=None, dynamic_partitions_store=None):
        return ["p", "q"]


def test_a_definition_of_user_code_is_written_with_its_keys():
    spec = partitions_to_spec(Own())
    assert spec.class_name == "Own"
    assert partitions_from_spec(spec).get_partition_keys() == ["p", "q"]
    computed = partitions_to_spec(DynamicPartitionsDefinition(lambda _: ["u"]))
    assert partitions_from_spec(computed).get_partition_keys() == ["u"]


@pytest.mark.parametrize("mapping", [
    AllPartitionMapping(), IdentityPartitionMapping(), LastPartitionMapping(), TimeWindowPartitionMapping(-1, -1, True),
    SpecificPartitionsPartitionMapping(["a"]), MultiToSingleDimensionPartitionMapping("x"),
    MultiPartitionMapping({"a": DimensionPartitionMapping("b", TimeWindowPartitionMapping(-6))}),
])  # fmt: skip
def test_a_mapping_comes_back_equal(mapping):
    spec = decode(encode(mapping_to_spec(mapping)), PartitionMappingSpec)
    assert mapping_from_spec(spec) == mapping
    assert spec.description == mapping.description


def test_a_written_mapping_comes_back_with_the_same_meaning():
    mapping = StaticPartitionMapping({"a": "b", "b": {"c", "d"}})
    back = mapping_from_spec(decode(encode(mapping_to_spec(mapping)), PartitionMappingSpec))
    assert back.to_downstream() == mapping.to_downstream()


def test_a_mapping_of_user_code_is_only_described():
    class Special(AllPartitionMapping):
        __slots__ = ()

    spec = mapping_to_spec(Special())
    assert (spec.class_name, spec.is_built_in) == ("Special", False)
    with pytest.raises(ParameterCheckError, match="user code"):
        mapping_from_spec(spec)
