"""What an input gets, or is told, where its value is not stored."""

from __future__ import annotations

import pytest

import weftwork as dg


def test_a_run_that_cannot_wait_says_so() -> None:
    @dg.asset(ins={"up": dg.AssetIn(missing="wait")})
    def down(up: int) -> int:
        return up

    result = dg.materialize([dg.SourceAsset("up"), down], raise_on_error=False)

    [failure] = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert "missing='wait'" in failure.event_specific_data.error.message
    assert "cannot wait" in failure.event_specific_data.error.message


@pytest.mark.parametrize("policy", ["skip", "none"])
def test_an_input_may_go_on_without_its_value(policy: str) -> None:
    @dg.asset(ins={"up": dg.AssetIn(missing=policy)})
    def down(up: int | None) -> bool:
        return up is None

    assert dg.materialize([dg.SourceAsset("up"), down]).output_for_node("down") is True
