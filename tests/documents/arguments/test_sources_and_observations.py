"""Sources that others write, and functions that look at them."""

from datetime import timedelta

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b"])
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=2))
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Telling(dg.IOManager):
    """Loads what is known of the asset."""

    def handle_output(self, context, obj): ...

    def load_input(self, context):
        known = dict(context.upstream_output.definition_metadata) if context.upstream_output else {}
        return context.asset_key.to_user_string(), known, context.resources._asdict()


@dg.asset
def report(source):
    return source


def load(source, **resources):
    return dg.materialize(
        [source, report], resources={"io_manager": dg.mem_io_manager, **resources}
    ).asset_value("report")


def observe(source, partition_key=None, **resources):
    defs = dg.Definitions(
        assets=[source], jobs=[dg.define_asset_job("look", selection=[source])], resources=resources
    )
    result = defs.resolve_job_def("look").execute_in_process(partition_key=partition_key)
    return [event.asset_observation for event in result.get_asset_observation_events()]


class TestSourceAsset:
    def test_an_io_manager_by_key_loads_it_with_its_metadata(self):
        source = dg.SourceAsset(
            "source", metadata={"m": 1}, io_manager_key="telling", description="d", group_name="g"
        )

        name, metadata, _ = load(source, telling=Telling())

        assert (name, metadata["m"]) == ("source", 1)
        assert (source.key, source.description, source.group_name) == (dg.AssetKey("source"), "d", "g")
        assert source.metadata == {"m": dg.MetadataValue.int(1)}

    def test_an_io_manager_of_its_own_loads_it_with_resources_of_its_own(self):
        @dg.io_manager(required_resource_keys={"db"})
        def telling(_context):
            return Telling()

        source = dg.SourceAsset(
            "source",
            io_manager_def=telling,
            resource_defs={"db": dg.ResourceDefinition.hardcoded_resource("here")},
        )

        name, _, resources = load(source)

        assert (name, resources["db"]) == ("source", "here")

    def test_its_partitions_are_those_that_are_loaded(self):
        seen = []

        class Noting(dg.IOManager):
            def handle_output(self, context, obj): ...

            def load_input(self, context):
                seen.extend(context.asset_partition_keys)

        load(dg.SourceAsset("source", partitions_def=LETTERS, io_manager_def=Noting()))

        assert seen == ["a", "b"]

    def test_it_observes_itself_where_a_function_is_given(self):
        source = dg.SourceAsset(
            "exports", observe_fn=lambda: dg.DataVersion("9"), op_tags={"size": {"gb": 3}}, tags={"t": "1"},
            auto_observe_interval_minutes=30,
        )  # fmt: skip

        assert source.is_observable
        assert source.op.tags["size"] == '{"gb": 3}'
        assert (source.tags, source.auto_observe_interval_minutes) == ({"t": "1"}, 30)
        assert [seen.data_version for seen in observe(source)] == ["9"]

    def test_without_one_it_has_no_op(self):
        plain = dg.SourceAsset("plain")

        assert not plain.is_observable
        with pytest.raises(dg.CheckError):
            _ = plain.op

    def test_a_spec_with_an_io_manager_key_takes_its_place(self):
        spec = dg.AssetSpec("source", metadata={"m": 1}).with_io_manager_key("telling")

        assert load(spec, telling=Telling())[1]["m"] == 1


