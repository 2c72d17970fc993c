"""Configuration: the run config of `n` configured ops validated, and 10,000 `Config` objects made."""

import yardstick
from measure import Benchmark


def main() -> None:
    bench = Benchmark("config", 200)
    dg = bench.load_library()
    bench.yard(yardstick.check_fields, bench.n)

    class Settings(dg.Config):
        a: int
        b: str = "x"
        c: bool = True
        d: float = 1.0
        e: list[str] = []

    def configured_op(i):
        @dg.op(name=f"op{i}")
        def o(config: Settings):
            return config.a

        return o

    with bench.phase("define"):
        ops = [configured_op(i) for i in range(bench.n)]

        @dg.job
        def j():
            for o in ops:
                o()

    values = {"b": "y", "c": False, "d": 0.5, "e": ["q"]}
    run_config = {"ops": {f"op{i}": {"config": {"a": i, **values}} for i in range(bench.n)}}
    with bench.phase("validate_first"):
        dg.validate_run_config(j, run_config)
    with bench.timed():
        dg.validate_run_config(j, run_config)
    with bench.phase("validate_error"):
        try:
            dg.validate_run_config(j, {"ops": {**run_config["ops"], "op7": {"config": {"a": "no"}}}})
        except dg.DagsterInvalidConfigError:
            pass
        else:
            raise SystemExit("a wrong value was accepted")
    with bench.phase("config_objects_10000"):
        for i in range(10_000):
            Settings(a=i, **values)
    bench.report()


main()
