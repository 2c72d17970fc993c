"""16 processes that write `n` events each to one database at once; none may hear that it is locked."""

import json
import os
import subprocess
import sys

from measure import QUIET, Benchmark

WRITERS = 16
PLACE = "BENCH_WRITERS_HOME"  # where a writer finds the instance


def write(bench: Benchmark, dg: object) -> None:
    """What one process does: a run that logs `n` materializations."""

    @dg.op
    def many(context):
        for i in range(bench.n):
            context.log_event(dg.AssetMaterialization(f"a{i % 100}"))

    @dg.job
    def j():
        many()

    with dg.DagsterInstance.from_config(os.environ[PLACE]) as instance:
        assert j.execute_in_process(instance=instance, run_config=QUIET).success


def main() -> None:
    bench = Benchmark("writers", 10_000)
    dg = bench.load_library()
    if PLACE in os.environ:
        write(bench, dg)
        return
    instance = bench.instance(dg)
    assert instance.get_runs_count() == 0  # the database is there
    command = [sys.executable, __file__, "--lib", bench.args.lib, "--n", str(bench.n)]
    environment = {**os.environ, PLACE: instance.root_directory}
    with bench.timed():
        writers = [
            subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
            for _ in range(WRITERS)
        ]
        told = [writer.communicate()[1] for writer in writers]
    failed = [text[-300:] for writer, text in zip(writers, told, strict=True) if writer.returncode]
    bench.items = WRITERS * bench.n
    bench.facts["failed_writers"] = len(failed)
    bench.facts["told_of_a_lock"] = sum("locked" in text for text in told)
    if failed:
        print(json.dumps(failed), file=sys.stderr)
    runs = instance.get_runs()
    made = sum(len(instance.all_logs(run.run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)) for run in runs)
    bench.facts["events_there"] = made
    bench.report()


main()
