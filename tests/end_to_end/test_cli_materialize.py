"""`weft materialize` and `weft job` as a user runs them: real files, real processes."""

import json
import os
import signal

import pytest

PROJECT = """
    import weftwork as dg

    days = dg.DailyPartitionsDefinition(start_date="2024-01-01", end_date="2024-01-06")
    letters = dg.StaticPartitionsDefinition(["north", "south"])

    class Shop(dg.ConfigurableResource):
        currency: str = "EUR"

    class Limits(dg.Config):
        most: int = 10

    @dg.asset(group_name="raw")
    def orders(shop: Shop) -> dg.MaterializeResult:
        return dg.MaterializeResult(value=[1, 2, 3], metadata={"dagster/row_count": 3})

    @dg.asset(partitions_def=days, backfill_policy=dg.BackfillPolicy.single_run())
    def by_day(context: dg.AssetExecutionContext, orders):
        for key in context.partition_keys:
            context.add_asset_metadata({"dagster/partition_row_count": 2}, partition_key=key)
        return {key: len(orders) for key in context.partition_keys}

    @dg.asset(partitions_def=letters)
    def by_region(context: dg.AssetExecutionContext):
        context.log.info(f"region {context.partition_key}")
        return context.partition_key

    @dg.asset(deps=[by_day])
    def report(context: dg.AssetExecutionContext, config: Limits, orders) -> dg.MaterializeResult:
        context.log.warning(f"at most {config.most}")
        return dg.MaterializeResult(value=1, metadata={"page": dg.MetadataValue.path("out/report.html")})

    @dg.asset_check(asset=orders)
    def enough(orders) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=len(orders) > 5, severity=dg.AssetCheckSeverity.WARN, description="only a few orders"
        )

    @dg.asset
    def broken():
        rows = {}
        return rows["x"]

    @dg.asset
    def after_broken(broken):
        return broken

    @dg.op
    def load():
        return 2

    @dg.op
    def double(context, n: int) -> int:
        return n * 2

    @dg.job(description="Two steps.")
    def nightly():
        double(load())

    main_assets = [orders, by_day, report]
    defs = dg.Definitions(
        assets=[*main_assets, by_region, broken, after_broken], asset_checks=[enough], jobs=[nightly],
        resources={"shop": Shop()},
    )
"""
MAIN = "key:orders or key:by_day or key:report"


@pytest.fixture
def project(folder):
    folder.file("definitions.py", PROJECT)
    return folder


def test_everything_is_made_in_as_few_runs_as_possible(project):
    result = project.materialize("--select", MAIN)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    lines = result.stdout.splitlines()
    titles = [line.split("  ", 1)[1] for line in lines if "  Run " in line]
    assert titles == [
        "Run 1 of 3: orders", "Run 2 of 3: by_day, 2024-01-01...2024-01-05", "Run 3 of 3: report",
    ]  # fmt: skip
    assert any("ok" in line and "orders" in line and "3 rows" in line for line in lines)
    assert any("ok" in line and "by_day" in line and "10 rows" in line for line in lines)
    assert any("warning" in line and "at most 10" in line for line in lines)
    assert "Made 3 assets" in lines
    assert any(line.split()[:3] == ["warned", "orders:", "enough"] for line in lines)
    assert any(line.endswith("only a few orders") for line in lines)
    assert any(
        line.split() == ["report:", "page", str(project.path / "out" / "report.html")] for line in lines
    )
    assert f"Recorded in {project.path / '.weftwork'}" in lines
    assert (project.path / ".weftwork").stat().st_mode & 0o777 == 0o700

    runs = project.json("run", "list")["runs"]
    assert [run["status"] for run in runs] == ["SUCCESS"] * 3
    assert runs[1]["partition"] == "2024-01-01...2024-01-05"
    assert [run["assets"] for run in runs] == [["report"], ["by_day"], ["orders"]]
    assets = {
        asset["key"]: asset for asset in project.json("asset", "list", "-f", "definitions.py")["assets"]
    }
    assert assets["by_day"]["partitions"] == {"materialized": 5, "failed": 0, "in_progress": 0, "total": 5}
    assert assets["orders"]["checks"] == {"passed": 0, "warned": 1, "failed": 0}
    assert assets["broken"]["status"] == "MISSING"
    assert assets["orders"]["group"] == "raw"


