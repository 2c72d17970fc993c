"""Dynamic mapping in process: one op yields `n` outputs, two mapped ops follow, one collects."""

import yardstick
from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("fan_out", 1000)
    dg = bench.load_library()
    n = bench.n
    bench.yard(yardstick.in_memory, 2 * n)

    @dg.op(out=dg.DynamicOut())
    def fan():
        for i in range(n):
            yield dg.DynamicOutput(i, mapping_key=str(i))

    @dg.op
    def one(x):
        return x + 1

    @dg.op
    def two(x):
        return x * 2

    @dg.op
    def count(xs):
        return len(xs)

    @dg.job
    def j():
        count(fan().map(one).map(two).collect())

    @dg.op
    def empty():
        return 1

    @dg.job
    def warm():
        empty()

    with bench.phase("first_call"):
        warm.execute_in_process(run_config=QUIET)
    with bench.timed():
        result = j.execute_in_process(run_config=QUIET)
    assert result.success
    assert result.output_for_node("count") == n
    bench.items = 2 * n
    bench.facts["items"] = "mapped steps"
    bench.yard(yardstick.in_memory, 2 * n)
    bench.report()


main()
