"""Names that are deprecated, superseded, beta or preview warn when a user calls them, with the documented category."""

import warnings

import pytest

import weftwork as dg


@pytest.mark.parametrize(
    ("call", "category"),
    [
        (lambda: dg.SourceAsset("a"), DeprecationWarning),
        (lambda: dg.Partition("a"), DeprecationWarning),
        (lambda: dg.MultiPartitionMapping({}), dg.BetaWarning),
        (lambda: dg.observable_source_asset(name="a"), dg.BetaWarning),
        (lambda: dg.load_definitions_from_modules([]), dg.PreviewWarning),
    ],
)
def test_a_marked_name_warns_at_the_line_of_the_user(call, category):
    with pytest.warns(category) as caught:
        call()

    assert caught[0].filename == __file__


def test_it_stays_what_it_was():
    source = dg.SourceAsset("a")

    assert isinstance(source, dg.SourceAsset)
    assert dg.SourceAsset.__init__.__doc__ or dg.SourceAsset.__doc__


def test_what_is_called_inside_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dg.Definitions(assets=[dg.AssetSpec("a")]).resolve_asset_graph()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("asett", "Did you mean 'asset'"),
        ("ModeDefinition", "one job per mode"),
        ("execute_pipeline", "execute_in_process"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_to_write(name, hint):
    with pytest.raises(AttributeError, match=hint):
        getattr(dg, name)


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a"]))
def parted(context: dg.AssetExecutionContext):
    assert context.run_id == context.run.run_id
    assert context.asset_partition_key_range == context.partition_key_range


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda: dg.AssetSelection.keys("a"), "Use AssetSelection.assets"),
        (lambda: dg.DagsterInstance.ephemeral().get_event_records(_MADE), "fetch_materializations"),
        (lambda: dg.build_input_context(definition_metadata={"a": 1}).metadata, "definition_metadata"),
        (lambda: dg.build_sensor_context().last_completion_time, "last_tick_completion_time"),
        (lambda: dg.DataProvenance("1", {}, {}, False).input_logical_versions, "input_data_versions"),
        (lambda: dg.materialize([parted], partition_key="a"), "Use context.run.run_id"),
    ],
)
def test_a_marked_member_says_what_to_use(use, text):
    with pytest.warns(DeprecationWarning, match=text) as caught:
        use()

    assert caught[0].filename == __file__


_MADE = dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION)


def test_a_marked_parameter_of_a_method_warns_where_it_is_given():
    with pytest.warns(dg.BetaWarning, match="include_sources of AssetSelection.all"):
        dg.AssetSelection.all(include_sources=True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dg.AssetSelection.all(include_sources=False)


def test_the_context_of_an_op_is_asked_as_ever():
    @dg.op
    def look(context):
        return context.run_id, context.op_config, context.run_tags

    @dg.job
    def looks():
        look()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert looks.execute_in_process().success
