"""A project with one of everything that the pages show."""

import time

import weftwork as dg

daily = dg.DailyPartitionsDefinition(start_date="2026-08-01", end_date="2026-08-11")
region = dg.StaticPartitionsDefinition(["eu", "us", "asia"])


@dg.asset(group_name="raw", kinds={"csv"}, owners=["team:core"], tags={"tier": "gold"}, partitions_def=daily)
def orders(context: dg.AssetExecutionContext):
    """Orders of a day, as the shop exports them."""
    print("reading", context.partition_keys)
    return dg.MaterializeResult(metadata={"rows": 120, "file": dg.MetadataValue.path("/data/orders.csv")})


@dg.asset(group_name="raw", kinds={"api"})
def users():
    """Users, from the **API**. See [docs](https://example.com)."""
    return dg.MaterializeResult(
        metadata={
            "rows": 990,
            "share": 0.25,
            "note": dg.MetadataValue.md("*fine*"),
            "schema": dg.MetadataValue.table_schema(
                dg.TableSchema(
                    columns=[
                        dg.TableColumn("id", "int"),
                        dg.TableColumn("name", "string", description="as given"),
                    ]
                )
            ),
        }
    )


@dg.asset(group_name="raw", partitions_def=dg.MultiPartitionsDefinition({"day": daily, "region": region}))
def visits():
    return 1


@dg.asset(group_name="marts", deps=[users], kinds={"python"})
def names(context: dg.AssetExecutionContext):
    context.log.info("cleaning names")
    context.log.warning("3 names are empty")
    print("cleaned 997 names")


def parse(text):
    return int(text)


@dg.asset(group_name="marts", deps=[names, orders])
def report():
    """A report that fails."""
    rows = ["1", "2", "x"]
    return [parse(row) for row in rows]


@dg.asset(group_name="marts", deps=[report], pool="post")
def mail():
    return 1


files = dg.DynamicPartitionsDefinition(name="files")


@dg.asset(group_name="inbox", partitions_def=files)
def parsed(context: dg.AssetExecutionContext):
    return context.partition_key


@dg.observable_source_asset(group_name="inbox")
def mailbox():
    """Made by somebody else; only looked at."""
    return dg.ObserveResult(data_version=dg.DataVersion("7"), metadata={"letters": 12})


@dg.asset_check(asset=users)
def has_rows():
    return dg.AssetCheckResult(passed=True, metadata={"rows": 990})


@dg.asset_check(asset=names, blocking=False)
def no_empty_names():
    return dg.AssetCheckResult(
        passed=False, severity=dg.AssetCheckSeverity.WARN, description="3 names are empty"
    )


class Settings(dg.Config):
    limit: int = 10
    name: str = "x"
    ratios: list[float] = [1.0]


@dg.op(out=dg.DynamicOut())
def fan():
    for n in range(20):
        yield dg.DynamicOutput(n, mapping_key=f"k{n}")


@dg.op(
    config_schema={
        "factor": dg.Field(int, default_value=2, description="what it is multiplied by"),
        "mode": dg.Enum("Mode", [dg.EnumValue("fast"), dg.EnumValue("slow")]),
    }
)
def double(context, n: int) -> int:
    time.sleep(0.01)
    return n * context.op_config["factor"]


@dg.op
def collect(context, numbers: list[int], config: Settings) -> int:
    print("sum", sum(numbers))
    return sum(numbers)


@dg.graph
def doubled_all():
    return collect(fan().map(double).collect())


@dg.op
def tell(total: int):
    return total


@dg.job(config={"ops": {"doubled_all": {"ops": {"double": {"config": {"mode": "fast"}}}}}})
def nested():
    tell(doubled_all())


@dg.op(
    config_schema={
        "path": str,
        "retries": dg.Field(int, default_value=3),
        "mode": dg.Field(
            dg.Enum("Mode2", [dg.EnumValue("fast"), dg.EnumValue("slow")]), default_value="fast"
        ),
    }
)
def load(context):
    context.log.info(context.op_config["path"])


@dg.job
def loading():
    """Loads a file."""
    load()


@dg.op
def slow():
    for n in range(600):
        print("tick", n, flush=True)
        time.sleep(0.5)


@dg.job
def sleepy():
    slow()


marts = dg.define_asset_job("marts_job", selection=dg.AssetSelection.groups("marts"))


@dg.schedule(job=loading, cron_schedule="0 6 * * *")
def every_morning():
    return dg.RunRequest(run_config={"ops": {"load": {"config": {"path": "/data/x"}}}})


@dg.sensor(job=loading, minimum_interval_seconds=60)
def on_file(context):
    yield dg.SkipReason("no file")


defs = dg.Definitions(
    assets=[orders, users, visits, names, report, mail, parsed, mailbox],
    asset_checks=[has_rows, no_empty_names],
    jobs=[nested, loading, sleepy, marts],
    schedules=[every_morning],
    sensors=[on_file],
)
