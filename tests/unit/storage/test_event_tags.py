"""Tags of events are read without the rest, and are those that reading the event gives."""

import pytest

import weftwork as dg
from weftwork.records.event_data import AssetObservationData, StepMaterializationData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.storage.tables.event_rows import encode_item, to_entry, to_log_entry
from weftwork.storage.tables.event_tags import read_tags

TAGS = {"dagster/data_version": "7", "ключ": 'with "quotes"'}


def event(kind, data):
    return DagsterEvent(event_type_value=kind.value, event_specific_data=data, job_name="j")


EVENTS = [
    event(
        DagsterEventType.ASSET_MATERIALIZATION,
        StepMaterializationData(dg.AssetMaterialization("a", metadata={"tags": {"x": 1}}, tags=TAGS)),
    ),
    event(DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(dg.AssetMaterialization("a"))),
    event(DagsterEventType.ASSET_OBSERVATION, AssetObservationData(dg.AssetObservation("a", tags=TAGS))),
    event(DagsterEventType.STEP_START, None),
]


@pytest.mark.parametrize("told", EVENTS)
@pytest.mark.parametrize("as_entry", [False, True])
def test_tags_are_those_of_the_event(told, as_entry):
    body = encode_item(to_log_entry(told, "r", 1.0) if as_entry else told)

    assert read_tags(body) == (to_entry("r", 1.0, body).tags or {})


def test_an_event_that_a_later_version_wrote_has_no_tags_that_this_one_knows():
    body = b'{"__class__":"DagsterEvent","event_type_value":"ASSET_MOVED","event_specific_data":[{"tags":{"a":"b"}}]}'

    assert read_tags(body) == {}
