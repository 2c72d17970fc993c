"""The latest materializations of `n` assets, asked for in one question, as an overview of assets does."""

from measure import QUIET, Benchmark


def main() -> None:
    bench = Benchmark("overview", 10_000)
    dg = bench.load_library()
    instance = bench.instance(dg)
    keys = [dg.AssetKey(f"a{i}") for i in range(bench.n)]

    @dg.op
    def make_all(context):
        for i, key in enumerate(keys):
            context.log_event(dg.AssetMaterialization(key, metadata={"rows": i, "path": f"/data/{i}"}))

    @dg.job
    def all_assets():
        make_all()

    with bench.phase("fill"):
        assert all_assets.execute_in_process(instance=instance, run_config=QUIET).success
    assert len(instance.get_asset_records(keys[:2])) == 2  # what the first question loads is no part of it
    with bench.timed():
        records = instance.get_asset_records(keys)
    assert len(records) == bench.n
    with bench.phase("read"):
        entries = [record.asset_entry.last_materialization for record in records]
        assert all(entry.asset_materialization.metadata["rows"] is not None for entry in entries)
    if hasattr(instance, "list_asset_heads"):  # when and by which run, without what the events tell
        instance.list_asset_heads(keys[:2])
        with bench.phase("heads"):
            assert len(instance.list_asset_heads(keys)) == bench.n
    bench.report()


main()
