"""The key of a multi-dimensional partition is written as the text that it is."""

import weftwork as dg
from weftwork.serde.codec import encode
from weftwork.storage.tables.event_rows import encode_item, to_entry

KEY = dg.MultiPartitionKey({"day": "2026-11-01", "region": "eu"})


def test_a_multi_partition_key_is_a_json_text():
    assert encode({"partition": KEY}) == b'{"partition":"2026-11-01|eu"}'


def test_events_of_a_multi_partition_tell_its_key(tmp_path):
    regions, days = dg.StaticPartitionsDefinition(["eu", "us"]), dg.StaticPartitionsDefinition(["2026-11-01"])

    @dg.asset(partitions_def=dg.MultiPartitionsDefinition({"day": days, "region": regions}))
    def visits():
        return 1

    instance = dg.DagsterInstance.local_temp(str(tmp_path))
    assert dg.materialize([visits], partition_key=KEY, instance=instance).success

    assert instance.get_materialized_partitions(dg.AssetKey("visits")) == {"2026-11-01|eu"}
    [record] = instance.fetch_materializations(dg.AssetKey("visits"), limit=1).records
    assert record.partition_key == "2026-11-01|eu"


def test_keys_that_were_recorded_as_python_shows_them_are_read():
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2026-11-01|eu"]))
    def visits():
        return 1

    [made] = dg.materialize([visits], partition_key="2026-11-01|eu").get_asset_materialization_events()
    body = encode_item(made).replace(b'"2026-11-01|eu"', b"\"'2026-11-01|eu'\"")
    assert b"'2026-11-01|eu'" in body

    assert to_entry("run", 0.0, body).dagster_event.partition == "2026-11-01|eu"
