"""`n` calls of `materialize` on one instance in memory, each with an asset that takes the value of another."""

from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("ephemeral", 1000)
    dg = bench.load_library()

    @dg.asset
    def numbers():
        return [1, 2, 3]

    @dg.asset
    def total(numbers):
        return sum(numbers)

    both = [numbers, total]
    instance = dg.DagsterInstance.ephemeral()
    memory = {"io_manager": dg.mem_io_manager}
    with bench.phase("first_call"):
        dg.materialize(both, instance=instance, resources=memory, run_config=QUIET)
    with bench.timed():
        for _ in range(bench.n):
            assert dg.materialize(both, instance=instance, resources=memory, run_config=QUIET).success
    with bench.phase("first_question"):
        assert instance.get_runs_count() == bench.n + 1
    bench.report()


main()
