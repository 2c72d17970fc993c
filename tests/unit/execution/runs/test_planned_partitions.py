"""What a run means to make is known by partition before it is made, so that what it fails to make is known too."""

import weftwork as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-06")
RANGE = {
    "dagster/asset_partition_range_start": "2024-01-02",
    "dagster/asset_partition_range_end": "2024-01-04",
}


def planned(instance, run_id):
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
    data = [entry.dagster_event.event_specific_data for entry in entries]
    return [(one.asset_key.to_user_string(), one.partition) for one in data]


def test_each_partition_of_a_range_that_fails_is_known():
    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def days(context):
        states = context.instance.get_status_by_partition(context.asset_key, context.partition_keys)
        assert {state.value for state in states.values()} == {"IN_PROGRESS"}
        raise ValueError("no")

    with dg.instance_for_test() as instance:
        run_id = dg.materialize([days], instance=instance, tags=RANGE, raise_on_error=False).run_id

        assert planned(instance, run_id) == [("days", f"2024-01-0{day}") for day in (2, 3, 4)]
        states = instance.get_status_by_partition(dg.AssetKey("days"), DAYS.get_partition_keys())
        assert [key for key, state in states.items() if state is not None] == [
            "2024-01-02",
            "2024-01-03",
            "2024-01-04",
        ]
        assert {state.value for state in states.values() if state is not None} == {"FAILED"}


def test_an_asset_without_partitions_is_planned_as_a_whole():
    @dg.asset
    def whole(): ...

    @dg.asset(partitions_def=DAYS, deps=[whole])
    def days(): ...

    with dg.DagsterInstance.ephemeral() as instance:
        run_id = dg.materialize([whole, days], instance=instance, partition_key="2024-01-02").run_id

        assert planned(instance, run_id) == [("whole", None), ("days", "2024-01-02")]


def test_a_very_long_range_is_planned_by_its_ends(monkeypatch):
    monkeypatch.setattr("weftwork.execution.runs.drive._MOST_PLANNED", 2)

    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def days() -> None: ...

    with dg.DagsterInstance.ephemeral() as instance:
        run_id = dg.materialize([days], instance=instance, tags=RANGE).run_id

        entry = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED)[0]
        data = entry.dagster_event.event_specific_data
        assert (data.partition, data.partition_range_end) == ("2024-01-02", "2024-01-04")


def test_a_materialization_tells_the_dimensions_of_its_partition():
    grid = dg.MultiPartitionsDefinition(
        {"day": DAYS, "color": dg.StaticPartitionsDefinition(["red", "blue"])}
    )

    @dg.asset(partitions_def=grid)
    def cells(): ...

    key = dg.MultiPartitionKey({"day": "2024-01-02", "color": "red"})
    made = dg.materialize([cells], partition_key=key).asset_materializations_for_node("cells")[0]

    parts = {name: value for name, value in made.tags.items() if name.startswith("dagster/partition/")}
    assert parts == {"dagster/partition/day": "2024-01-02", "dagster/partition/color": "red"}
