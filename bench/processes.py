"""A step in a process of its own: `n` mapped steps through the multiprocess executor; the yardstick is a bare fork."""

import sys

import yardstick
from measure import QUIET, Benchmark

BENCH = Benchmark("processes", 100)
dg = BENCH.load_library()


@dg.op(out=dg.DynamicOut())
def fan():
    for i in range(BENCH.n):
        yield dg.DynamicOutput(i, mapping_key=str(i))


@dg.op
def one(x):
    return x + 1


@dg.op
def count(xs):
    return len(xs)


@dg.job(executor_def=dg.multiprocess_executor)
def mapped():
    count(fan().map(one).collect())


def main() -> None:
    instance = BENCH.instance(dg)
    job = dg.reconstructable(sys.modules["__main__"].mapped)
    BENCH.yard(yardstick.fork_each, BENCH.n + 2)
    with BENCH.timed():
        assert dg.execute_job(job, instance=instance, run_config=QUIET).success
    BENCH.items = BENCH.n + 2
    BENCH.report()


if __name__ == "__main__":
    main()
