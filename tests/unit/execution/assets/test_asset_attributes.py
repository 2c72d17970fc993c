"""Every argument of ``@asset`` acts as documented, seen from a run."""

from datetime import timedelta

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError


def made(result):
    return [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]


def kinds(result):
    return [event.event_type_value for event in result.all_node_events]


def test_config_is_read_from_the_context():
    @dg.asset(config_schema={"limit": int})
    def orders(context):
        return context.op_execution_context.op_config["limit"]

    result = dg.materialize([orders], run_config={"ops": {"orders": {"config": {"limit": 7}}}})
    assert result.asset_value("orders") == 7


def test_resources_by_key_and_bound():
    @dg.asset(
        required_resource_keys={"given"}, resource_defs={"own": dg.ResourceDefinition.hardcoded_resource(2)}
    )
    def orders(context):
        return context.resources.given + context.resources.own

    assert dg.materialize([orders], resources={"given": 1}).asset_value("orders") == 3


@pytest.mark.parametrize("how", ["io_manager_key", "io_manager_def"])
def test_an_io_manager_of_its_own(how):
    stored = {}

    class Keeping(dg.IOManager):
        def handle_output(self, context, obj):
            stored[context.asset_key.to_user_string()] = obj

        def load_input(self, context):
            return stored[context.asset_key.to_user_string()]

    given = {"io_manager_key": "keeper"} if how == "io_manager_key" else {"io_manager_def": Keeping()}

    @dg.asset(**given)
    def orders():
        return 5

    dg.materialize([orders], resources={"keeper": Keeping()} if how == "io_manager_key" else None)
    assert stored == {"orders": 5}


def test_an_io_manager_in_two_ways_is_refused():
    with pytest.raises(CheckError):
        dg.asset(io_manager_key="a", io_manager_def=dg.mem_io_manager)(lambda: 1)


def test_the_type_is_checked():
    @dg.asset(dagster_type=dg.Int)
    def orders():
        return "no number"

    assert not dg.materialize([orders], raise_on_error=False).success


def test_an_output_that_is_left_out_skips_what_is_downstream():
    @dg.asset(output_required=False)
    def orders():
        if False:
            yield dg.Output(1)

    @dg.asset
    def totals(orders): ...

    result = dg.materialize([orders, totals])
    assert result.success
    assert made(result) == []
    assert result.is_node_skipped("totals")


def test_a_retry_policy_tries_again():
    tries = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def orders():
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")

    assert dg.materialize([orders]).success
    assert len(tries) == 3


def test_the_code_version_is_recorded():
    @dg.asset(code_version="v7")
    def orders(): ...

    event = dg.materialize([orders]).get_asset_materialization_events()[0]
    assert event.materialization.tags["dagster/code_version"] == "v7"
    assert "dagster/data_version" in event.materialization.tags


def test_data_versions_follow_code_and_inputs():
    def build(version):
        @dg.asset(code_version=version)
        def orders(): ...

        @dg.asset(code_version="1", deps=[orders])
        def totals(): ...

        events = dg.materialize([orders, totals]).get_asset_materialization_events()
        return {e.asset_key.to_user_string(): e.materialization.tags for e in events}

    first, same, other = build("1"), build("1"), build("2")
    version = "dagster/data_version"
    assert first["totals"][version] == same["totals"][version]
    assert first["totals"][version] != other["totals"][version]
    assert first["totals"]["dagster/input_data_version/orders"] == first["orders"][version]
    assert "dagster/input_event_pointer/orders" in first["totals"]


def test_hooks_hear_of_the_end():
    heard = []

    @dg.success_hook
    def note(context):
        heard.append(context.op.name)

    @dg.asset(hooks={note})
    def orders(): ...

    dg.materialize([orders])
    assert heard == ["orders"]


def test_tags_kinds_owners_and_group_are_on_the_spec():
    @dg.asset(
        tags={"domain": "sales"}, kinds={"python", "duckdb"}, owners=["ann@example.com", "team:data"], group_name="sales",
        op_tags={"queue": "slow"}, pool="db", description="All orders.", is_virtual=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=dg.FreshnessPolicy.cron("0 9 * * *", lower_bound_delta=timedelta(hours=1)),
    )  # fmt: skip
    def orders(): ...

    spec = orders.get_asset_spec()
    assert spec.kinds == {"python", "duckdb"}
    assert spec.tags["domain"] == "sales"
    assert spec.owners == ["ann@example.com", "team:data"]
    assert (spec.group_name, spec.description, spec.is_virtual) == ("sales", "All orders.", True)
    assert orders.op.tags["queue"] == "slow"
    assert orders.op.pool == "db"
    assert orders.backfill_policy == dg.BackfillPolicy.single_run()
    assert spec.freshness_policy.deadline_cron == "0 9 * * *"


def test_key_forms():
    @dg.asset(key_prefix=["a", "b"], name="c")
    def first(): ...

    @dg.asset(key=["x", "y"])
    def second(): ...

    assert first.key == dg.AssetKey(["a", "b", "c"])
    assert first.op.name == "a__b__c"
    assert second.key == dg.AssetKey(["x", "y"])


