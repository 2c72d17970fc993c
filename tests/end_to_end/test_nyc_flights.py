"""The example project runs as its README says, on a few days through Python and on the year through `weft`."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import weftwork as dg

DEFINITIONS = Path(__file__).parents[2] / "examples" / "nyc_flights" / "definitions.py"
FLIGHTS_ON_FIRST_THREE_DAYS = 2699
FIRST_THREE_DAYS = {
    "dagster/asset_partition_range_start": "2013-01-01",
    "dagster/asset_partition_range_end": "2013-01-03",
}


@pytest.fixture(scope="module")
def nyc():
    spec = importlib.util.spec_from_file_location("nyc_flights_example", DEFINITIONS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(nyc, tmp_path):
    """The project on the first three days of the year, writing below `tmp_path`."""
    return Project(nyc, tmp_path, days=3)


class Project:
    """Runs parts of the example again and again in one place."""

    def __init__(self, nyc, folder: Path, days: int):
        self.instance = dg.DagsterInstance.ephemeral()
        self.folder = folder
        self.assets = [*nyc.defs.assets, *nyc.defs.asset_checks]
        self.resources = {
            "data": nyc.FlightData(days=days),
            "limits": nyc.WeatherLimits(),
            "output": nyc.OutputFolder(path=str(folder / "output")),
            "daily_parquet": nyc.DailyParquetIOManager(folder=str(folder / "tables")),
            "io_manager": dg.FilesystemIOManager(base_dir=str(folder / "storage")),
        }

    def run(self, selection, **options):
        return dg.materialize(
            self.assets, selection=selection, resources=self.resources, instance=self.instance, **options
        )

    def tables(self):
        return self.run(dg.AssetSelection.assets("carrier_scores").upstream())

    def file_of(self, day: str) -> Path:
        return self.folder / "tables" / "daily_delays" / f"{day}.parquet"


def metadata_of(result, asset: str) -> dict:
    key = dg.AssetKey(asset)
    [event] = [e for e in result.get_asset_materialization_events() if e.asset_key == key]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_the_definitions_hold_together(nyc):
    dg.Definitions.validate_loadable(nyc.defs)
    assert nyc.defs.resolve_schedule_def("every_morning").cron_schedule == "0 6 * * *"
    assert nyc.defs.resolve_job_def("days").partitions_def == nyc.days_of_2013


def test_partitions_are_the_days_of_the_year(nyc):
    keys = nyc.days_of_2013.get_partition_keys()
    assert len(keys) == 365
    assert (keys[0], keys[-1]) == ("2013-01-01", "2013-12-31")


def test_tables_say_how_many_rows_they_have(project):
    result = project.tables()
    assert result.success
    assert metadata_of(result, "raw_flights")["dagster/row_count"] == FLIGHTS_ON_FIRST_THREE_DAYS
    assert metadata_of(result, "flights_with_weather")["dagster/row_count"] == FLIGHTS_ON_FIRST_THREE_DAYS
    assert metadata_of(result, "airlines")["dagster/row_count"] == 16


def test_carriers_are_scored_in_a_step_each(project):
    result = project.tables()
    scores = result.output_for_node("carrier_scores")
    steps = {event.step_key for event in result.all_events if event.is_step_success}
    assert {f"carrier_scores.score_carrier[{code}]" for code in scores["carrier"]} <= steps
    assert scores["flights"].sum() == FLIGHTS_ON_FIRST_THREE_DAYS


def test_only_the_check_on_real_dirt_warns(project):
    evaluations = {e.check_name: e for e in project.tables().get_asset_check_evaluations()}
    failed = [name for name, evaluation in evaluations.items() if not evaluation.passed]
    assert len(evaluations) == 6
    assert failed == ["destinations_are_known"]
    assert evaluations["destinations_are_known"].severity == dg.AssetCheckSeverity.WARN


def test_a_range_of_days_is_made_in_one_run(project):
    project.tables()
    result = project.run("daily_delays", tags=FIRST_THREE_DAYS)
    events = result.asset_materializations_for_node("daily_delays")
    assert [event.partition for event in events] == ["2013-01-01", "2013-01-02", "2013-01-03"]
    assert [event.metadata["dagster/partition_row_count"].value for event in events] == [3, 3, 3]
    assert pl.read_parquet(project.file_of("2013-01-02"))["flights"].sum() == 943


def test_a_day_made_again_replaces_its_file_and_no_other(project):
    project.tables()
    project.run("daily_delays", tags=FIRST_THREE_DAYS)
    project.file_of("2013-01-02").write_bytes(b"damaged")
    untouched = project.file_of("2013-01-03").stat().st_mtime_ns
    assert project.run("daily_delays", partition_key="2013-01-02").success
    assert pl.read_parquet(project.file_of("2013-01-02"))["flights"].sum() == 943
    assert project.file_of("2013-01-03").stat().st_mtime_ns == untouched
    assert not list(project.folder.rglob("*.unfinished"))


def test_the_report_reads_all_days_that_are_there(project):
    project.tables()
    project.run("daily_delays", tags=FIRST_THREE_DAYS)
    result = project.run("delay_report")
    metadata = metadata_of(result, "delay_report")
    assert metadata["summary"] == "2,699 flights on 3 days, 22 of them cancelled."
    assert (
        Path(metadata["report"]).read_text(encoding="utf-8").count("<tr>")
        == 1 + metadata["dagster/row_count"]
    )
    written = {path.name for path in (project.folder / "output").iterdir()}
    assert written == {"report.html", "report.png", "carrier_scores.csv", "daily_delays.parquet"}


def test_the_report_says_so_when_no_day_is_there(project):
    project.tables()
    result = project.run("delay_report", raise_on_error=False)
    assert not result.success
    [failure] = result.get_step_failure_events()
    assert "no day of daily_delays has been made" in failure.step_failure_data.error.to_string()


def test_the_age_of_weather_can_be_set_for_a_run(project, nyc):
    project.tables()
    config = dg.RunConfig(ops={"flights_with_weather": nyc.WeatherJoin(max_age_hours=0)})
    exact = metadata_of(project.run("flights_with_weather", run_config=config), "flights_with_weather")
    lenient = metadata_of(project.run("flights_with_weather"), "flights_with_weather")
    assert exact["share_with_weather"] <= lenient["share_with_weather"]


def weft(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Runs the command in `folder`, with a home of its own there, its output not on a terminal."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    program = [sys.executable, "-c", "from weftwork.cli import main; main()"]
    return subprocess.run(
        [*program, *arguments],
        cwd=folder,
        env={**os.environ, "DAGSTER_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


@pytest.mark.slow
def test_the_main_job_makes_everything_and_then_one_day_again(tmp_path):
    year = weft(tmp_path, "materialize", "-f", str(DEFINITIONS), "--select", "*")
    assert year.returncode == 0, year.stdout + year.stderr
    assert "destinations_are_known" in year.stdout + year.stderr
    days = sorted((tmp_path / "output" / "nyc_flights" / "tables" / "daily_delays").iterdir())
    assert len(days) == 365
    report = tmp_path / "output" / "nyc_flights" / "report.html"
    assert "336,776 flights on 365 days" in report.read_text(encoding="utf-8")

    before = days[0].stat().st_mtime_ns
    day = weft(
        tmp_path,
        "materialize",
        "-f",
        str(DEFINITIONS),
        "--select",
        "daily_delays",
        "--partition",
        "2013-01-01",
    )
    assert day.returncode == 0, day.stdout + day.stderr
    assert days[0].stat().st_mtime_ns > before


@pytest.mark.slow
def test_a_day_that_does_not_exist_is_refused(tmp_path):
    result = weft(
        tmp_path,
        "materialize",
        "-f",
        str(DEFINITIONS),
        "--select",
        "daily_delays",
        "--partition",
        "2014-01-01",
    )
    assert result.returncode == 1
    assert "2014-01-01" in result.stderr
    assert "Traceback" not in result.stderr
