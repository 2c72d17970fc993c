"""The first program that people read does what the README says."""

import re
from pathlib import Path

import weftwork as dg

README = Path(__file__).parents[3] / "README.md"


def test_the_example_in_the_readme_runs():
    [program] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict = {}
    exec(compile(program, str(README), "exec"), names)
    result = dg.materialize(
        [names["orders"], names["revenue"], names["revenue_is_positive"]],
        resources={"shop": names["Shop"](), "io_manager": dg.InMemoryIOManager()},
        partition_key="2024-01-15",
    )
    assert result.output_for_node("revenue") == 63.0
    [check] = result.get_asset_check_evaluations()
    assert check.passed
