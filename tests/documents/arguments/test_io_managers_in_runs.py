"""What IO managers may do beside storing and loading, and what they see of their steps."""

import pytest

import weftwork as dg


class Kept(dg.IOManager):
    def __init__(self):
        self.values = {}

    def handle_output(self, context, obj):
        self.values[tuple(context.get_identifier())] = obj

    def load_input(self, context):
        return self.values[tuple(context.get_identifier())]


@dg.op
def give():
    return 1


@dg.op
def take(number):
    return number


@dg.graph
def passing():
    take(give())


def run_with(manager):
    definition = dg.IOManagerDefinition.hardcoded_io_manager(manager)
    return passing.to_job(resource_defs={"io_manager": definition}).execute_in_process()


def test_a_configurable_one_is_config_resource_and_io_manager_at_once():
    class Files(dg.ConfigurableIOManager):
        folder: str = "here"

        def handle_output(self, context, obj): ...

        def load_input(self, context):
            return self.folder

    files = Files()

    assert isinstance(files, dg.IOManager)
    assert isinstance(files, dg.Config)
    assert run_with(files).output_for_node("take") == "here"


@pytest.mark.parametrize("missing", ["handle_output", "load_input"])
def test_both_methods_must_be_written(missing):
    methods = {name: lambda self, *_: None for name in ("handle_output", "load_input") if name != missing}

    with pytest.raises(TypeError, match=missing):
        type("Half", (dg.IOManager,), methods)()


def test_storing_may_yield_metadata_and_events():
    class Telling(Kept):
        def handle_output(self, context, obj):
            super().handle_output(context, obj)
            yield {"rows": obj}
            yield dg.AssetMaterialization("stored")

    result = run_with(Telling())

    (stored,) = [
        event.event_specific_data for event in result.events_for_node("give") if event.is_handled_output
    ]
    assert stored.metadata["rows"] == dg.MetadataValue.int(1)
    assert [event.asset_key for event in result.asset_materializations_for_node("give")] == [
        dg.AssetKey("stored")
    ]


def test_metadata_of_one_name_is_added_once():
    class Twice(Kept):
        def handle_output(self, context, obj):
            context.add_output_metadata({"rows": 1})
            context.add_output_metadata({"rows": 2})

    with pytest.raises(dg.DagsterInvalidMetadata, match="rows"):
        run_with(Twice())


def test_observations_may_be_logged():
    class Observing(Kept):
        def handle_output(self, context, obj):
            context.log_event(dg.AssetObservation("seen", metadata={"rows": 1}))
            super().handle_output(context, obj)

    seen = [
        event for event in run_with(Observing()).all_events if event.event_type_value == "ASSET_OBSERVATION"
    ]

    assert [event.asset_key for event in seen] == [dg.AssetKey("seen"), dg.AssetKey("seen")]


def test_contexts_know_their_ops_and_the_step_before():
    seen = {}

    class Looking(Kept):
        def handle_output(self, context, obj):
            super().handle_output(context, obj)
            seen.setdefault("output", (context.op_def.name, context.step_key, context.name, context.run_id))

        def load_input(self, context):
            before = context.upstream_output
            seen["input"] = (context.op_def.name, context.name, before.step_key, before.op_def.name)
            return super().load_input(context)

    result = run_with(Looking())

    assert seen == {
        "output": ("give", "give", "result", result.run_id),
        "input": ("take", "number", "give", "give"),
    }
