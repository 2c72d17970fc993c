"""Names that look like others, or would leave their place, are refused; the message shows what is hidden in them."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg


@pytest.mark.parametrize(
    "build",
    [
        lambda: dg.asset(name="a\n")(lambda: 1),
        lambda: dg.op(name="a\n")(lambda: 1),
        lambda: dg.AssetSpec("a", group_name="g\n"),
        lambda: dg.AssetSpec("a", tags={"t\n": "v"}),
        lambda: dg.AssetSpec("a", tags={"t": "v\n"}),
        lambda: dg.AssetSpec("a", owners=["ada@example.com\n"]),
        lambda: dg.Definitions.validate_loadable(dg.Definitions(jobs=[dg.define_asset_job("j\n")])),
    ],
)
def test_a_line_break_at_the_end_is_no_part_of_a_name(build: Any) -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        build()


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\u202ea", "a/../b", "~", "a b"])
def test_the_message_shows_the_name_as_it_is(name: str) -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError) as failure:
        dg.asset(key=[name, "x"])(lambda: 1)

    assert repr(name) in str(failure.value)
    assert str(failure.value).isprintable()
