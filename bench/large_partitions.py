"""Questions about very many partitions: 1,000,000 hours, and 1,000 x 1,000 of two dimensions; none lists them all."""

import datetime

from measure import Benchmark


def main() -> None:
    bench = Benchmark("large_partitions", 1_000_000)
    dg = bench.load_library()
    start = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
    end = start + datetime.timedelta(hours=bench.n)
    hourly = dg.HourlyPartitionsDefinition(
        start.strftime("%Y-%m-%d-%H:%M"), end_date=end.strftime("%Y-%m-%d-%H:%M")
    )
    daily = dg.DailyPartitionsDefinition("1900-01-01", end_date=end.strftime("%Y-%m-%d"))
    side = int(bench.n**0.5)
    sides = [f"k{number}" for number in range(side)]
    multi = dg.MultiPartitionsDefinition(
        {"a": dg.StaticPartitionsDefinition(sides), "b": dg.StaticPartitionsDefinition(sides)}
    )
    first, middle, last = "1900-01-01-00:00", "1950-06-01-12:00", hourly.get_last_partition_key()
    window = dg.TimeWindowPartitionMapping()
    bench.yard(lambda: [str(i) for i in range(1000)])
    with bench.timed():
        with bench.phase("hours_count"):
            assert hourly.get_num_partitions() == bench.n
        with bench.phase("hours_contain"):
            assert hourly.has_partition_key(middle)
        with bench.phase("hours_last"):
            assert hourly.get_last_partition_key() == last
        with bench.phase("hours_all"):
            whole = hourly.subset_with_all_partitions()
        with bench.phase("hours_range"):
            part = hourly.empty_subset().with_partition_key_range(hourly, dg.PartitionKeyRange(first, middle))
        with bench.phase("hours_missing"):
            rest = whole - part
            assert len(rest) == bench.n - len(part)
        with bench.phase("hours_to_days"):
            days = window.get_downstream_partitions_for_partitions(part, hourly, daily).get_partition_keys
        with bench.phase("days_to_hours"):
            below = daily.subset_with_partition_keys(["1950-06-01"])
            above = window.get_upstream_mapped_partitions_result_for_partitions(below, daily, hourly)
            assert len(above.partitions_subset) == 24
        with bench.phase("hours_stored_and_read"):
            assert hourly.deserialize_subset(rest.serialize()) == rest
        with bench.phase("multi_count"):
            assert multi.get_num_partitions() == side * side
        with bench.phase("multi_contain"):
            assert multi.has_partition_key(dg.MultiPartitionKey({"a": "k7", "b": f"k{side - 1}"}))
        with bench.phase("multi_all_but_one"):
            one = multi.subset_with_partition_keys([dg.MultiPartitionKey({"a": "k7", "b": "k8"})])
            assert len(multi.subset_with_all_partitions() - one) == side * side - 1
        with bench.phase("multi_of_one_key"):
            single = dg.MultiToSingleDimensionPartitionMapping("a")
            column = single.get_upstream_mapped_partitions_result_for_partitions(
                multi.get_partitions_def_for_dimension("a").subset_with_partition_keys(["k7"]),
                multi.get_partitions_def_for_dimension("a"),
                multi,
            )
            assert len(column.partitions_subset) == side
    assert callable(days)
    bench.items = 1
    bench.report()


main()
