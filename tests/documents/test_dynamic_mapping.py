"""The examples of the document on dynamic mapping and collect."""

import os

import pytest

import weftwork as dg
from weftwork import experimental


def _clean(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


@pytest.fixture
def sample(tmp_path):
    for name, text in {"first.txt": "a", "second.txt": "bb", "third-one.md": "ccc"}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_directory_is_processed_file_by_file(sample):
    @dg.op(
        config_schema={"path": dg.Field(str, default_value=dg.file_relative_path(__file__, "sample"))},
        out=dg.DynamicOut(str),
    )
    def files_in_directory(context):
        path = context.op_config["path"]
        dirname, _, filenames = next(os.walk(path))
        for file in filenames:
            yield dg.DynamicOutput(os.path.join(dirname, file), mapping_key=_clean(file))

    @dg.op
    def process_file(path: str) -> int:
        return os.path.getsize(path)

    @dg.op
    def summarize_directory(sizes: list[int]) -> int:
        return sum(sizes)

    @dg.job
    def process_directory():
        files = files_in_directory()

        # use map to invoke an op on each dynamic output
        file_results = files.map(process_file)

        # use collect to gather the results in to a list
        summarize_directory(file_results.collect())

    result = process_directory.execute_in_process(
        {"ops": {"files_in_directory": {"config": {"path": str(sample)}}}}
    )

    assert result.output_for_node("summarize_directory") == 6
    assert result.output_for_node("process_file") == {"first_txt": 1, "second_txt": 2, "third_one_md": 3}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_same_in_the_words_of_the_document(sample):
    @dg.solid(
        config_schema={"path": dg.Field(str, default_value=dg.file_relative_path(__file__, "sample"))},
        output_defs=[experimental.DynamicOutputDefinition()],
    )
    def files_in_directory(context):
        path = context.solid_config["path"]
        dirname, _, filenames = next(os.walk(path))
        for file in filenames:
            yield experimental.DynamicOutput(os.path.join(dirname, file), mapping_key=_clean(file))

    @dg.solid
    def process_file(path):
        return os.path.getsize(path)

    @dg.solid
    def summarize_directory(sizes):
        return sum(sizes)

    @dg.pipeline
    def process_directory():
        files = files_in_directory()
        file_results = files.map(process_file)
        summarize_directory(file_results.collect())

    result = process_directory.execute_in_process(
        {"ops": {"files_in_directory": {"config": {"path": str(sample)}}}}
    )

    assert result.output_for_node("summarize_directory") == 6


def test_the_mapping_key_names_the_step_downstream():
    @dg.op(out=dg.DynamicOut())
    def items():
        yield dg.DynamicOutput(1, mapping_key="example_mapping_key")

    @dg.op
    def mapped(value):
        return value

    @dg.job
    def keyed():
        items().map(mapped)

    result = keyed.execute_in_process()

    assert "mapped[example_mapping_key]" in [event.step_key for event in result.all_events]


def test_keys_are_unique_within_their_set():
    @dg.op(out=dg.DynamicOut())
    def items():
        yield dg.DynamicOutput(1, mapping_key="same")
        yield dg.DynamicOutput(2, mapping_key="same")

    @dg.job
    def twice():
        items()

    with pytest.raises(dg.DagsterInvariantViolationError, match="same"):
        twice.execute_in_process()


def test_an_item_names_its_output_and_carries_metadata():
    @dg.op(out={"evens": dg.DynamicOut(int), "odds": dg.DynamicOut(int)})
    def numbers():
        for number in range(4):
            output = "odds" if number % 2 else "evens"
            yield dg.DynamicOutput(
                number,
                f"n{number}",
                output_name=output,
                metadata={"number": number, "as json": {"n": number}},
            )

    @dg.op
    def echo(value):
        return value

    @dg.job
    def split():
        made = numbers()
        made.evens.map(echo)

    result = split.execute_in_process()

    assert result.output_for_node("numbers", "odds") == {"n1": 1, "n3": 3}
    assert result.output_for_node("echo") == {"n0": 0, "n2": 2}
    data = [event.step_output_data for event in result.all_events if event.is_successful_output][1]
    assert data.metadata == {"number": dg.MetadataValue.int(1), "as json": dg.MetadataValue.json({"n": 1})}


def test_a_dynamic_output_needs_map_or_collect():
    @dg.op(out=dg.DynamicOut())
    def items():
        yield dg.DynamicOutput(1, mapping_key="a")

    @dg.op
    def plain(value): ...

    with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"\.map\(plain\).*\.collect\(\)"):

        @dg.job
        def direct():
            plain(items())
