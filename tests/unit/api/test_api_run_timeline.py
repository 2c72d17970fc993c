"""The steps of a run in time: also those that have not begun, and what each waits for."""

import weftwork as dg
from weftwork.api.run_timeline import get_run_timeline
from weftwork.records.event_data import EngineEventData, PlanOutline
from weftwork.records.event_type import DagsterEventType as Kind


def by_key(timeline):
    keys = timeline.keys
    return {
        key: (node, status, {keys[n] for n in parents})
        for key, node, status, parents in zip(
            keys, timeline.nodes, timeline.statuses, timeline.parents, strict=True
        )
    }


def begin(story, keys, parents):
    story.start("r1")
    story.event("r1", Kind.ENGINE_EVENT, EngineEventData(plan=PlanOutline(keys=keys, parents=parents)))


def read(story):
    return get_run_timeline(story.instance, "r1", now=story.clock.now())


def test_steps_are_there_before_they_begin(story):
    begin(story, ["first", "graph.second", "third"], [[], [0], [0, 1]])
    story.step("r1", "first")

    assert by_key(read(story)) == {
        "first": ("first", "SUCCESS", set()),
        "graph.second": ("graph.second", "WAITING", {"first"}),
        "third": ("third", "WAITING", {"first", "graph.second"}),
    }
    assert read(story).keys == ["first", "graph.second", "third"]


def test_steps_come_in_the_order_in_which_they_began(story):
    begin(story, ["a", "b", "c"], [[], [], []])
    story.step("r1", "c")
    story.step("r1", "b")

    assert read(story).keys == ["c", "b", "a"]


def test_items_wait_for_the_same_item_and_what_collects_for_all(story):
    begin(story, ["make", "one[?]", "two[?]", "all"], [[], [0], [1], [2]])
    story.step("r1", "make")
    for item in "xy":
        story.step("r1", f"one[{item}]")
        story.step("r1", f"two[{item}]")

    parents = {key: row[2] for key, row in by_key(read(story)).items()}

    assert parents["one[x]"] == {"make"}
    assert parents["two[y]"] == {"one[y]"}
    assert parents["all"] == {"two[x]", "two[y]"}
    assert by_key(read(story))["two[x]"][0] == "two"


def test_nested_items_wait_for_the_item_around_them(story):
    begin(story, ["outer", "middle[?]", "inner[?][?]", "product[?][?]"], [[], [0], [1], [1, 2]])
    for key in ("outer", "middle[a]", "middle[b]", "inner[a][0]", "inner[b][0]"):
        story.step("r1", key)

    parents = {key: row[2] for key, row in by_key(read(story)).items()}

    assert parents["inner[a][0]"] == {"middle[a]"}
    assert parents["inner[b][0]"] == {"middle[b]"}


def test_items_to_come_have_one_row_while_the_run_goes_on(story):
    begin(story, ["make", "one[?]"], [[], [0]])
    assert by_key(read(story))["one[?]"] == ("one", "WAITING", {"make"})

    story.step("r1", "make")
    story.end("r1")

    assert read(story).keys == ["make"]


def test_runs_record_their_plan(tmp_path):
    @dg.op
    def load(): ...

    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def clean(): ...

    @dg.op(out=dg.DynamicOut())
    def split():
        yield dg.DynamicOutput(1, "x")

    @dg.op
    def count(value): ...

    @dg.graph
    def later():
        clean(load())

    @dg.job
    def job():
        later()
        split().map(count)

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = job.execute_in_process(instance=instance)
        told = by_key(get_run_timeline(instance, result.run_id, now=0.0))

    assert {key: row[2] for key, row in told.items()} == {
        "later.load": set(),
        "later.clean": {"later.load"},
        "split": set(),
        "count[x]": {"split"},
    }


def test_steps_that_make_assets_are_told_with_their_groups(tmp_path):
    @dg.asset(group_name="raw")
    def users(): ...

    @dg.asset(group_name="marts", deps=[users])
    def names(): ...

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.materialize([users, names], instance=instance)
        told = get_run_timeline(
            instance, result.run_id, now=0.0, group_of={"users": "raw", "names": "marts"}.__getitem__
        )

    assert dict(zip(told.keys, told.groups, strict=True)) == {"users": "raw", "names": "marts"}
