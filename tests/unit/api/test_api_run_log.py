"""The log of a run, page by page."""

from weftwork.api.run_log import list_run_log
from weftwork.records.event_type import DagsterEventType as Kind


def test_the_log_is_read_in_pages(story, instance):
    story.start("r1")
    story.log("r1", "first")
    story.log("r1", "second", level=30)

    page = list_run_log(instance, "r1", limit=2)
    rest = list_run_log(instance, "r1", limit=2, cursor=page.cursor)

    assert [line.event_type or line.message for line in page.lines] == ["RUN_START", "first"]
    assert [(line.message, line.level, line.step_key) for line in rest.lines] == [("second", "WARNING", "s")]
    assert (page.has_more, rest.has_more) == (True, False)


def test_a_cursor_goes_on_with_what_was_added_since(story, instance):
    story.start("r1")
    cursor = list_run_log(instance, "r1").cursor
    assert list_run_log(instance, "r1", cursor=cursor).lines == []
    story.log("r1", "later")
    assert [line.message for line in list_run_log(instance, "r1", cursor=cursor).lines] == ["later"]


def test_the_end_is_known(story, instance):
    story.start("r1")
    assert not list_run_log(instance, "r1").is_end
    story.end("r1")
    assert list_run_log(instance, "r1").is_end
    assert not list_run_log(instance, "r1", limit=1).is_end


def test_errors_come_with_their_cause(story, instance):
    story.start("r1")
    story.failing_step("r1", "s")
    [line] = [
        line for line in list_run_log(instance, "r1").lines if line.event_type == Kind.STEP_FAILURE.name
    ]
    assert line.level == "ERROR"
    assert "ValueError: no rows" in line.error
    assert "etl.py" in line.error


def test_the_log_of_no_run_is_empty_and_ended(instance):
    page = list_run_log(instance, "nobody")
    assert page.is_end
    assert page.lines == []
