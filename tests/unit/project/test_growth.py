"""How cost grows: the number of calls for each item is the same for few items and for many."""

import sys

import pytest

import weftwork as dg

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
FEW, MANY = 60, 600


def count_calls(work):
    calls = 0

    def note(_frame, event, _argument):
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def layered(count):
    """Assets in layers of ten, each with two above it."""
    assets = []
    for number in range(count):
        layer, place = divmod(number, 10)
        above = [f"a{(layer - 1) * 10 + at % 10}" for at in (place, place + 1)] if layer else []
        assets.append(dg.asset(name=f"a{number}", deps=above)(lambda: 1))
    return assets


def define(count):
    def resolve():
        definitions = dg.Definitions(assets=layered(count))
        dg.Definitions.validate_loadable(definitions)
        definitions.resolve_asset_graph()

    return count_calls(resolve)


def materialize(count):
    assets = layered(count)
    return count_calls(lambda: dg.materialize_to_memory(assets, run_config=QUIET))


def chain(count):
    @dg.op
    def first():
        return 1

    @dg.op
    def following(x):
        return x

    @dg.job
    def all_in_a_row():
        value = first()
        for _ in range(count):
            value = following(value)

    return count_calls(lambda: all_in_a_row.execute_in_process(run_config=QUIET))


def fan_out(count):
    @dg.op(out=dg.DynamicOut())
    def items():
        for number in range(count):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def one(x):
        return x

    @dg.op
    def total(xs):
        return sum(xs)

    @dg.job
    def mapped():
        total(items().map(one).collect())

    return count_calls(lambda: mapped.execute_in_process(run_config=QUIET))


@pytest.mark.parametrize("work", [define, materialize, chain, fan_out])
def test_each_item_costs_as_much_among_many_as_among_few(work):
    work(1)  # loads what it uses

    few, many = work(FEW) / FEW, work(MANY) / MANY

    assert many < few * 1.15, f"{many:.0f} calls an item among {MANY}, {few:.0f} among {FEW}"
