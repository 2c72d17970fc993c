"""What importing costs: nothing heavy is loaded by those who do not use it."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "pydantic", "click", "asyncio", "ssl", "sqlite3", "yaml", "rich", "numpy", "pandas", "polars", "pyarrow", "duckdb",
    "starlette", "uvicorn", "ariadne", "graphql", "websockets", "psycopg", "fsspec", "multiprocessing", "subprocess",
}  # fmt: skip

DEFINE = """
@dg.asset
def numbers(): return [1]

@dg.asset
def total(numbers): return sum(numbers)

@dg.op
def one(): return 1

@dg.job
def j(): one()

dg.Definitions(assets=[numbers, total], jobs=[j])
"""
RUN = (
    DEFINE
    + "assert dg.materialize_to_memory([numbers, total]).success\nassert j.execute_in_process().success\n"
)


# Parts that a first run in memory has no use for: nothing there outlives the process, and nobody asked a question.
UNUSED = {
    "conditions", "config.evaluation", "config.sources", "definitions.assets.layer.grouping", "definitions.loggers.capture",
    "definitions.loggers.console", "definitions.loggers.log_manager", "definitions.nodes.invocation",
    "definitions.ops.op_config", "definitions.run_config.config_mapping", "definitions.run_config.configured",
    "definitions.run_config.execution_shape", "executors", "locations", "partitions", "planning.asset_graph",
    "planning.reexecution", "planning.selection", "processes", "execution.contexts", "execution.control.pools", "execution.control.run_lease", "execution.steps.hooks",
    "execution.steps.observations", "execution.versions.staleness", "instance.control", "instance.launch.launcher",
    "instance.retention", "instance.stores", "records.control.backfills", "records.lookups", "records.snapshots",
    "storage.append", "storage.drivers", "storage.store", "storage.tables.runs",
}  # fmt: skip

FIRST_ASSET = """
@dg.asset
def one(): return 1

assert dg.materialize_to_memory([one]).output_for_node("one") == 1
"""
FIRST_OP = """
@dg.op
def one(): return 1

@dg.job
def j(): one()

assert j.execute_in_process().output_for_node("one") == 1
"""


def modules_after(program):
    code = f"import json, sys\nimport weftwork as dg\n{program}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("program", ["", DEFINE, RUN], ids=["import", "define", "run in memory"])
def test_nothing_heavy_is_loaded(program):
    assert modules_after(program) & HEAVY == set()


def test_importing_loads_the_facade_and_nothing_above_the_ground_floor():
    loaded = {name for name in modules_after("") if name.startswith("weftwork.")}

    assert {name.split(".")[1] for name in loaded} <= {"base"}


@pytest.mark.parametrize("program", [FIRST_ASSET, FIRST_OP], ids=["asset", "op"])
def test_a_first_run_in_memory_loads_only_what_it_uses(program):
    loaded = {
        name.removeprefix("weftwork.") for name in modules_after(program) if name.startswith("weftwork.")
    }

    assert {
        part for part in UNUSED if any(name == part or name.startswith(f"{part}.") for name in loaded)
    } == set()


@pytest.mark.parametrize("program", [FIRST_ASSET, FIRST_OP], ids=["asset", "op"])
def test_a_first_run_in_memory_loads_little_of_the_standard_library(program):
    unused = {"hashlib", "_hashlib", "logging", "pathlib", "random", "string", "traceback"}

    assert modules_after(program) & unused == set()


@pytest.mark.parametrize(("program", "most"), [(FIRST_ASSET, 225), (FIRST_OP, 205)], ids=["asset", "op"])
def test_a_first_run_in_memory_loads_no_more_modules_than_it_did(program, most):
    before, after = modules_after(""), modules_after(program)

    # Each costs about 0.2 ms. Raise the number only for what a first run cannot do without.
    assert len({name for name in after - before if name.startswith("weftwork.")}) <= most


def test_what_every_program_needs_next_is_loaded_with_the_package():
    assert "msgspec" in modules_after("")
