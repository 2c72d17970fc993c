"""`n` assets with two dependencies each: decorate, put into Definitions, validate, graph, implicit job."""

import yardstick
from measure import Benchmark, layered_assets


def main() -> None:
    bench = Benchmark("define", 1000)
    dg = bench.load_library()
    dg.Definitions.validate_loadable(dg.Definitions(assets=layered_assets(dg, 2, load=False)))
    bench.yard(yardstick.graph, bench.n)
    with bench.timed():
        with bench.phase("decorate"):
            assets = layered_assets(dg, bench.n, load=False)
        with bench.phase("definitions"):
            definitions = dg.Definitions(assets=assets)
        with bench.phase("validate"):
            dg.Definitions.validate_loadable(definitions)
        with bench.phase("graph"):
            definitions.resolve_asset_graph()
        with bench.phase("implicit_job"):
            definitions.resolve_implicit_global_asset_job_def()
    bench.yard(yardstick.graph, bench.n)
    bench.report()


main()