class TestObservableSourceAsset:
    def test_it_takes_every_argument(self):
        @dg.observable_source_asset(
            name="exports", key_prefix="raw", metadata={"m": 1}, io_manager_key="files", description="d", group_name="g",
            required_resource_keys={"given"}, resource_defs={"own": dg.ResourceDefinition.hardcoded_resource(2)},
            op_tags={"o": "1"}, tags={"t": "1"}, automation_condition=dg.AutomationCondition.on_cron("0 * * * *"),
        )  # fmt: skip
        def look(context):
            return dg.DataVersion(f"{context.resources.given}{context.resources.own}")

        assert look.key == dg.AssetKey(["raw", "exports"])
        assert (look.description, look.group_name, look.io_manager_key) == ("d", "g", "files")
        assert (look.tags, look.op.tags["o"]) == ({"t": "1"}, "1")
        assert look.metadata == {"m": dg.MetadataValue.int(1)}
        assert look.automation_condition == dg.AutomationCondition.on_cron("0 * * * *")
        assert [seen.data_version for seen in observe(look, given=1, files=Telling())] == ["12"]

    def test_an_io_manager_of_its_own_loads_it(self):
        @dg.observable_source_asset(io_manager_def=Telling())
        def source():
            return dg.DataVersion("1")

        assert load(source)[0] == "source"

    def test_a_partitioned_one_gives_a_version_of_each(self):
        @dg.observable_source_asset(partitions_def=LETTERS)
        def exports():
            return dg.DataVersionsByPartition({"a": "1", "b": dg.DataVersion("2")})

        assert {seen.partition: seen.tags["dagster/data_version"] for seen in observe(exports)} == {
            "a": "1",
            "b": "2",
        }

    def test_a_result_may_tell_more(self):
        @dg.observable_source_asset
        def exports():
            return dg.ObserveResult(
                data_version=dg.DataVersion("7"), metadata={"rows": 3}, tags={"by": "ann"}
            )

        (seen,) = observe(exports)

        assert (seen.asset_key, seen.metadata["rows"]) == (dg.AssetKey("exports"), dg.MetadataValue.int(3))
        assert seen.tags == {"dagster/data_version": "7", "by": "ann"}

    def test_another_return_is_refused(self):
        @dg.observable_source_asset
        def exports():
            return 5

        with pytest.raises(dg.DagsterError, match="DataVersion"):
            observe(exports)

    def test_a_function_of_that_kind_is_typed(self):
        assert dg.SourceAsset("a", observe_fn=lambda context: dg.DataVersion("1")).observe_fn is not None


class TestSeveral:
    def test_it_takes_every_argument(self):
        @dg.multi_observable_source_asset(
            name="looking", specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], group_name="g", partitions_def=LETTERS,
            required_resource_keys={"given"}, resource_defs={"own": dg.ResourceDefinition.hardcoded_resource(2)},
            check_specs=[dg.AssetCheckSpec("fine", asset="a")], can_subset=False,
        )  # fmt: skip
        def look(context):
            version = f"{context.resources.given}{context.resources.own}{context.partition_key}"
            yield dg.ObserveResult("a", data_version=dg.DataVersion(version))
            yield dg.ObserveResult("b")
            yield dg.AssetCheckResult(passed=True, asset_key="a", check_name="fine")

        assert look.op.name == "looking"
        assert set(look.group_names_by_key.values()) == {"g"}
        assert look.partitions_def == LETTERS
        defs = dg.Definitions(
            assets=[look], jobs=[dg.define_asset_job("all", [look])], resources={"given": 1}
        )
        result = defs.resolve_job_def("all").execute_in_process(partition_key="b")
        seen = [event.asset_observation for event in result.get_asset_observation_events()]
        assert [(one.asset_key.to_user_string(), one.data_version) for one in seen] == [
            ("a", "12b"),
            ("b", None),
        ]
        assert [check.passed for check in result.get_asset_check_evaluations()] == [True]

    def test_of_a_subset_only_what_is_selected_is_observed(self):
        @dg.multi_observable_source_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], can_subset=True)
        def look(context):
            for key in context.selected_asset_keys:
                yield dg.ObserveResult(asset_key=key, check_results=[])

        defs = dg.Definitions(assets=[look], jobs=[dg.define_asset_job("part", selection=["b"])])
        result = defs.resolve_job_def("part").execute_in_process()

        assert [event.asset_key for event in result.get_asset_observation_events()] == [dg.AssetKey("b")]
