"""Programs written for earlier versions of the API run, and are told what to write now."""

import pytest

import weftwork as dg
from weftwork import experimental, legacy


def test_a_pipeline_of_solids_runs():
    with pytest.warns(DeprecationWarning, match=r"InputDefinition is deprecated. Write @op\(ins="):
        number = dg.InputDefinition("number", int, description="What is doubled.")
    with pytest.warns(DeprecationWarning, match=r"OutputDefinition is deprecated. Write @op\(out=Out"):
        doubled = dg.OutputDefinition(int, name="doubled")
    with pytest.warns(DeprecationWarning, match="Write @op, ins="):

        @dg.solid(input_defs=[number], output_defs=[doubled], config_schema={"times": int})
        def multiply(context, number):
            with pytest.warns(DeprecationWarning, match="context.op_config"):
                times = context.solid_config["times"]
            yield dg.Output(number * times, "doubled")

    with pytest.warns(DeprecationWarning, match="@solid"):

        @dg.solid
        def three():
            return 3

    with pytest.warns(DeprecationWarning, match="Write @job"):

        @dg.pipeline
        def old():
            multiply(three())

    result = old.execute_in_process({"ops": {"multiply": {"config": {"times": 2}}}})

    assert result.output_for_node("multiply", "doubled") == 6


def test_modes_and_presets_say_what_replaces_them():
    with (
        pytest.warns(DeprecationWarning, match="@pipeline"),
        pytest.raises(dg.DagsterInvalidDefinitionError, match="one job per mode"),
    ):
        dg.pipeline(mode_defs=[object()])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_dynamic_outputs_of_the_experimental_module_are_mapped():
    @dg.solid(output_defs=[experimental.DynamicOutputDefinition(str, description="Files.", is_required=True)])
    def list_files():
        for key in ("a", "b"):
            entry = dg.EventMetadataEntry.text(f"file {key}", "name")
            yield experimental.DynamicOutput(key * 2, key, "result", [entry], {"size": 2})

    @dg.solid
    def size(file):
        return len(file)

    @dg.solid
    def total(sizes):
        return sum(sizes)

    @dg.pipeline
    def process_directory():
        total(list_files().map(size).collect())

    result = process_directory.execute_in_process()

    assert result.output_for_node("total") == 4
    outputs = [
        event for event in result.all_events if event.is_successful_output and event.step_key == "list_files"
    ]
    assert outputs[0].step_output_data.metadata == {
        "name": dg.MetadataValue.text("file a"),
        "size": dg.MetadataValue.int(2),
    }


def test_the_experimental_module_says_where_its_names_are_now():
    with pytest.warns(DeprecationWarning, match="Import DynamicOut from weftwork"):
        assert experimental.DynamicOutputDefinition
    with pytest.raises(AttributeError, match="Dynamo"):
        _ = experimental.Dynamo


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("entry", "value"),
    [
        (dg.EventMetadataEntry.text, dg.MetadataValue.text("x")),
        (dg.EventMetadataEntry.url, dg.MetadataValue.url("x")),
        (dg.EventMetadataEntry.path, dg.MetadataValue.path("x")),
        (dg.EventMetadataEntry.fspath, dg.MetadataValue.path("x")),
        (dg.EventMetadataEntry.md, dg.MetadataValue.md("x")),
        (dg.EventMetadataEntry.pipeline_run, dg.MetadataValue.dagster_run("x")),
    ],
)
def test_entries_of_metadata_hold_values(entry, value):
    made = entry("x", "label", "description")

    assert (made.label, made.description, made.entry_data) == ("label", "description", value)


def test_event_metadata_is_metadata_value():
    with pytest.warns(DeprecationWarning, match=r"Write MetadataValue\.md"):
        assert dg.EventMetadata.md("*x*") == dg.MetadataValue.md("*x*")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_entries_may_be_of_one_partition():
    entry = dg.PartitionMetadataEntry("2024", dg.MetadataEntry("rows", value=3))

    made = dg.Materialization("orders", metadata_entries=[entry], partition="2024")

    assert made == dg.AssetMaterialization("orders", metadata={"rows": 3}, partition="2024")


def test_a_version_strategy_warns_where_it_is_written():
    with pytest.warns(DeprecationWarning, match="code_version"):

        class Strategy(dg.VersionStrategy):
            def get_op_version(self, context):
                return "1"

    assert Strategy().get_op_version(None) == "1"


@pytest.mark.parametrize(
    "section", [{"in_process": None}, {"in_process": {"config": {"retries": {"enabled": {}}}}}]
)
def test_the_former_shape_of_the_execution_section_is_read(section):
    @dg.op
    def one():
        return 1

    @dg.job
    def either_way():
        one()

    @dg.job(executor_def=dg.in_process_executor)
    def in_process():
        one()

    for job in (either_way, in_process):
        with pytest.warns(DeprecationWarning, match="Write execution: {config:"):
            assert job.execute_in_process({"execution": section}).success


def test_a_wrong_executor_in_the_execution_section_is_still_an_error():
    @dg.job
    def job():
        pass

    with pytest.raises(dg.DagsterInvalidConfigError):
        job.execute_in_process({"execution": {"in_proces": {}}})


def test_a_validated_execution_section_can_be_given_again():
    @dg.job
    def job():
        pass

    validated = dg.validate_run_config(job, {"execution": {"config": {"in_process": {}}}})

    with pytest.warns(DeprecationWarning, match="execution"):
        assert dg.validate_run_config(job, {"execution": validated["execution"]}) == validated


def test_results_and_pointers_have_their_former_names():
    with pytest.warns(DeprecationWarning, match="Write JobExecutionResult"):
        assert legacy.ExecuteJobResult is dg.JobExecutionResult
    with pytest.warns(DeprecationWarning, match="Write ReconstructableJob"):
        assert legacy.ReconstructablePipeline.__name__ == "ReconstructableJob"


def test_events_have_their_former_fields():
    @dg.op
    def one():
        return 1

    @dg.job
    def job():
        one()

    event = next(event for event in job.execute_in_process().all_events if event.is_step_success)

    with pytest.warns(DeprecationWarning, match="job_name"):
        assert event.pipeline_name == "job"
    with pytest.warns(DeprecationWarning, match="node_handle"):
        assert event.solid_handle.name == "one"


def test_a_version_strategy_of_a_job_is_ignored_with_a_warning():
    @dg.graph
    def graph(): ...

    with pytest.warns(DeprecationWarning, match="code_version"):
        dg.job(version_strategy=object())
    with pytest.warns(DeprecationWarning, match="code_version"):
        assert graph.to_job(version_strategy=object()).execute_in_process().success


def test_jobs_bound_to_resources_are_a_list_of_jobs():
    @dg.job
    def job(): ...

    with pytest.warns(DeprecationWarning, match=r"Definitions\(jobs="):
        assert dg.Definitions(jobs=dg.BindResourcesToJobs([job])).get_job_def("job").name == "job"
