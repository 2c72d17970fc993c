"""What a dynamic output declares, and what each item of it carries."""

import os

import pytest

import weftwork as dg
from weftwork import experimental


class Keeping(dg.IOManager):
    """Keeps what it is given, with what the output declares."""

    def __init__(self):
        self.kept = []

    def handle_output(self, context, obj):
        self.kept.append((context.get_identifier()[-1], obj, dict(context.definition_metadata)))

    def load_input(self, context):
        raise AssertionError


@dg.op
def length(text):
    return len(text)


def test_a_declaration_takes_type_text_io_manager_metadata_and_version():
    out = dg.DynamicOut(
        str, "Files.", is_required=False, io_manager_key="disk", metadata={"m": 1}, code_version="2"
    )

    @dg.op(out={"files": out})
    def find():
        yield dg.DynamicOutput("x", "a", "files")

    declared = find.output_def_named("files")
    assert (declared.name, declared.dagster_type.display_name, declared.description) == (
        "files",
        "String",
        "Files.",
    )
    assert (declared.is_required, declared.io_manager_key, declared.code_version) == (False, "disk", "2")
    assert declared.metadata == {"m": 1}
    assert declared.is_dynamic

    @dg.op(out=dg.DynamicOut())
    def plain():
        yield dg.DynamicOutput("x", "a")

    default = plain.output_def_named("result")
    assert (default.is_required, default.io_manager_key) == (True, "io_manager")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_former_declaration_takes_the_same():
    declaration = experimental.DynamicOutputDefinition(
        str, "files", "Files.", is_required=False, io_manager_key="disk", metadata={"m": 1}
    )

    @dg.solid(output_defs=[declaration])
    def find():
        yield dg.DynamicOutput("x", "a", "files")

    declared = find.output_def_named("files")
    assert (declared.name, declared.dagster_type.display_name, declared.description) == (
        "files",
        "String",
        "Files.",
    )
    assert (declared.is_required, declared.io_manager_key, declared.metadata) == (False, "disk", {"m": 1})
    assert declared.is_dynamic


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("argument", [{"asset_key": dg.AssetKey("a")}, {"asset_partitions": {"p"}}])
def test_assets_of_the_former_declaration_are_ignored_with_a_warning(argument):
    with pytest.warns(DeprecationWarning, match="make the asset with @asset"):
        experimental.DynamicOutputDefinition(**argument)


def test_every_item_is_checked_against_the_type():
    @dg.op(out=dg.DynamicOut(int))
    def items():
        yield dg.DynamicOutput(1, "one")
        yield dg.DynamicOutput("two", "two")

    @dg.job
    def typed():
        items()

    result = typed.execute_in_process(raise_on_error=False)

    assert "two" in str(result.failure_data_for_node("items").error)


def test_items_are_stored_by_the_declared_io_manager_with_the_declared_metadata():
    keeping = Keeping()

    @dg.op(out=dg.DynamicOut(io_manager_key="disk", metadata={"m": 1}))
    def items():
        yield dg.DynamicOutput("x", "one")
        yield dg.DynamicOutput("y", "two")

    @dg.job(resource_defs={"disk": dg.IOManagerDefinition.hardcoded_io_manager(keeping)})
    def stored():
        items()

    stored.execute_in_process()

    assert keeping.kept == [("one", "x", {"m": 1}), ("two", "y", {"m": 1})]


@pytest.mark.parametrize("key", ["a b", "ä", "a,b", "a[b]", "", None])
def test_a_key_of_other_characters_is_refused(key):
    with pytest.raises((dg.DagsterInvalidDefinitionError, dg.CheckError)):
        dg.DynamicOutput(1, mapping_key=key)
    with pytest.raises(TypeError):
        dg.DynamicOutput(1)


def test_an_item_tells_what_it_carries():
    item = dg.DynamicOutput(5, "five")

    assert (item.value, item.mapping_key, item.output_name, dict(item.metadata)) == (5, "five", "result", {})
    assert dg.DynamicOutput(5, mapping_key="five", output_name="fives").output_name == "fives"


def test_metadata_is_text_numbers_json_or_a_metadata_value():
    item = dg.DynamicOutput(
        1, "a", metadata={"t": "text", "f": 0.5, "i": 3, "d": {"k": [1]}, "l": [1], "m": dg.MetadataValue.md("*x*")}
    )  # fmt: skip

    assert item.metadata == {
        "t": dg.MetadataValue.text("text"), "f": dg.MetadataValue.float(0.5), "i": dg.MetadataValue.int(3),
        "d": dg.MetadataValue.json({"k": [1]}), "l": dg.MetadataValue.json([1]), "m": dg.MetadataValue.md("*x*"),
    }  # fmt: skip
    with pytest.raises(dg.DagsterInvalidMetadata):
        dg.DynamicOutput(1, "a", metadata={"o": object()})


def test_map_calls_its_function_once_and_takes_graphs_lambdas_and_what_gives_nothing():
    calls = []

    @dg.op(out=dg.DynamicOut())
    def items():
        yield dg.DynamicOutput("a", "one")
        yield dg.DynamicOutput("bb", "two")

    @dg.op
    def add(left, right):
        return left + right

    @dg.graph
    def twice(text):
        return add(length(text), length.alias("again")(text))

    def both(text):
        calls.append(text)
        return length.alias("first")(text), length.alias("second")(text)

    @dg.job
    def mapped():
        found = items()
        first, second = found.map(both)
        first.map(lambda number: add(number, number))
        second.map(lambda number: add.alias("seconds")(number, number))
        found.map(twice)
        found.map(lambda text: None)

    result = mapped.execute_in_process()

    assert len(calls) == 1
    assert result.output_for_node("add") == {"one": 2, "two": 4}
    assert result.output_for_node("twice.add") == {"one": 2, "two": 4}
    started = {event.step_key for event in result.all_events if event.is_step_start}
    assert {"second[one]", "twice.add[two]", "twice.again[one]"} <= started


def test_the_collecting_step_waits_for_every_item_and_for_none():
    seen = []

    @dg.op(out=dg.DynamicOut(), config_schema={"count": int})
    def items(context):
        for number in range(context.op_config["count"]):
            yield dg.DynamicOutput(number, f"n{number}")

    @dg.op
    def note(number):
        seen.append(number)
        return number

    @dg.op
    def collect(numbers):
        seen.append(list(numbers))

    @dg.job
    def collected():
        collect(items().map(note).collect())

    for count in (2, 0):
        collected.execute_in_process({"ops": {"items": {"config": {"count": count}}}})

    assert seen == [0, 1, [0, 1], []]


def test_a_path_is_relative_to_the_file_that_names_it():
    here = os.path.dirname(os.path.abspath(__file__))

    assert os.path.samefile(dg.file_relative_path(__file__, "."), here)
    assert dg.file_relative_path(__file__, "data/x.csv") == os.path.join(
        os.path.dirname(__file__), "data", "x.csv"
    )


def test_a_field_with_a_default_is_optional():
    @dg.op(config_schema={"path": dg.Field(str, default_value="here"), "depth": dg.Field(int)})
    def look(context):
        return context.op_config

    @dg.job
    def looking():
        look()

    given = {"ops": {"look": {"config": {"depth": 2}}}}
    assert looking.execute_in_process(given).output_for_node("look") == {"path": "here", "depth": 2}
    with pytest.raises(dg.DagsterInvalidConfigError, match="depth"):
        looking.execute_in_process({"ops": {"look": {"config": {}}}})
