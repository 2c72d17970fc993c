"""A project of what is unusual: names, texts and values that a page must bear, and all that can go wrong."""

from datetime import timedelta

import weftwork as dg

LONG = "a_name_that_somebody_generated_from_a_schema_with_very_many_words_and_a_version_v2_final_2026"
HOSTILE = "<script>window.hurt = 1</script> [link](javascript:hurt()) **fine**\n\n| a | <img src=x onerror=hurt()> |"

days = dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-03-01")
region = dg.StaticPartitionsDefinition(["eu", "us"])
tier = dg.StaticPartitionsDefinition(["free", "paid"])


@dg.asset(description=HOSTILE, tags={f"tag{n}": f"value{n}" for n in range(200)})
def hostile(context):
    context.log.info("<script>window.hurt = 2</script>")
    return dg.MaterializeResult(
        metadata={
            "large": "x" * 1_000_000,
            "link": dg.MetadataValue.url("javascript:window.hurt = 3"),
            "text": dg.MetadataValue.md(HOSTILE),
            "made_by": dg.MetadataValue.python_artifact(dict),
            "schema": dg.MetadataValue.table_schema(
                dg.TableSchema(
                    columns=[
                        dg.TableColumn("id", "int", constraints=dg.TableColumnConstraints(nullable=False)),
                        *(dg.TableColumn(f"column_{n}") for n in range(99)),
                    ]
                )
            ),
            "lineage": dg.MetadataValue.column_lineage(
                dg.TableColumnLineage(
                    {"id": [dg.TableColumnDep(asset_key=dg.AssetKey(LONG), column_name="n")]}
                )
            ),
        }
    )


@dg.asset(name=LONG, group_name="long")
def long_name():
    return 1


right_to_left = dg.AssetSpec(
    ["\u05e0\u05db\u05e1", "\U0001f680 a b"], description="\u05d6\u05d4\u05d5 \u05e0\u05db\u05e1"
)


@dg.asset(group_name="chain")
def above():
    raise ValueError("no connection")


@dg.asset(deps=[above], group_name="chain")
def below():
    return 1


@dg.asset_check(asset=long_name)
def crashes():
    raise ValueError("the check is broken")


@dg.asset(partitions_def=days, group_name="parts")
def daily(context):
    if any(key.endswith("-13") for key in context.partition_keys):
        raise ValueError("the thirteenth")
    return dg.MaterializeResult()


@dg.asset(
    partitions_def=dg.MultiPartitionsDefinition({"day": days, "region": region, "tier": tier}),
    group_name="parts",
)
def cube():
    return 1


@dg.asset(
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=24)), group_name="fresh"
)
def fresh():
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset(partitions_def=dg.DynamicPartitionsDefinition(name="files"), group_name="parts")
def parsed():
    return 1


class Host(dg.Config):
    host: str
    port: int = 5432


class Source(dg.Config):
    url: str
    hosts: list[Host] = []
    limits: dict[str, int] = {}


@dg.op
def read(config: Source):
    return config.url


@dg.op(
    config_schema={
        "place": dg.Selector({"file": {"path": str}, "table": str}),
        "sizes": dg.Field([int], is_required=False),
    }
)
def choose():
    return 1


@dg.op(pool="db")
def waits():
    while True:
        pass


@dg.job
def reading():
    read()


@dg.job
def choosing():
    choose()


@dg.job
def pooled():
    waits()


defs = dg.Definitions(
    assets=[hostile, long_name, right_to_left, above, below, daily, cube, parsed, fresh],
    asset_checks=[crashes],
    jobs=[reading, choosing, pooled],
)
