"""A check that returns nothing says nothing: neither that the asset is good, nor that it is not."""

import weftwork as dg


@dg.asset
def orders() -> None: ...


@dg.asset_check(asset=orders)
def looked_at() -> None: ...


def test_a_check_that_returns_none_is_no_evaluation_and_no_failure():
    result = dg.materialize([orders, looked_at])
    assert result.success
    assert result.get_asset_check_evaluations() == []
