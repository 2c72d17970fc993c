"""Events that come from the store are read when somebody looks at them, and are otherwise as if they had been."""

import copy
import pickle
import threading

import pytest

import weftwork as dg
from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.lookups.assets import AssetEntry, AssetRecord
from weftwork.serde import Record
from weftwork.serde.unread import Unread, let_be_unread
from weftwork.storage.tables import event_rows

KEYS = [dg.AssetKey(f"a{number}") for number in range(20)]


class Shelf(Record):
    number: int
    book: AssetEntry


let_be_unread(Shelf, "book")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        for number, key in enumerate(KEYS):
            made.report_runless_asset_event(dg.AssetMaterialization(key, metadata={"rows": number}))
        yield made


@pytest.fixture
def reads(monkeypatch):
    """The bodies of events that were read."""
    seen = []
    read = event_rows._read_item
    monkeypatch.setattr(event_rows, "_read_item", lambda body: seen.append(body) or read(body))
    return seen


def latest(instance):
    return instance.get_asset_records([KEYS[3]])[0]


def test_an_event_that_nobody_looks_at_is_not_read(instance, reads):
    records = instance.get_asset_records(KEYS)
    page = instance.fetch_materializations(KEYS[3], limit=10).records
    events = instance.get_event_records(dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION))

    assert len(records) == len(events) == len(KEYS)
    assert [record.storage_id for record in page] == [4]
    assert records[3].asset_entry.last_materialization_storage_id == 4
    assert reads == []


def test_latest_materializations_are_a_mapping_whose_entries_are_read_when_looked_at(instance, reads):
    latest_of = instance.get_latest_materialization_events([*KEYS, dg.AssetKey("nobody")])

    assert set(latest_of) == set(KEYS)
    assert dg.AssetKey("nobody") not in latest_of
    assert reads == []
    assert latest_of[KEYS[2]].asset_materialization.metadata["rows"].value == 2
    assert latest_of.get(dg.AssetKey("nobody")) is None
    assert len(reads) == 1
    assert latest_of == dict(latest_of)
    assert latest_of == instance.get_latest_materialization_events(KEYS)
    assert repr(latest_of) == repr(dict(latest_of))


def test_an_event_is_read_once_however_often_it_is_looked_at(instance, reads):
    record = latest(instance)

    first = record.asset_entry.last_materialization
    assert first.asset_materialization.metadata["rows"].value == 3
    assert record.asset_entry.last_materialization_record.asset_key == KEYS[3]
    assert record.asset_entry.last_materialization is first
    assert len(reads) == 1


def test_what_was_not_looked_at_is_of_its_type_and_equal(instance):
    assert isinstance(latest(instance).asset_entry, AssetEntry)
    assert isinstance(latest(instance).asset_entry.last_materialization_record.event_log_entry, EventLogEntry)
    looked_at = latest(instance)
    assert looked_at.asset_entry.last_materialization.is_dagster_event
    assert latest(instance) == looked_at
    assert looked_at == latest(instance)
    assert latest(instance) == latest(instance)
    assert latest(instance) != instance.get_asset_records([KEYS[4]])[0]


@pytest.mark.parametrize(
    "form", [repr, dg.serialize_value, copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_what_was_not_looked_at_is_shown_written_and_copied_as_if_it_had_been(instance, form):
    looked_at = latest(instance)
    assert looked_at.asset_entry.last_materialization.is_dagster_event

    assert form(latest(instance)) == form(looked_at)


def test_what_was_written_unread_comes_back(instance):
    assert dg.deserialize_value(dg.serialize_value(latest(instance)), AssetRecord) == latest(instance)
    event = instance.fetch_materializations(KEYS[3], limit=1).records[0]
    assert dg.deserialize_value(dg.serialize_value(event), EventLogRecord) == event


def test_a_changed_copy_and_a_pattern_see_the_value(instance):
    changed = latest(instance).replace(storage_id=77)

    match changed:
        case AssetRecord(storage_id=77, asset_entry=AssetEntry(asset_key=key)):
            assert key == KEYS[3]
        case _:
            pytest.fail(f"{changed} is not matched")
    with pytest.raises(AttributeError):
        changed.asset_entry = None


def test_threads_that_look_at_the_same_time_see_equal_values():
    entries = [AssetEntry(dg.AssetKey("a")) for _ in range(8)]
    both_read = threading.Barrier(2)

    def read(_source):
        both_read.wait(5)
        return entries.pop()

    shelf = Shelf(number=1, book=Unread(read, None))
    found = []
    threads = [threading.Thread(target=lambda: found.append(shelf.book)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [AssetEntry(dg.AssetKey("a"))] * 2
    assert shelf.book == found[0]


def test_a_value_that_cannot_be_read_says_so_each_time():
    def read(_source):
        raise ValueError("torn page")

    shelf = Shelf(number=1, book=Unread(read, None))

    for _ in range(2):
        with pytest.raises(ValueError, match="torn page"):
            _ = shelf.book
    assert shelf.number == 1
