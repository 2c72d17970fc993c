"""Records take the documented names of parameters, and what programs ask of them that took them for named tuples."""

import weftwork as dg


def test_keys_are_read_by_the_documented_names():
    assert dg.AssetKey.from_db_string(asset_key_string='["a", "b"]') == dg.AssetKey(["a", "b"])
    assert dg.AssetCheckKey.from_user_string(user_string="a:b") == dg.AssetCheckKey(dg.AssetKey("a"), "b")
    assert dg.deserialize_value(val=dg.serialize_value(val=dg.AssetKey("a"))) == dg.AssetKey("a")


def test_a_record_is_copied_with_changes():
    assert dg.RunRequest(run_key="a")._replace(run_key="b").run_key == "b"
    assert dg.RetryPolicy(max_retries=1)._replace(max_retries=2).max_retries == 2


def test_a_run_has_an_id_of_its_own():
    assert dg.DagsterRun(job_name="nightly").run_id != dg.DagsterRun(job_name="nightly").run_id


def test_the_type_of_a_column_is_told_by_a_cell():
    infer = dg.TableMetadataValue.infer_column_type
    assert [infer(cell) for cell in (True, 1, 1.5, "a", None)] == ["bool", "int", "float", "string", "string"]