class TestMaterializeResult:
    def test_it_carries_what_is_known_of_the_materialization(self):
        @dg.asset(check_specs=[dg.AssetCheckSpec("fine", asset="orders")])
        def orders():
            return dg.MaterializeResult(
                metadata={"rows": 3}, data_version=dg.DataVersion("d1"), tags={"by": "ann"},
                check_results=[dg.AssetCheckResult(passed=True)],
            )  # fmt: skip

        result = dg.materialize([orders])
        event = result.get_asset_materialization_events()[0].materialization
        assert event.metadata["rows"] == dg.MetadataValue.int(3)
        assert (event.tags["dagster/data_version"], event.tags["by"]) == ("d1", "ann")
        assert [check.passed for check in result.get_asset_check_evaluations()] == [True]
        assert "HANDLED_OUTPUT" not in kinds(result)

    def test_a_value_goes_to_the_io_manager(self):
        @dg.asset
        def orders():
            return dg.MaterializeResult(value=4)

        result = dg.materialize([orders])
        assert "HANDLED_OUTPUT" in kinds(result)
        assert result.asset_value("orders") == 4

    def test_several_assets_must_be_told_apart(self):
        @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
        def both():
            yield dg.MaterializeResult()

        with pytest.raises(dg.DagsterInvariantViolationError, match="asset_key="):
            dg.materialize([both])


class TestObserving:
    def test_an_observation_is_logged(self):
        @dg.asset
        def orders(context):
            context.log_event(
                dg.AssetObservation(
                    "raw",
                    partition="p",
                    tags={"dagster/data_version": "4"},
                    metadata={"rows": 3},
                    description="seen",
                )
            )

        event = dg.materialize([orders]).get_asset_observation_events()[0].asset_observation
        assert (event.partition, event.description) == ("p", "seen")
        assert event.data_version == "4"


def test_source_asset_observes_itself():
    source = dg.SourceAsset(
        "exports", observe_fn=lambda: dg.DataVersion("9"), op_tags={"size": 3}, auto_observe_interval_minutes=30,
        tags={"a": "b"}, description="d", metadata={"m": 1}, group_name="g",
    )  # fmt: skip
    assert source.is_observable
    assert source.op.name == "exports"
    assert source.op.tags["size"] == "3"
    plain = dg.SourceAsset("plain")
    assert not plain.is_observable
    with pytest.raises((CheckError, DagsterInvalidDefinitionError)):
        _ = plain.op


def test_an_input_type_is_checked_before_the_function_runs():
    @dg.asset
    def orders():
        return "text"

    @dg.asset(ins={"orders": dg.AssetIn(dagster_type=dg.Int)})
    def totals(orders):
        raise AssertionError("must not run")

    result = dg.materialize([orders, totals], raise_on_error=False)
    assert result.failure_data_for_node("totals") is not None


def test_input_metadata_and_manager_reach_the_loading():
    class Telling(dg.IOManager):
        def handle_output(self, context, obj): ...

        def load_input(self, context):
            return dict(context.definition_metadata)

    @dg.asset(
        ins={
            "orders": dg.AssetIn(
                key=["raw", "orders"], metadata={"columns": "id"}, input_manager_key="teller"
            )
        }
    )
    def totals(orders):
        return orders

    result = dg.materialize([totals, dg.AssetSpec(["raw", "orders"])], resources={"teller": Telling()})
    assert result.asset_value("totals") == {"columns": "id"}


def test_an_asset_job_takes_every_argument():
    heard = []
    tries = []

    @dg.success_hook
    def note(context):
        heard.append(context.op.name)

    @dg.asset(config_schema={"n": int})
    def orders(context):
        tries.append(context.op_execution_context.op_config["n"])
        if len(tries) == 1:
            raise ValueError("not yet")

    job = dg.define_asset_job(
        "work", selection="orders", config={"ops": {"orders": {"config": {"n": 4}}}}, tags={"t": "1"}, run_tags={"r": "2"},
        metadata={"m": 1}, description="d", executor_def=dg.in_process_executor, op_retry_policy=dg.RetryPolicy(max_retries=1),
        hooks={note},
    )  # fmt: skip
    resolved = dg.Definitions(assets=[orders], jobs=[job]).resolve_job_def("work")
    assert resolved.execute_in_process().success
    assert tries == [4, 4]
    assert heard == ["orders"]
    assert (resolved.description, resolved.tags["t"], resolved.run_tags) == ("d", "1", {"r": "2"})
    assert resolved.metadata["m"] == dg.MetadataValue.int(1)
    assert resolved.executor_def is dg.in_process_executor


def test_an_observation_function_takes_every_argument():
    @dg.observable_source_asset(
        name="exports", key_prefix="raw", metadata={"m": 1}, io_manager_key="files", description="d", group_name="g",
        required_resource_keys={"r"}, resource_defs={"own": dg.ResourceDefinition.hardcoded_resource(2)},
        op_tags={"o": "1"}, tags={"t": "1"},
    )  # fmt: skip
    def look(context):
        return dg.DataVersion(f"{context.resources.r}{context.resources.own}")

    assert look.key == dg.AssetKey(["raw", "exports"])
    assert (look.description, look.group_name, look.io_manager_key) == ("d", "g", "files")
    assert look.tags == {"t": "1"}
    assert look.op.tags["o"] == "1"
    files = dg.InMemoryIOManager()
    defs = dg.Definitions(assets=[look], resources={"r": 1, "files": files})
    result = defs.resolve_implicit_global_asset_job_def().execute_in_process(asset_selection=[look.key])
    assert result.get_asset_observation_events()[0].asset_observation.data_version == "12"


@pytest.mark.parametrize("result_class", [dg.MaterializeResult, dg.ObserveResult])
def test_metadata_of_a_result_stays_as_it_was_given(result_class):
    assert result_class(metadata={"rows": 3, "kind": "red"}).metadata == {"rows": 3, "kind": "red"}
    with pytest.raises(dg.DagsterInvalidMetadata):
        result_class(metadata={"rows": object()})


def test_a_spec_is_a_field_of_a_pydantic_model():
    from pydantic import BaseModel

    class Table(BaseModel):
        spec: dg.AssetSpec

    assert Table(spec=dg.AssetSpec("a")).spec == dg.AssetSpec("a")
    with pytest.raises(ValueError, match="AssetSpec"):
        Table(spec="a")