def test_one_partition_and_a_range_are_made(project):
    project.materialize("--select", "orders")
    one = project.materialize("--select", "by_day", "--partition", "2024-01-03")
    assert one.returncode == 0, one.stderr
    some = project.materialize("--select", "by_day", "--partition-range", "2024-01-04...2024-01-05")
    assert some.returncode == 0, some.stderr
    shown = project.json("asset", "show", "by_day")
    assert shown["asset"]["partitions"]["materialized"] == 3
    assert [run["partition"] for run in project.json("run", "list")["runs"]] == [
        "2024-01-04...2024-01-05", "2024-01-03", None,
    ]  # fmt: skip


def test_without_a_backfill_policy_partitions_are_asked_for(project):
    result = project.materialize("--select", "by_region")
    assert result.returncode == 1
    assert "by_region (2 partitions)" in result.stderr
    assert "--all-partitions" in result.stderr
    every = project.materialize("--select", "by_region", "--all-partitions", "-v")
    assert every.returncode == 0, every.stderr
    assert "region north" in every.stdout
    assert [run["partition"] for run in project.json("run", "list")["runs"]] == ["south", "north"]


def test_a_failure_shows_the_users_lines_and_what_was_not_started(project):
    result = project.materialize("--select", "broken+")
    assert result.returncode == 1
    assert 'definitions.py", line' in result.stderr
    assert "KeyError: 'x'" in result.stderr
    assert "weftwork" + os.sep not in result.stderr
    assert "failed" in result.stdout
    assert [run["status"] for run in project.json("run", "list")["runs"]] == ["FAILURE"]
    assert project.json("asset", "show", "broken")["asset"]["status"] == "FAILED"


