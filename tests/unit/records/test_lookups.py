"""Filters and pages, as users make them."""

import pytest

from weftwork.base.errors import ParameterCheckError
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import (
    AssetRecordsFilter,
    EventRecordsFilter,
    RunStatusChangeRecordsFilter,
)
from weftwork.records.lookups.pages import PaginatedResults


@pytest.mark.parametrize(
    ("ascending", "pages"),
    [(True, [["a", "b"], ["c", "d"], ["e"]]), (False, [["e", "d"], ["c", "b"], ["a"]])],
)
def test_a_sequence_is_paged_to_its_end(ascending: bool, pages: list[list[str]]) -> None:
    cursor, seen, has_more = None, [], True
    while has_more:
        results, cursor, has_more = PaginatedResults.create_from_sequence(list("abcde"), 2, ascending, cursor)
        seen.append(results)

    assert seen == pages


def test_wrong_filters_are_refused_where_they_are_made() -> None:
    with pytest.raises(ParameterCheckError, match="DagsterEventType"):
        EventRecordsFilter("STEP_START")  # type: ignore[arg-type]
    with pytest.raises(ParameterCheckError, match="AssetKey"):
        EventRecordsFilter(DagsterEventType.STEP_START, "a")  # type: ignore[arg-type]
    with pytest.raises(ParameterCheckError, match="sequence of text"):
        AssetRecordsFilter(AssetKey("a"), "p")  # type: ignore[arg-type]
    with pytest.raises(ParameterCheckError, match="does not change the state of a run"):
        RunStatusChangeRecordsFilter(DagsterEventType.STEP_START)


def test_a_cursor_goes_on_in_the_direction_of_the_page() -> None:
    assert EventRecordsFilter.get_cursor_params("7", ascending=True) == (None, 7)
    assert EventRecordsFilter.get_cursor_params("7") == (7, None)
    assert EventRecordsFilter.get_cursor_params() == (None, None)
