import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
)
from weftwork.definitions.assets.asset_job_definition import define_asset_job
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.checks.asset_check import asset_check
from weftwork.definitions.executors.builtin_executors import in_process_executor, multiprocess_executor
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.locations.definitions import Definitions, create_repository_using_definitions_args
from weftwork.definitions.locations.load_definitions import definitions
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.schedules.schedule_definition import ScheduleDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import IntMetadataValue

validate = Definitions.validate_loadable


@asset
def one(): ...


@asset
def two(one): ...


@asset_check(asset=one)
def fine(): ...


class TestArguments:
    @pytest.mark.parametrize("arguments", [
        {"assets": [3]}, {"assets": [[one]]}, {"assets": one}, {"jobs": [3]}, {"resources": 3}, {"executor": 3},
        {"loggers": {"a": 3}}, {"schedules": [3]}, {"sensors": [3]}, {"asset_checks": [3]},
    ])  # fmt: skip
    def test_what_does_not_belong_is_refused_at_once(self, arguments):
        with pytest.raises(CheckError):
            Definitions(**arguments)

    def test_generators_may_be_given(self):
        assert Definitions(assets=(a for a in [one])).resolve_all_asset_keys() == [one.key]

    def test_metadata_is_normalized(self):
        assert Definitions(metadata={"a": 1}).metadata == {"a": IntMetadataValue(1)}


class TestValidity:
    def test_all_is_well(self):
        validate(Definitions(assets=[one, two], asset_checks=[fine], jobs=[define_asset_job("j")]))

    def test_same_object_twice_counts_once(self):
        validate(Definitions(assets=[one, one], asset_checks=[fine, fine]))

    def test_key_defined_twice_names_both_places(self):
        @asset(name="one")
        def other(): ...

        with pytest.raises(
            DagsterInvalidDefinitionError, match=r"one \(.*test_definitions.py:\d+\) and by other \("
        ):
            validate(Definitions(assets=[one, other]))
        with pytest.raises(DagsterInvalidDefinitionError, match="a spec"):
            validate(Definitions(assets=[one, AssetSpec("one")]))

    def test_check_defined_twice(self):
        @asset_check(asset=one, name="fine")
        def other(): ...

        with pytest.raises(DagsterInvalidDefinitionError, match="one:fine"):
            validate(Definitions(assets=[one], asset_checks=[fine, other]))

    def test_missing_resource_names_the_nearest(self):
        @asset(required_resource_keys={"warehouse"})
        def a(): ...

        with pytest.raises(DagsterInvalidDefinitionError, match="Did you mean 'ware_house'"):
            validate(Definitions(assets=[a], resources={"ware_house": 1}))
        validate(Definitions(assets=[a], resources={"warehouse": 1}))

    def test_missing_io_manager(self):
        @asset(io_manager_key="io")
        def a(): ...

        with pytest.raises(DagsterInvalidDefinitionError, match="'io'"):
            validate(Definitions(assets=[a]))

    def test_io_manager_of_an_external_asset_is_needed_too(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="'nope'"):
            validate(Definitions(assets=[AssetSpec("one").with_io_manager_key("nope"), two]))

    def test_job_that_selects_nothing_that_exists(self):
        with pytest.raises(
            DagsterInvalidDefinitionError, match="'j' cannot be resolved: .*Did you mean 'two'"
        ):
            validate(Definitions(assets=[one, two], jobs=[define_asset_job("j", selection="tow")]))

    def test_two_jobs_of_one_name(self):
        jobs = [define_asset_job("j"), define_asset_job("j", selection="one")]

        with pytest.raises(DagsterInvalidDefinitionError, match="Two jobs are named 'j'"):
            validate(Definitions(assets=[one], jobs=jobs))

    def test_schedule_of_a_job_that_is_not_there(self):
        schedule = ScheduleDefinition(name="daily", job_name="jobb", cron_schedule="@daily")

        with pytest.raises(DagsterInvalidDefinitionError, match="Did you mean 'job_b'"):
            validate(Definitions(assets=[one], jobs=[define_asset_job("job_b")], schedules=[schedule]))

    def test_nothing_is_checked_before_it_is_needed(self):
        Definitions(assets=[one, AssetSpec("one")], jobs=[define_asset_job("j", selection="nope")])


