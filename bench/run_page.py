"""A page of the list of runs among `n` runs: the latest, those of one job, those with a tag, and how many there are."""

import itertools

from measure import Benchmark

PAGE = 25


def main() -> None:
    bench = Benchmark("run_page", 100_000)
    dg = bench.load_library()
    instance = bench.instance(dg)
    statuses = itertools.cycle([dg.DagsterRunStatus.SUCCESS] * 3 + [dg.DagsterRunStatus.FAILURE])
    with bench.phase("fill"):
        for i in range(bench.n):
            instance.add_run(
                dg.DagsterRun(
                    job_name=f"job_{i % 50}",
                    run_id=f"{i:032x}"[:8] + f"-0000-4000-8000-{i:012x}",
                    status=next(statuses),
                    tags={"team": f"t{i % 7}", "number": str(i)},
                )
            )
    one_job, one_tag = dg.RunsFilter(job_name="job_3"), dg.RunsFilter(tags={"team": "t5"})
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
    instance.get_run_records(limit=1)
    with bench.timed(), bench.phase("page"):
        assert len(instance.get_run_records(limit=PAGE)) == PAGE
    last = instance.get_run_records(limit=PAGE)[-1].dagster_run.run_id
    with bench.phase("next_page"):
        assert len(instance.get_run_records(limit=PAGE, cursor=last)) == PAGE
    for name, chosen in {"of_a_job": one_job, "with_a_tag": one_tag, "failed": failed}.items():
        with bench.phase(name):
            assert 0 < len(instance.get_run_records(chosen, limit=PAGE)) <= PAGE
    with bench.phase("count"):
        assert instance.get_runs_count() == bench.n
    bench.report()


main()
