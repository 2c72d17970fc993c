"""Dynamic outputs as users write them: nested, joined, collected level by level, with any key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob


def items(name: str, keys: str) -> dg.OpDefinition:
    @dg.op(name=name, out=dg.DynamicOut())
    def generate() -> Iterator[Any]:
        for key in keys:
            yield dg.DynamicOutput(key, mapping_key=key)

    return generate


@dg.op
def pair(x, y):
    return x + y


@dg.op
def join(parts: list):
    return "".join(parts)


@dg.op
def rows(parts: list):
    return sorted(parts)


@dg.op
def upper(x):
    return x.upper()


@dg.op(out=dg.DynamicOut())
def double(x):
    yield dg.DynamicOutput(x + "1", mapping_key="one")
    yield dg.DynamicOutput(x + "2", mapping_key="two")


def output_of(job: dg.JobDefinition, node: str) -> Any:
    result = job.execute_in_process()
    assert result.success
    return result.output_for_node(node)


def test_collect_takes_the_level_that_was_mapped_last_whatever_was_defined_first() -> None:
    @dg.job
    def product() -> None:
        right = items("right", "12")()
        left = items("left", "ab")()
        table = left.map(lambda x: right.map(lambda y: pair(x, y)))
        rows(table.collect().map(join).collect())

    assert output_of(product, "rows") == ["a1a2", "b1b2"]


def test_collect_of_a_product_inside_of_a_mapped_graph_takes_the_inner_level() -> None:
    @dg.graph
    def swapped(y, x):
        return pair(x, y)

    @dg.job
    def product() -> None:
        right = items("right", "12")()
        left = items("left", "ab")()
        table = left.map(lambda x: right.map(lambda y: swapped(y, x)))
        rows(table.collect().map(join).collect())

    assert output_of(product, "rows") == ["a1a2", "b1b2"]


def test_maps_nest_to_any_depth_and_are_collected_level_by_level() -> None:
    @dg.job
    def nested() -> None:
        deep = items("left", "ab")().map(double).map(double.alias("again")).map(upper)
        words = deep.collect().map(join)
        lines = words.collect().map(join.alias("lines"))
        rows(lines.collect())

    assert output_of(nested, "rows") == ["A11A12A21A22", "B11B12B21B22"]


def test_an_op_may_hang_under_several_dynamic_outputs_of_one_op() -> None:
    @dg.op(out={"letters": dg.DynamicOut(), "numbers": dg.DynamicOut()})
    def both():
        for letter in "ab":
            yield dg.DynamicOutput(letter, mapping_key=letter, output_name="letters")
        for number in "12":
            yield dg.DynamicOutput(number, mapping_key=number, output_name="numbers")

    @dg.job
    def product() -> None:
        letters, numbers = both()
        letters.map(lambda x: numbers.map(lambda y: pair(x, y)))

    assert output_of(product, "pair") == {"a": {"1": "a1", "2": "a2"}, "b": {"1": "b1", "2": "b2"}}


@pytest.mark.parametrize("key", ["a-b", "a.b", "a/b", "2024-01-01", "s3/bucket/file.csv"])
def test_keys_may_have_hyphens_dots_and_slashes(key: str, tmp_path: Any) -> None:
    @dg.op(out=dg.DynamicOut())
    def files():
        yield dg.DynamicOutput("x", mapping_key=key)

    @dg.job(resource_defs={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))})
    def process() -> None:
        rows(files().map(upper).collect())

    result = process.execute_in_process()

    assert result.output_for_node("rows") == ["X"]
    assert any(event.step_key == f"upper[{key}]" for event in result.all_events)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) == 3


def test_map_collect_and_map_again() -> None:
    @dg.op(out=dg.DynamicOut())
    def split(parts: list):
        for part in sorted(parts):
            yield dg.DynamicOutput(part, mapping_key=part)

    @dg.job
    def chain() -> None:
        first = items("left", "ab")().map(upper).collect()
        rows(split(first).map(upper.alias("again")).collect())

    assert output_of(chain, "rows") == ["A", "B"]


def test_a_dynamic_output_leaves_a_graph_through_its_outputs() -> None:
    @dg.graph(out=dg.GraphOut())
    def inner():
        return items("left", "ab")().map(double)

    @dg.graph
    def outer():
        return rows(inner().map(upper).collect().map(join).collect())

    assert outer.execute_in_process().output_value() == ["A1A2", "B1B2"]


def test_a_mapped_output_of_a_job_is_told_by_key() -> None:
    @dg.graph
    def outer():
        return items("left", "ab")().map(upper)

    assert outer.execute_in_process().output_value() == {"a": "A", "b": "B"}


def test_a_graph_is_mapped_over_items() -> None:
    @dg.graph
    def shout(x):
        return upper(pair(x, x))

    @dg.job
    def mapped() -> None:
        rows(items("left", "ab")().map(shout).collect())

    result = mapped.execute_in_process()

    assert result.output_for_node("rows") == ["AA", "BB"]
    assert {event.step_key for event in result.get_step_success_events()} >= {
        "shout.pair[a]",
        "shout.upper[b]",
    }


def test_a_collect_of_nothing_is_an_empty_list_on_every_level() -> None:
    @dg.job
    def nothing() -> None:
        letters = items("none", "")()
        rows(letters.map(upper).collect())
        inner = items("left", "ab")().map(lambda x: letters.map(lambda y: pair(x, y)))
        rows.alias("lists")(inner.collect().map(join).collect())

    result = nothing.execute_in_process()
    assert result.output_for_node("rows") == []
    assert result.output_for_node("lists") == ["", ""]


def test_an_optional_dynamic_output_that_gives_nothing_skips_its_collect() -> None:
    @dg.op(out={"some": dg.DynamicOut(is_required=False), "other": dg.Out()})
    def maybe():
        yield dg.Output(1, output_name="other")

    @dg.job
    def optional() -> None:
        some, _ = maybe()
        rows(some.map(upper).collect())

    result = optional.execute_in_process()
    assert result.success
    assert result.is_node_skipped("rows")


def test_items_of_a_skipped_generator_are_skipped_with_what_collects_them() -> None:
    @dg.op(out=dg.Out(is_required=False))
    def absent():
        if False:
            yield dg.Output(1)

    @dg.op(out=dg.DynamicOut())
    def generate(x):
        yield dg.DynamicOutput(x, mapping_key="a")

    @dg.job
    def skipping() -> None:
        rows(generate(absent()).map(upper).collect())

    result = skipping.execute_in_process()
    assert result.success
    skipped = {event.step_key for event in result.all_events if event.event_type_value == "STEP_SKIPPED"}
    assert skipped == {"generate", "rows"}


# ----------------------------------------------------------------------------------------------- zip


def test_map_over_several_outputs_combines_their_items() -> None:
    @dg.job
    def product() -> None:
        table = items("left", "ab")().map(pair, items("right", "12")())
        rows(table.collect().map(join).collect())

    assert output_of(product, "rows") == ["a1a2", "b1b2"]


def test_zip_pairs_items_by_key() -> None:
    @dg.job
    def zipped() -> None:
        left, right = items("left", "cab")(), items("right", "bca")()
        rows(left.map(pair, right, zip=True).collect())

    result = zipped.execute_in_process()

    assert result.output_for_node("rows") == ["aa", "bb", "cc"]
    assert result.output_for_node("pair") == {"a": "aa", "b": "bb", "c": "cc"}


def test_items_without_a_partner_fail_the_run_after_the_pairs() -> None:
    @dg.job
    def zipped() -> None:
        left, right = items("left", "cab")(), items("right", "bcd")()
        rows(left.map(pair, right, zip=True).collect())

    result = zipped.execute_in_process(raise_on_error=False)

    assert not result.success
    assert result.output_for_node("pair") == {"b": "bb", "c": "cc"}
    assert result.is_node_untouched("rows")
    with pytest.raises(dg.DagsterInvariantViolationError) as caught:
        zipped.execute_in_process()
    assert "'right' does not give 'a'" in str(caught.value)
    assert "'left' does not give 'd'" in str(caught.value)


def test_items_of_which_the_other_output_gives_none_fail_the_run() -> None:
    @dg.job
    def zipped() -> None:
        rows(items("left", "ab")().map(pair, items("right", "")(), zip=True).collect())

    with pytest.raises(dg.DagsterInvariantViolationError, match="'right' does not give 'a', 'b'"):
        zipped.execute_in_process()


def test_a_zip_with_an_output_that_was_skipped_is_skipped() -> None:
    @dg.op(out=dg.DynamicOut(is_required=False))
    def nothing():
        yield from ()

    @dg.job
    def zipped() -> None:
        rows(items("left", "ab")().map(pair, nothing(), zip=True).collect())

    result = zipped.execute_in_process()

    assert result.success
    assert result.is_node_skipped("rows")


def test_each_outer_item_has_its_own_pairs() -> None:
    @dg.op(out=dg.DynamicOut())
    def some(x):
        for key in "yz" if x == "b" else "xy":
            yield dg.DynamicOutput(x + key, mapping_key=key)

    @dg.job
    def zipped() -> None:
        items("left", "ab")().map(lambda x: double(x).map(pair, some(x), zip=True))

    with pytest.raises(dg.DagsterInvariantViolationError, match=r"'(some|double)\[a\]' does not give"):
        zipped.execute_in_process()


def test_zip_pairs_what_was_mapped_before_and_inside() -> None:
    @dg.job
    def zipped() -> None:
        left, right = items("left", "ab")(), items("right", "ba")()
        big = right.map(upper.alias("big"))

        def combine(x, y, z):
            return pair.alias("outer")(pair.alias("inner")(upper.alias("inside")(x), y), z)

        rows(left.map(combine, right, big, zip=True).map(lambda x: upper.alias("after")(x)).collect())

    assert output_of(zipped, "rows") == ["AAA", "BBB"]


def test_zip_pairs_items_for_a_graph() -> None:
    @dg.graph
    def both(x, y):
        return pair(upper(x), y)

    @dg.job
    def zipped() -> None:
        rows(items("left", "ab")().map(both, items("right", "ab")(), zip=True).collect())

    result = zipped.execute_in_process()
    assert result.output_for_node("rows") == ["Aa", "Bb"]
    assert result.output_for_node("both.upper") == {"a": "A", "b": "B"}


def test_zip_pairs_nested_items_level_by_level() -> None:
    @dg.job
    def zipped() -> None:
        left = items("left", "ab")().map(double)
        right = items("right", "ab")().map(double.alias("other"))
        lines = left.map(pair, right, zip=True)
        rows(lines.collect().map(join).collect())

    assert output_of(zipped, "rows") == ["a1a1a2a2", "b1b1b2b2"]


def test_zip_inside_of_another_map_pairs_for_each_outer_item() -> None:
    @dg.op
    def three(x, y, z):
        return x + y + z

    @dg.job
    def zipped() -> None:
        left, right, outer = items("left", "ab")(), items("right", "ab")(), items("outer", "12")()
        table = outer.map(lambda z: left.map(lambda x, y: three(x, y, z), right, zip=True))
        rows(table.collect().map(join).collect())

    assert output_of(zipped, "rows") == ["aa1bb1", "aa2bb2"]


def test_a_graph_that_zips_gives_its_pairs_as_a_dynamic_output() -> None:
    @dg.graph
    def pairs():
        return items("left", "ab")().map(pair, items("right", "ab")(), zip=True)

    @dg.job
    def outer() -> None:
        rows(pairs().map(upper).collect())

    assert output_of(outer, "rows") == ["AA", "BB"]


def test_zip_of_outputs_of_different_depth_is_refused() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="different depth"):

        @dg.job
        def zipped() -> None:
            left = items("left", "ab")().map(double)
            left.map(pair, items("right", "ab")(), zip=True)


def test_zip_of_one_output_is_refused() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="pairs the items of several outputs"):

        @dg.job
        def zipped() -> None:
            items("left", "ab")().map(upper, zip=True)


def test_the_nodes_of_a_written_graph_may_zip() -> None:
    from weftwork.records.specs import LevelSpec

    left, right = items("left", "bc"), items("right", "bc")
    graph = dg.GraphDefinition(
        "zipped",
        node_defs=[left, right, pair],
        dependencies={
            dg.NodeInvocation("pair", zips=[[LevelSpec("left"), LevelSpec("right")]]): {
                "x": dg.DependencyDefinition("left"),
                "y": dg.DependencyDefinition("right"),
            }
        },
    )
    assert graph.execute_in_process().output_for_node("pair") == {"b": "bb", "c": "cc"}


# -------------------------------------------------------------------------------------------- memory


def test_finished_items_are_forgotten_when_nothing_collects_them() -> None:
    import gc

    from weftwork.execution.run_state import Instance
    from weftwork.execution.steps.scope import StepScope

    number_of_items, live = 500, {}

    def count() -> dict[str, int]:
        found = [type(one) for one in gc.get_objects()]
        return {"instances": found.count(Instance), "scopes": found.count(StepScope)}

    @dg.op(out=dg.DynamicOut())
    def generate():
        for number in range(number_of_items):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def first(x):
        return x

    @dg.op
    def last(x):
        if x == number_of_items - 1:
            live.update(count())

    @dg.job
    def mapped() -> None:
        generate().map(first).map(last)

    gc.collect()  # what other tests left
    before = count()
    assert mapped.execute_in_process().success
    assert live["instances"] - before["instances"] < 20
    assert live["scopes"] - before["scopes"] < 20


def test_steps_of_a_zip_are_selected_with_and_without_their_generators(tmp_path: Any) -> None:
    @dg.job(resource_defs={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))})
    def zipped() -> None:
        rows(items("left", "b")().map(pair, items("right", "b")(), zip=True).collect())

    result = zipped.execute_in_process(op_selection=["left", "right", "pair"])
    assert result.output_for_node("pair") == {"b": "bb"}
    assert zipped.execute_in_process(op_selection=["left"]).success


def test_mapped_steps_are_run_again_alone() -> None:
    broken = [True]

    @dg.op
    def flaky(x, y):
        if broken[0] and x == "b":
            raise ValueError(x)
        return x + y

    @dg.job(executor_def=dg.in_process_executor)
    def zipped() -> None:
        rows(items("left", "abc")().map(flaky, items("right", "abc")(), zip=True).collect())

    with dg.instance_for_test() as instance:
        options = {"instance": instance, "raise_on_error": False}
        where = ReconstructableJob("here", "zipped")
        where._definition = zipped
        first = dg.execute_job(where, **options)
        assert not first.success
        broken[0] = False
        again = dg.execute_job(
            where,
            reexecution_options=dg.ReexecutionOptions.from_failure(first.run_id, instance),
            **options,
        )
        assert again.success
        started = {e.step_key for e in again.all_events if e.event_type_value == "STEP_START"}
        assert started == {"flaky[b]", "rows"}
        with again:
            assert again.output_for_node("rows") == ["aa", "bb", "cc"]


def test_the_whole_of_an_output_can_be_collected_inside_of_a_map_over_it() -> None:
    @dg.op
    def position(x, everything: list):
        return everything.index(x)

    @dg.job
    def mapped() -> None:
        letters = items("left", "ab")()
        big = letters.map(upper)
        rows(big.map(lambda x: position(x, big.collect())).collect())

    assert output_of(mapped, "rows") == [0, 1]


def test_an_output_is_not_combined_with_itself() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="cannot be combined with themselves"):

        @dg.job
        def product() -> None:
            letters = items("left", "ab")()
            letters.map(lambda x: letters.map(lambda y: pair(x, y)))


def test_a_list_of_which_nothing_comes_is_skipped() -> None:
    @dg.op(out={"even": dg.Out(is_required=False), "huge": dg.Out(is_required=False)})
    def sort_out(x):
        if x == "b":
            yield dg.Output(x, output_name="even")

    @dg.op(out=dg.Out(is_required=False))
    def never():
        if False:
            yield dg.Output(1)

    @dg.job
    def sorting() -> None:
        even, huge = items("left", "ab")().map(sort_out)
        rows(even.collect())
        rows.alias("none")(huge.collect())
        rows.alias("neither")([never(), never.alias("nor")()])

    result = sorting.execute_in_process()
    assert result.output_for_node("rows") == ["b"]
    skipped = {event.step_key for event in result.all_events if event.event_type_value == "STEP_SKIPPED"}
    assert skipped == {"none", "neither"}
