"""A job of `n` ops in process: one after the other (chain), or one source, `n` ops and a collector (fan)."""

import yardstick
from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("op_job", 1000, ["chain", "fan"])
    dg = bench.load_library()
    bench.yard(yardstick.in_memory, bench.n)

    @dg.op
    def source():
        return 1

    @dg.op
    def increment(x):
        return x + 1

    @dg.op
    def total(xs: list):
        return sum(xs)

    def chain():
        value = source()
        for i in range(bench.n):
            value = increment.alias(f"increment_{i}")(value)

    def fan():
        value = source()
        total([increment.alias(f"increment_{i}")(value) for i in range(bench.n)])

    @dg.job
    def warm():
        increment(source())

    with bench.phase("first_call"):
        warm.execute_in_process(run_config=QUIET)
    with bench.phase("define_job"):
        job = dg.job(name="j")(chain if bench.mode == "chain" else fan)
    with bench.timed():
        result = job.execute_in_process(run_config=QUIET)
    assert result.success
    with bench.phase("second_run"):
        job.execute_in_process(run_config=QUIET)
    bench.yard(yardstick.in_memory, bench.n)
    bench.report()


main()
