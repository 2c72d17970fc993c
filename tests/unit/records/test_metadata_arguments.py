"""The constructors of MetadataValue take what they are named after, and say so at once where they get something else."""

import pytest

import weftwork as dg

MV = dg.MetadataValue


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MV.int("x"), lambda: MV.int(True), lambda: MV.int(1.5), lambda: MV.float("1"), lambda: MV.float(False),
        lambda: MV.text(5), lambda: MV.bool(1), lambda: MV.path(5), lambda: MV.notebook(None), lambda: MV.url(b"u"),
        lambda: MV.md(5), lambda: MV.asset("a"), lambda: MV.dagster_run(5),
    ],
)  # fmt: skip
def test_another_kind_is_refused(wrong):
    with pytest.raises(dg.CheckError, match="must be"):
        wrong()


def test_a_whole_number_is_a_floating_point_number_too():
    value = MV.float(3).value

    assert value == 3.0
    assert type(value) is float


def test_an_op_has_no_asset_key():
    @dg.op
    def looks(context):
        for name in ("asset_key", "assets_def"):
            with pytest.raises(dg.DagsterInvalidPropertyError, match="makes no asset"):
                getattr(context, name)

    @dg.job
    def looking():
        looks()

    assert looking.execute_in_process().success
