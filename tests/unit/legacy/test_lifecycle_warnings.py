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
