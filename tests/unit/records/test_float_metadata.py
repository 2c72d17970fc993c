"""Numbers that JSON does not have survive in metadata."""

from __future__ import annotations

import math

import pytest

import weftwork as dg
from weftwork.records.values.metadata_value import FloatMetadataValue
from weftwork.serde.codec import decode, encode


@pytest.mark.parametrize("number", [math.inf, -math.inf, 0.5])
def test_infinities_are_kept(number):
    stored = encode(dg.MetadataValue.float(number))

    assert decode(stored, FloatMetadataValue).value == number
    assert dg.deserialize_value(stored).value == number
    assert encode(decode(stored, FloatMetadataValue)) == stored


def test_what_is_no_number_is_kept():
    assert math.isnan(dg.deserialize_value(dg.serialize_value(dg.MetadataValue.float(math.nan))).value)


def test_an_event_keeps_them():
    @dg.op
    def measure(context):
        context.log_event(dg.AssetMaterialization("m", metadata={"loss": math.inf}))

    @dg.job
    def only():
        measure()

    with dg.instance_for_test() as instance:
        run = only.execute_in_process(instance=instance)
        (record,) = instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION), limit=1
        )
        assert run.success
        assert record.asset_materialization.metadata["loss"].value == math.inf
