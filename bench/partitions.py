"""Partitions: ten years of days, `n` static keys, 30,000 multi-partition keys, and runs over them."""

from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("partitions", 10_000)
    dg = bench.load_library()
    instance = bench.instance(dg)
    bench.yard(lambda: [str(i) for i in range(bench.n)])
    daily = dg.DailyPartitionsDefinition(start_date="2015-01-01", end_date="2025-01-01")
    static = dg.StaticPartitionsDefinition([f"k{i}" for i in range(bench.n)])
    multi = dg.MultiPartitionsDefinition(
        {
            "s": dg.StaticPartitionsDefinition([f"k{i}" for i in range(1000)]),
            "d": dg.DailyPartitionsDefinition(start_date="2024-01-01", end_date="2024-01-31"),
        }
    )
    window = dg.TimeWindowPartitionMapping(start_offset=-6)

    @dg.asset(partitions_def=daily)
    def day():
        return 1

    @dg.asset(partitions_def=daily, deps=[dg.AssetDep("day", partition_mapping=window)])
    def week(context: dg.AssetExecutionContext):
        assert len(context.asset_partition_keys_for_input("day")) == 7

    @dg.asset(deps=["day"])
    def all_days(context: dg.AssetExecutionContext):
        assert len(context.asset_partition_keys_for_input("day")) == 3653

    @dg.asset(partitions_def=static)
    def one_static():
        return 1

    @dg.asset(partitions_def=multi)
    def one_multi():
        return 1

    @dg.asset(partitions_def=daily, backfill_policy=dg.BackfillPolicy.single_run())
    def days(context: dg.AssetExecutionContext) -> None:
        assert len(context.partition_keys) == 1000

    def materialize(assets, **arguments):
        assert dg.materialize(assets, instance=instance, run_config=QUIET, **arguments).success

    @dg.asset
    def warm():
        return 1

    materialize([warm])  # the first call of a process is not what is measured here
    keys = daily.get_partition_keys()
    with bench.timed():
        with bench.phase("daily_keys"):
            dg.DailyPartitionsDefinition(start_date="2015-01-01", end_date="2025-01-01").get_partition_keys()
        with bench.phase("one_day"):
            materialize([day], partition_key="2020-06-01")
        with bench.phase("one_of_static"):
            materialize([one_static], partition_key="k77")
        with bench.phase("map_seven_days"):
            materialize([day, week], selection=[week], partition_key="2020-06-08")
        with bench.phase("map_all_days"):
            materialize([day, all_days], selection=[all_days])
        with bench.phase("range_of_1000_in_one_run"):
            bounds = {"start": keys[500], "end": keys[1499]}
            materialize(
                [days], tags={f"dagster/asset_partition_range_{side}": key for side, key in bounds.items()}
            )
        with bench.phase("missing_days"):
            done = set(instance.get_materialized_partitions(dg.AssetKey("days")))
            assert len([key for key in daily.get_partition_keys() if key not in done]) == 2653
        with bench.phase("multi_keys"):
            assert len(multi.get_partition_keys()) == 30_000
        with bench.phase("one_of_multi"):
            materialize([one_multi], partition_key=dg.MultiPartitionKey({"s": "k500", "d": "2024-01-15"}))
    bench.items = 1
    bench.report()


main()
