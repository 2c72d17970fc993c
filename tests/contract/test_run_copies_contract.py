"""A run that was recorded elsewhere is added with its log, and changes nothing else, on every backend that is kept."""

import pytest

import weftwork as dg
from weftwork.api.past.copies import IMPORTED_STATUS_TAG, export_run, import_run
from weftwork.base.errors import DagsterInvalidInvocationError, DagsterRunAlreadyExists
from weftwork.instance.instance import DagsterInstance


@dg.asset
def orders() -> int:
    return 3


@pytest.fixture
def lines() -> list[bytes]:
    with dg.instance_for_test() as elsewhere:
        run_id = dg.materialize([orders], instance=elsewhere, tags={"team": "data"}).run_id
        return list(export_run(elsewhere, run_id))


def test_the_log_is_there_and_assets_stand_as_they_stood(
    instance: DagsterInstance, lines: list[bytes]
) -> None:
    if instance.is_ephemeral:
        with pytest.raises(DagsterInvalidInvocationError, match="in memory"):
            import_run(instance, lines)
        return
    run_id = import_run(instance, lines)

    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert (run.status.value, run.tags["team"]) == ("SUCCESS", "data")
    kinds = [entry.dagster_event_type for entry in instance.all_logs(run_id)]
    assert dg.DagsterEventType.ASSET_MATERIALIZATION in kinds
    assert instance.get_latest_materialization_event(dg.AssetKey("orders")) is None
    assert not instance.has_asset_key(dg.AssetKey("orders"))
    assert instance.get_runs(dg.RunsFilter(tags={"team": "data"})) == [run]
    with pytest.raises(DagsterRunAlreadyExists):
        import_run(instance, lines)


def test_a_run_that_had_not_ended_is_driven_by_nobody(instance: DagsterInstance) -> None:
    if instance.is_ephemeral:
        pytest.skip("nothing is kept")
    with dg.instance_for_test() as elsewhere:
        run = elsewhere.create_run(job_name="job", status=dg.DagsterRunStatus.STARTED)
        lines = list(export_run(elsewhere, run.run_id))

    imported = instance.get_run_by_id(import_run(instance, lines))

    assert imported is not None
    assert imported.status is dg.DagsterRunStatus.CANCELED
    assert imported.tags[IMPORTED_STATUS_TAG] == "STARTED"