class TestJobs:
    def test_there_is_a_job_over_all_assets(self):
        defs = Definitions(assets=[one, two], asset_checks=[fine])

        assert [found.name for found in defs.resolve_all_job_defs()] == ["__ASSET_JOB"]
        assert defs.resolve_implicit_global_asset_job_def().asset_layer.selected_keys == {one.key, two.key}
        assert not Definitions().has_implicit_global_asset_job_def()

    def test_unknown_job_names_the_nearest(self):
        with pytest.raises(DagsterInvariantViolationError, match="Did you mean 'sales'"):
            Definitions(assets=[one], jobs=[define_asset_job("sales")]).resolve_job_def("sale")

    def test_resources_executor_and_loggers_are_defaults(self):
        @op(required_resource_keys={"r"})
        def use(): ...

        @job
        def plain():
            use()

        @job(executor_def=multiprocess_executor, resource_defs={"r": 1})
        def own():
            use()

        defs = Definitions(jobs=[plain, own], resources={"r": 2}, executor=in_process_executor)

        assert defs.get_job_def("plain").executor_def is in_process_executor
        assert set(defs.get_job_def("plain").explicit_resource_keys) == {"r"}
        assert defs.get_job_def("own").executor_def is multiprocess_executor
        assert defs.get_job_def("own").resource_defs["r"] is own.resource_defs["r"]

    def test_different_partitions_leave_the_job_over_all_without(self):
        first = asset(name="p", partitions_def=StaticPartitionsDefinition(["a"]))(lambda: 1)
        second = asset(name="q", partitions_def=StaticPartitionsDefinition(["b"]))(lambda: 1)

        defs = Definitions(assets=[first, second])
        validate(defs)

        assert defs.resolve_implicit_global_asset_job_def().partitions_def is None

    def test_job_of_a_schedule_is_there(self):
        sales = define_asset_job("sales")
        defs = Definitions(assets=[one], schedules=[ScheduleDefinition(job=sales, cron_schedule="@daily")])

        assert defs.resolve_job_def("sales").name == "sales"
        assert defs.resolve_schedule_def("sales_schedule").job_name == "sales"


class TestAssets:
    def test_graph_and_specs_know_external_assets(self):
        @asset(deps=["elsewhere"])
        def a(): ...

        defs = Definitions(assets=[a])

        assert defs.resolve_all_asset_keys() == [a.key, AssetKey("elsewhere")]
        assert [spec.key for spec in defs.resolve_all_asset_specs()] == [a.key, AssetKey("elsewhere")]
        assert not defs.resolve_assets_def("elsewhere").is_executable
        assert defs.resolve_asset_graph().get_parent_keys(a.key) == {AssetKey("elsewhere")}

    def test_unknown_asset(self):
        with pytest.raises(DagsterInvariantViolationError, match="Did you mean 'one'"):
            Definitions(assets=[one]).get_assets_def("onee")

    def test_checks(self):
        assert Definitions(assets=[one], asset_checks=[fine]).get_asset_checks_def(fine.check_key) is fine

    def test_specs_are_mapped(self):
        defs = Definitions(assets=[one, two, AssetSpec("z")])

        all_of_them = defs.map_asset_specs(func=lambda spec: spec.replace_attributes(group_name="g"))
        some = defs.map_resolved_asset_specs(
            func=lambda spec: spec.replace_attributes(group_name="g"), selection="two"
        )

        assert {spec.group_name for spec in all_of_them.resolve_all_asset_specs()} == {"g"}
        assert [spec.group_name for spec in some.resolve_all_asset_specs()] == ["default", "g", "default"]

    def test_source_assets_cannot_be_mapped(self):
        with pytest.raises(DagsterInvariantViolationError, match="SourceAsset"):
            Definitions(assets=[SourceAsset("s")]).map_asset_specs(func=lambda spec: spec)


class TestMerge:
    def test_parts_are_joined(self):
        shared = object()
        merged = Definitions.merge(
            Definitions(assets=[one], resources={"r": shared}),
            Definitions(assets=[two], resources={"r": shared}),
        )

        assert merged.resolve_all_asset_keys() == [one.key, two.key]

    @pytest.mark.parametrize(("first", "second"), [
        ({"resources": {"a": 1}}, {"resources": {"a": 2}}),
        ({"executor": in_process_executor}, {"executor": multiprocess_executor}),
    ])  # fmt: skip
    def test_conflicts_are_refused(self, first, second):
        with pytest.raises(DagsterInvariantViolationError):
            Definitions.merge(Definitions(**first), Definitions(**second))


def test_definitions_function_runs_once():
    calls = []

    @definitions
    def defs():
        calls.append(1)
        return Definitions(assets=[one])

    assert defs() is defs()
    assert calls == [1]
    with pytest.raises(DagsterInvariantViolationError, match="must return Definitions"):
        definitions(lambda: 3)()


def test_repository_of_definitions_arguments():
    repo = create_repository_using_definitions_args("repo", assets=[one], jobs=[define_asset_job("j")])

    assert (repo.name, list(repo.job_names)) == ("repo", ["__ASSET_JOB", "j"])


def test_the_asset_graph_of_a_circle_is_refused_as_loading_refuses_it():
    @asset(deps=["b"])
    def a(): ...

    @asset(deps=["a"])
    def b(): ...

    defs = Definitions(assets=[a, b])
    for ask in (defs.resolve_asset_graph, lambda: Definitions.validate_loadable(defs)):
        with pytest.raises(DagsterInvalidDefinitionError, match="in a circle: "):
            ask()


def test_definitions_of_the_same_things_are_equal():
    first, second = AssetSpec("first"), AssetSpec("second")
    merged = Definitions.merge(Definitions(assets=[first], metadata={"a": 1}), Definitions(assets=[second]))
    same = Definitions(assets=[first, second], asset_checks=[], metadata={"a": 1})
    assert merged == same
    assert len({merged, same}) == 1
    assert merged != Definitions(assets=[first])


def test_an_asset_is_given_out_before_its_resources_are():
    @asset(required_resource_keys={"warehouse"})
    def orders(): ...

    defs = Definitions(assets=[orders])
    assert defs.get_assets_def("orders") is orders
    with pytest.raises(DagsterInvalidDefinitionError, match="warehouse"):
        Definitions.validate_loadable(defs)
