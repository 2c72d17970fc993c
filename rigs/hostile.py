"""Hostile keys, huge config, YAML bombs: refused with a clear word or safely stored, and nothing outside the home.

Keys of assets, partitions, dynamic items, dynamic partitions, steps and tags that try to leave the home, collide, or break
file names; run config of 10 MB and nested very deeply; YAML that multiplies by aliases, nests without end, or asks for
Python objects, as a config file of the CLI, as dagster.yaml and as workspace.yaml.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import weftwork as dg
from ground import HERE, Ground, build_parser

REFUSALS = (dg.DagsterError, ValueError, TypeError)
MEMORY_BYTES = 1 << 30
PARTS = [
    "..", ".", "...", "", " ", "/", "//", "/etc/passwd", "a/b", "a/../../../evil", "../dagster.yaml", "\0", "a\0b",
    "a\nb", "\r", "\t", "~", "~root", "$HOME", "`id`", "; rm -rf x", "%2E%2E", "%", "%00", "_value", ".hidden",
    ".x.tmp", "-rf", "CON", "x" * 300, "x" * 5000, "é" * 200, "e\u0301", "\u00e9", "\u202e", "💥", "*", "?", "[a]",
    "<img src=x onerror=alert(1)>", "weftwork.db", "storage", "'; DROP TABLE runs; --", "%s", "{0}", "\ud800",
]  # fmt: skip


def refused(what: Callable[[], Any]) -> str:
    """Return what an attempt came to: "stored" or "refused"; anything else is a fault."""
    try:
        what()
    except REFUSALS as error:
        if not str(error):
            raise AssertionError(f"refused without a word: {error!r}") from error
        return "refused"
    return "stored"


def list_keys(dice: random.Random, count: int) -> Iterator[list[str]]:
    """Return keys of assets: each part by itself and between others, and some at random."""
    for part in PARTS:
        yield [part]
        yield ["..", "..", part]
        yield ["a", part, "b"]
    for _ in range(count):
        yield [dice.choice(PARTS) for _ in range(dice.randint(1, 4))]


def store_assets(ground: Ground, instance: dg.DagsterInstance, keys: list[list[str]]) -> Counter[str]:
    """Make an asset of each key, then read all of them: each has its own value."""
    ends: Counter[str] = Counter()
    made = []
    for number, key in enumerate(keys):

        def make(key: list[str] = key, number: int = number) -> None:
            @dg.asset(key=dg.AssetKey(key))
            def hostile():
                return number

            assert dg.materialize([hostile], instance=instance).success
            made.append((hostile, key, number))

        ends[attempt(ground, f"asset {key!r:.80}", make)] += 1
    latest = {tuple(key): (asset, number) for asset, key, number in made}
    definitions = dg.Definitions(assets=[asset for asset, _ in latest.values()])
    for key, (_, number) in latest.items():
        try:
            found = definitions.load_asset_value(dg.AssetKey(list(key)), instance=instance)
        except Exception as error:
            ground.say(f"The value of asset {key!r:.80} cannot be read: {error!r:.200}")
            continue
        if found != number:
            ground.say(f"Asset {key!r:.80} has the value of another one: {found} instead of {number}.")
    return ends


def attempt(ground: Ground, what: str, work: Callable[[], Any]) -> str:
    """Try something; a refusal must be one of ours, with a word."""
    try:
        return refused(work)
    except Exception as error:
        ground.say(f"{what}: {type(error).__name__}: {error!s:.200}")
        return "fault"


def store_partitions(ground: Ground, instance: dg.DagsterInstance) -> Counter[str]:
    """Store a partition of each key, dynamic and static ones."""
    ends: Counter[str] = Counter()
    for number, part in enumerate(PARTS):

        def static(part: str = part, number: int = number) -> None:
            @dg.asset(partitions_def=dg.StaticPartitionsDefinition([part, "other"]))
            def parted():
                return number

            assert dg.materialize([parted], partition_key=part, instance=instance).success
            value = dg.Definitions([parted]).load_asset_value("parted", partition_key=part, instance=instance)
            assert value == number, (value, number)

        def dynamic(part: str = part) -> None:
            instance.add_dynamic_partitions("hostile", [part])
            assert instance.has_dynamic_partition("hostile", part)

        def mapped(part: str = part) -> None:
            @dg.op(out=dg.DynamicOut())
            def gives():
                yield dg.DynamicOutput(1, mapping_key=part)

            @dg.op
            def takes(value):
                return value

            @dg.job
            def fans_out():
                gives().map(takes)

            assert fans_out.execute_in_process(instance=instance).success

        def tagged(part: str = part) -> None:
            run = instance.create_run(job_name="j", tags={"key": part, "k" + part[:50]: "v"})
            assert instance.get_run_by_id(run.run_id).tags["key"] == part

        for name, work in (("static", static), ("dynamic", dynamic), ("mapped", mapped), ("tagged", tagged)):
            ends[f"{name} {attempt(ground, f'{name} {part!r:.60}', work)}"] += 1
    return ends


def pass_config(ground: Ground, instance: dg.DagsterInstance) -> dict[str, Any]:
    """Run with config of 10 MB, with very many keys, and nested very deeply."""

    @dg.op(config_schema=dg.Permissive())
    def takes(context):
        return len(context.op_config)

    @dg.job
    def configured():
        takes()

    deep: Any = "x"
    for _ in range(10_000):
        deep = {"x": deep}
    configs = {
        "text of 10 MB": {"text": "x" * 10_000_000},
        "200,000 keys": {f"key{number}": number for number in range(200_000)},
        "10,000 levels": {"deep": deep},
    }
    figures = {}
    for name, config in configs.items():
        began = time.monotonic()
        end = attempt(
            ground, name,
            lambda config=config: configured.execute_in_process({"ops": {"takes": {"config": config}}}, instance=instance),
        )  # fmt: skip
        figures[name] = f"{end}, {time.monotonic() - began:.1f} s"
        ground.limit(name, time.monotonic() - began, 30.0)
    return figures


def list_bombs() -> dict[str, str]:
    """Return YAML that costs whoever reads it without care."""
    names = list(zip("abcdefgh", "bcdefghi", strict=True))
    chain = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    return {
        "aliases": chain + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in names),
        "merges": "a: &a {k: 1}\n"
        + "".join(f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n" for old, new in names),
        "brackets": "[" * 200_000,
        "dashes": "- " * 200_000 + "x",
        "cycle": "a: &a {b: *a}\n",
        "tag": "!!python/object/apply:os.system ['touch /tmp/weft-rig-evil']\n",
        "10 MB": "ops: {takes: {config: '" + "x" * 10_000_000 + "'}}\n",
        "no text": "\0\1\2\3" * 1000,
    }


def read_bombs(ground: Ground) -> dict[str, str]:
    """Give each bomb to the CLI, three times in different places."""
    figures = {}
    for name, text in list_bombs().items():
        for place in ("config", "dagster.yaml", "workspace.yaml"):
            folder = Path(ground.folder, f"bomb-{len(figures)}")
            folder.mkdir()
            home = folder / "home"
            home.mkdir()
            bomb = (home if place == "dagster.yaml" else folder) / (place if "." in place else "config.yaml")
            bomb.write_text(text)
            weft = [sys.executable, "-c", "from weftwork.cli import main; main()"]
            command = [*weft, "job", "execute", "-j", "chain", "-f", str(HERE / "project.py")]
            if place == "config":
                command += ["-c", str(bomb)]
            elif place == "workspace.yaml":
                command = [
                    sys.executable,
                    "-c",
                    "from weftwork.cli import main; main()",
                    "job",
                    "list",
                    "-w",
                    str(bomb),
                ]
            figures[f"{name} as {place}"] = run_command(ground, f"{name} as {place}", command, home)
    return figures


def run_command(ground: Ground, what: str, command: list[str], home: Path) -> str:
    """Run a command within bounds: it ends by itself, with a word and without a traceback."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, env={**os.environ, "DAGSTER_HOME": str(home)}, capture_output=True, text=True, timeout=60 * ground.patience,
            check=False, cwd=home, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        ground.say(f"{what}: not done after {60 * ground.patience:g} s.")
        return "timeout"
    said = done.stdout + done.stderr
    if done.returncode < 0 or "Traceback" in said or "MemoryError" in said:
        ground.say(f"{what}: exit status {done.returncode}: {said[-300:]}")
    if len(said) > 20_000:
        ground.say(f"{what}: the refusal has {len(said)} characters.")
    return f"exit {done.returncode}, {time.monotonic() - began:.1f} s"


