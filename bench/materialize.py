"""`n` assets that load two upstream values each: in memory, or through files with a persistent SQLite instance."""

import yardstick
from measure import QUIET, Benchmark, layered_assets


def main() -> None:
    bench = Benchmark("materialize", 100, ["memory", "files"])
    dg = bench.load_library()
    minimum = yardstick.in_memory if bench.mode == "memory" else yardstick.with_files
    bench.yard(minimum, bench.n)
    assets = layered_assets(dg, bench.n, load=True, width=10)
    if bench.mode == "memory":
        with bench.phase("first_call"):
            dg.materialize_to_memory(assets[:1], run_config=QUIET)
        with bench.timed():
            result = dg.materialize_to_memory(assets, run_config=QUIET)
    else:
        instance = bench.instance(dg)
        with bench.phase("first_call"):
            dg.materialize(assets[:1], instance=instance, run_config=QUIET)
        with bench.timed():
            result = dg.materialize(assets, instance=instance, run_config=QUIET)
    assert result.success
    bench.yard(minimum, bench.n)
    bench.report()


main()