def test_runs_that_need_nothing_of_a_failed_one_go_on(project):
    project.file(
        "chain.py",
        """
        import weftwork as dg
        days = dg.StaticPartitionsDefinition(["a", "b"])
        single = dg.BackfillPolicy.single_run()

        @dg.asset(partitions_def=days, backfill_policy=single)
        def bad():
            raise ValueError("no")

        @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["c", "d"]), backfill_policy=single)
        def good(context):
            return dict.fromkeys(context.partition_keys, 1)

        @dg.asset(deps=[bad])
        def needs_bad(): ...

        @dg.asset(deps=[good])
        def needs_good(): ...
        """,
    )
    result = project.materialize("-f", "chain.py", "--select", "*")
    assert result.returncode == 1
    made = {asset["key"]: asset["status"] for asset in project.json("asset", "list")["assets"]}
    assert made["good"] == "MATERIALIZED"
    assert made.get("needs_bad", "MISSING") == "MISSING"
    assert "not started: what they need was not made" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["-f", "definition.py"], 1, "Did you mean 'definitions.py'"),
        (["-m", "nowhere"], 1, "nowhere"),
        (["-f", "definitions.py", "-a", "defz"], 1, "Did you mean 'defs'"),
        (["--select", "order"], 1, "Did you mean 'orders'"),
        (["--select", "group:nobody"], 1, "matches none"),
        (["--select", "and and"], 1, "and"),
        (["--select", "by_day", "--partition", "2024-13-01"], 1, "2024-13-01"),
        (["--select", "by_day", "--partition-range", "2024-01-01"], 1, "FIRST...LAST"),
        (["--select", "by_day", "--partition-range", "2024-01-03...2024-01-02"], 1, "Swap"),
        (["--select", "orders", "--partition", "2024-01-01"], 1, "None of the selected assets has partitions"),
        (["--partition", "a", "--all-partitions"], 2, "Give one of"),
        (["--selct", "orders"], 2, "No such option"),
        (["-f", "definitions.py", "-m", "x"], 2, "Give one of"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_message(project, arguments, status, message):
    result = project.materialize(*arguments)
    assert message in result.stderr
    assert result.returncode == status
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert project.json("run", "list")["runs"] == []


def test_a_file_that_cannot_be_imported_shows_the_users_lines(project):
    project.file("wrong.py", "import weftwork as dg\n\ndef build():\n    return 1 / 0\n\nbuild()\n")
    result = project.materialize("-f", "wrong.py")
    assert result.returncode == 1
    assert 'wrong.py", line 4, in build' in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert result.stderr.count("ZeroDivisionError") == 1
    assert "weftwork" + os.sep not in result.stderr


def test_a_name_that_is_not_allowed_is_told_with_its_place(project):
    project.file("wrong.py", 'import weftwork as dg\n\n@dg.op(name="a b")\ndef f(): ...\n')
    result = project.weft("job", "list", "-f", "wrong.py")
    assert result.returncode == 1
    assert "a b" in result.stderr
    assert "wrong.py" in result.stderr
    assert "Traceback" not in result.stderr


def test_all_errors_of_config_are_told_at_once_before_anything_runs(project):
    config = {"ops": {"report": {"config": {"most": "many"}}, "nobody": {}}, "resource": {}}
    result = project.materialize("--select", MAIN, "--config-json", json.dumps(config))
    assert result.returncode == 1
    assert "most" in result.stderr
    assert "nobody" in result.stderr
    assert "resource" in result.stderr
    assert project.json("run", "list")["runs"] == []


def test_config_reaches_the_run_that_has_the_op(project):
    file = project.file("config.yaml", "ops:\n  report:\n    config:\n      most: 7\n")
    result = project.materialize("--select", MAIN, "-c", file, "--tags", "team=x")
    assert result.returncode == 0, result.stderr
    assert "at most 7" in result.stdout
    assert len(project.json("run", "list", "--tag", "team=x")["runs"]) == 3


def test_a_home_that_cannot_be_written_is_told(project):
    (project.path / ".weftwork").write_text("a file is in the way")
    result = project.materialize("--select", "orders")
    assert result.returncode == 1
    assert ".weftwork" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_summary_as_json_stands_alone_on_standard_output(project):
    result = project.materialize("--select", "orders", "--json")
    report = json.loads(result.stdout)
    assert report["success"] is True
    assert report["made"] == [{"asset": "orders", "partitions": 0, "rows": 3}]
    assert [check["name"] for check in report["checks"]] == ["enough"]
    assert "orders" in result.stderr


def test_jobs_are_listed_and_executed(project):
    [job] = project.json("job", "list", "-f", "definitions.py")["jobs"]
    assert (job["name"], job["ops"], job["assets"]) == ("nightly", ["load", "double"], None)
    result = project.weft("job", "execute", "-f", "definitions.py", "-j", "nightly", "--tags", '{"a": "b"}')
    assert result.returncode == 0, result.stdout + result.stderr
    assert "double" in result.stdout
    [run] = project.json("run", "list", "--job", "nightly")["runs"]
    assert run["tags"]["a"] == "b"
    wrong = project.weft("job", "execute", "-j", "nightli")
    assert wrong.returncode == 1
    assert "Did you mean 'nightly'" in wrong.stderr


def test_only_selected_ops_of_a_job_run(project):
    result = project.weft("job", "execute", "-j", "nightly", "-o", "load")
    assert result.returncode == 0, result.stderr
    [run] = project.json("run", "list")["runs"]
    assert [step["step_key"] for step in project.json("run", "show", run["run_id"])["steps"]] == ["load"]


WAITING = """
    import pathlib, time
    import weftwork as dg

    @dg.asset
    def slow():
        pathlib.Path("started").touch()
        time.sleep(30)

    @dg.asset(deps=[slow])
    def later(): ...
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_cancels_cleanly_and_says_so(project, number, status):
    project.file("waiting.py", WAITING)
    process = project.start("materialize", "-f", "waiting.py")
    project.wait_for("started", process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == status, out + err
    assert "Cancelling" in err
    assert "Cancelled after" in out
    assert "Traceback" not in err
    assert project.statuses() == ["CANCELED"]


def test_a_run_is_followed_while_it_goes_on(project):
    project.file(
        "waiting.py",
        """
        import pathlib, time
        import weftwork as dg

        @dg.asset
        def slow(context):
            context.log.info("waiting for the word")
            pathlib.Path("started").touch()
            while not pathlib.Path("go").exists():
                time.sleep(0.01)
            context.log.info("the word has come")
        """,
    )
    process = project.start("materialize", "-f", "waiting.py")
    project.wait_for("started", process)
    [run] = project.json("run", "list")["runs"]
    assert (run["status"], run["assets"]) == ("STARTED", ["slow"])
    [step] = project.json("run", "show", run["run_id"])["steps"]
    assert step["status"] == "RUNNING"
    follower = project.start("run", "logs", run["run_id"], "-f")
    (project.path / "go").touch()
    out, err = follower.communicate(timeout=30)
    assert follower.returncode == 0, err
    assert "the word has come" in out
    assert "is done" in out.splitlines()[-1]
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_after_a_kill_the_next_command_goes_on(project):
    project.file("waiting.py", WAITING)
    process = project.start("materialize", "-f", "waiting.py")
    project.wait_for("started", process)
    process.kill()
    process.communicate()
    result = project.materialize("--select", "orders")
    assert result.returncode == 0, result.stderr
    assert project.statuses()[0] == "SUCCESS"
