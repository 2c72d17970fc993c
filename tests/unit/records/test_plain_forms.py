"""serialize_value and deserialize_value: what comes back is what went in."""

import json

import pytest

import weftwork as dg

MAPPINGS = [
    dg.IdentityPartitionMapping(),
    dg.AllPartitionMapping(),
    dg.LastPartitionMapping(),
    dg.TimeWindowPartitionMapping(start_offset=-1),
    dg.SpecificPartitionsPartitionMapping(["a"]),
    dg.StaticPartitionMapping({"p": "p", "q": ["q1", "q2"]}),
    dg.StaticPartitionMapping({"q": {"q1", "q2"}}),
]


def round_trip(value):
    return dg.deserialize_value(dg.serialize_value(value))


@pytest.mark.parametrize("value", [set(), {1, 2}, frozenset({"a"}), {"a": {"b"}}, [1, {"x"}]])
def test_sets_come_back_as_sets(value):
    assert round_trip(value) == value
    assert type(round_trip(value)) is type(value)


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: type(mapping).__name__)
def test_partition_mappings_come_back_equal(mapping):
    assert round_trip(mapping) == mapping


@pytest.mark.filterwarnings("ignore::weftwork.BetaWarning")
def test_mappings_inside_of_a_mapping_come_back_equal():
    inner = dg.DimensionPartitionMapping("colour", dg.StaticPartitionMapping({"r": "red"}))
    mapping = dg.MultiPartitionMapping({"shade": inner})
    assert round_trip(mapping) == mapping


@pytest.mark.parametrize("text", ['["a"]', '{"version": 1, "subset": ["a"]}'])
def test_subsets_that_were_written_as_plain_keys_are_read(text):
    subset = dg.StaticPartitionsDefinition(["a", "b"]).deserialize_subset(text)
    assert list(subset.get_partition_keys()) == ["a"]


def test_an_event_that_a_later_version_wrote_is_told_of():
    event = {
        "__class__": "DagsterEvent", "event_type_value": "ASSET_PAINTED", "job_name": "nightly", "message": "Blue.",
        "event_specific_data": {"__class__": "PaintData", "colour": "blue"},
    }  # fmt: skip
    read = dg.deserialize_value(json.dumps(event), dg.DagsterEvent)
    assert (read.job_name, read.event_specific_data) == ("nightly", None)
    assert "ASSET_PAINTED" in read.message
    assert "Blue." in read.message
