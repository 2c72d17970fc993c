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
