"""`n` asynchronous ops that each sleep half a second: awaited together, they end in about half a second."""

import asyncio

from measure import QUIET, Benchmark

SLEEP_S = 0.5


def main() -> None:
    bench = Benchmark("async_sleeps", 500)
    dg = bench.load_library()

    @dg.op
    async def sleep():
        await asyncio.sleep(SLEEP_S)
        return 1

    @dg.op
    def total(xs: list):
        return sum(xs)

    @dg.job(executor_def=getattr(dg, "async_executor", dg.in_process_executor))
    def sleeps():
        total([sleep.alias(f"sleep_{i}")() for i in range(bench.n)])

    with bench.timed():
        result = sleeps.execute_in_process(run_config=QUIET)
    assert result.output_for_node("total") == bench.n
    bench.report()


main()
