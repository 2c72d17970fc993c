"""The event log on SQLite: `n` materializations reported one by one and inside a run, and what is asked of them."""

import yardstick
from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("event_log", 1000, ["reported", "in_run"])
    dg = bench.load_library()
    n = bench.n
    keys = [dg.AssetKey(f"a{i}") for i in range(min(1000, n))]
    instance = bench.instance(dg)
    instance.report_runless_asset_event(dg.AssetMaterialization("warm"))
    bench.yard(yardstick.event_rows, n, 1 if bench.mode == "reported" else n)

    @dg.op
    def many(context):
        for i in range(n):
            context.log_event(dg.AssetMaterialization(keys[i % len(keys)]))

    @dg.job
    def j():
        many()

    if bench.mode == "in_run":
        with bench.timed():
            assert j.execute_in_process(instance=instance, run_config=QUIET).success
    else:
        with bench.timed():
            for i in range(n):
                instance.report_runless_asset_event(
                    dg.AssetMaterialization(keys[i % len(keys)], metadata={"i": i})
                )
    with bench.phase("latest_of_each"):
        for key in keys:
            assert instance.get_latest_materialization_event(key) is not None
    with bench.phase("asset_records"):
        instance.get_asset_records(keys)
    with bench.phase("partitions_reported"):
        for i in range(n):
            instance.report_runless_asset_event(dg.AssetMaterialization("part", partition=f"k{i}"))
    with bench.phase("materialized_partitions"):
        assert len(instance.get_materialized_partitions(dg.AssetKey("part"))) == n
    bench.report()


main()