def check_surroundings(ground: Ground, before: set[str], settings: str) -> None:
    """Nothing was written outside the home, and dagster.yaml is as it was."""
    own = {name for name in os.listdir(ground.folder) if name.startswith("bomb-")}
    extra = set(os.listdir(ground.folder)) - before - own
    evil = [path for path in ("/tmp/weft-rig-evil", "/evil", "/tmp/evil") if os.path.exists(path)]
    if extra or evil:
        ground.say(f"There are files outside the home: {sorted(extra)} {evil}.")
    if Path(ground.home, "dagster.yaml").read_text() != settings:
        ground.say("dagster.yaml was overwritten.")


def main() -> None:
    """Be hostile."""
    parser = build_parser(__doc__)
    parser.add_argument(
        "--keys", type=int, default=500, help="how many keys at random, besides the listed ones (default 500)"
    )
    parser.add_argument(
        "--no-bombs", action="store_true", help="leave out the YAML bombs, which start many processes"
    )
    options = parser.parse_args()
    dice = random.Random(options.seed)
    began = time.monotonic()
    ground = Ground(options.folder, {"telemetry": {"enabled": False}}, options.patience)
    settings = Path(ground.home, "dagster.yaml").read_text()
    before = set(os.listdir(ground.folder))
    with ground.open() as instance:
        assets = store_assets(ground, instance, list(list_keys(dice, options.keys)))
        partitions = store_partitions(ground, instance)
        config = pass_config(ground, instance)
    bombs = {} if options.no_bombs else read_bombs(ground)
    check_surroundings(ground, before, settings)
    ground.check()
    json.dumps(partitions)
    ground.report(
        "hostile", seed=options.seed, assets=assets, partitions=partitions, config=config, bombs=bombs,
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
