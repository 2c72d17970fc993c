"""What a hook sees of the outputs of its step."""

import weftwork as dg

SEEN = []


@dg.success_hook
def look(context):
    SEEN.append({name: _plain(value) for name, value in context.op_output_metadata.items()})


def _plain(metadata):
    return {
        key: value.value if isinstance(value, dg.MetadataValue) else _plain(value)
        for key, value in metadata.items()
    }


def seen_after(op):
    SEEN.clear()

    @dg.job(hooks={look})
    def nightly():
        op()

    assert nightly.execute_in_process().success
    return SEEN[0]


def test_metadata_of_the_output_and_of_the_context():
    @dg.op(out={"rows": dg.Out(), "errors": dg.Out(), "none": dg.Out(is_required=False)})
    def load(context):
        context.add_output_metadata({"file": "a.csv"}, output_name="rows")
        yield dg.Output(1, "rows", metadata={"count": 3})
        yield dg.Output(2, "errors")

    assert seen_after(load) == {"rows": {"file": "a.csv", "count": 3}, "errors": {}}


def test_metadata_of_the_items_of_a_dynamic_output():
    @dg.op(out=dg.DynamicOut())
    def split():
        yield dg.DynamicOutput(1, "a", metadata={"size": 1})
        yield dg.DynamicOutput(2, "b")

    assert seen_after(split) == {"result": {"a": {"size": 1}, "b": {}}}
