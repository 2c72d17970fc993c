"""A project of 10,000 assets in 100 groups, always the same."""

import random

import weftwork as dg

GROUPS = 100
EACH = 100
KINDS = ["python", "sql", "dbt", "spark"]
OWNERS = ["team:core", "team:growth", "ada@example.com"]

chance = random.Random(7)
daily = dg.DailyPartitionsDefinition(start_date="2026-01-01", end_date="2026-03-01")


def make_asset(group: str, number: int, upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Builds an asset that depends on up to three of those before it."""

    @dg.asset(
        key=dg.AssetKey([group, f"table_{number:03d}"]),
        deps=chance.sample(upstream, min(len(upstream), chance.randint(0, 3))),
        group_name=group,
        kinds={chance.choice(KINDS)},
        owners=[chance.choice(OWNERS)],
        description=f"Table {number} of {group}.",
        partitions_def=daily if number == EACH - 1 else None,
    )
    def made() -> None:
        return None

    return made


def make_assets() -> list[dg.AssetsDefinition]:
    """Builds all groups; each takes from itself and from the group before."""
    assets: list[dg.AssetsDefinition] = []
    before: list[dg.AssetKey] = []
    for place in range(GROUPS):
        group = f"group_{place:03d}"
        keys: list[dg.AssetKey] = []
        for number in range(EACH):
            assets.append(make_asset(group, number, keys[-20:] + before[:2]))
            keys.append(assets[-1].key)
        before = keys
    return assets


defs = dg.Definitions(assets=make_assets())
