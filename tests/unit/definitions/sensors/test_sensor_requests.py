"""What sensors ask for: resources in any place, partitions of several kinds, checks outside of their selection."""

from contextlib import contextmanager

import pytest

import weftwork as dg

COLOURS = dg.StaticPartitionsDefinition(["red", "blue"])
SIZES = dg.StaticPartitionsDefinition(["small"])


class Store(dg.ConfigurableResource):
    name: str = "main"


class Connection(dg.ConfigurableResource):
    @contextmanager
    def yield_for_execution(self, context):
        yield self


@dg.asset(partitions_def=COLOURS)
def shirts() -> None: ...


@dg.asset(partitions_def=SIZES)
def hats() -> None: ...


@dg.asset
def orders() -> None: ...


@dg.asset_check(asset=shirts)
def shirts_are_there() -> bool:
    return True


def ask(request, selection):
    @dg.sensor(asset_selection=selection)
    def watcher():
        return request

    defs = dg.Definitions([shirts, hats, orders], asset_checks=[shirts_are_there], sensors=[watcher])
    context = dg.build_sensor_context(definitions=defs)
    return defs.resolve_sensor_def("watcher").evaluate_tick(context).run_requests


@dg.sensor(job_name="nightly")
def resource_first(store: Store, context: dg.SensorEvaluationContext):
    return dg.RunRequest(run_key=f"{store.name}-{context.cursor}")


@dg.sensor(job_name="nightly")
def needs_connection(context, connection: Connection):
    return dg.RunRequest(run_key="1")


def test_a_resource_may_stand_before_the_context():
    given = resource_first(dg.build_sensor_context(cursor="7"), store=Store(name="spare"))
    found = resource_first(dg.build_sensor_context(cursor="7", resources={"store": Store()}))
    assert (given.run_key, found.run_key) == ("spare-7", "main-7")


def test_a_resource_with_a_teardown_is_not_taken_without_with():
    with pytest.raises(dg.DagsterInvariantViolationError, match="with"):
        needs_connection(dg.build_sensor_context(), connection=Connection())
    with dg.build_sensor_context(resources={"connection": Connection()}) as context:
        assert needs_connection(context).run_key == "1"


def test_the_partitions_are_those_of_the_assets_that_are_asked_for():
    [request] = ask(dg.RunRequest(partition_key="red", asset_selection=[shirts.key]), [shirts, hats])
    assert request.tags["dagster/partition"] == "red"


@pytest.mark.parametrize("keys", [[shirts.key, hats.key], [orders.key], None])
def test_assets_without_one_kind_of_partitions_are_refused(keys):
    with pytest.raises(dg.CheckError, match="partitions"):
        ask(dg.RunRequest(partition_key="red", asset_selection=keys), [shirts, hats, orders])


def test_an_unknown_partition_of_the_asked_assets_is_refused():
    with pytest.raises(dg.DagsterUnknownPartitionError, match="small"):
        ask(dg.RunRequest(partition_key="red", asset_selection=[hats.key]), [shirts, hats])


def test_checks_outside_of_the_selection_are_warned_of():
    request = dg.RunRequest(
        asset_selection=[hats.key], asset_check_keys=[dg.AssetCheckKey(shirts.key, "shirts_are_there")]
    )
    with pytest.warns(DeprecationWarning, match="asset check keys outside"):
        ask(request, [hats])


def test_a_cursor_from_what_is_there_needs_an_instance():
    with pytest.raises(dg.DagsterInvalidInvocationError, match="instance="):
        dg.build_multi_asset_sensor_context(
            monitored_assets=[orders.key],
            definitions=dg.Definitions([orders]),
            cursor_from_latest_materializations=True,
        )
