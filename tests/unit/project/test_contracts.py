"""The import contracts name every package that they are about.

import-linter refuses names that do not exist, so a contract can only list the packages of today.
This test says what to add when a package lands.
"""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PURE = {"base", "serde", "records", "config", "partitions", "conditions", "planning", "definitions"}
HOST = {"web", "graphql", "api", "daemon", "locations", "instance"}
USER_SIDE = {"definitions", "components", "pipes", "execution", "executors", "distributed", "code_server"}
WITHOUT_SQL = {
    "cli",
    "web",
    "graphql",
    "api",
    "daemon",
    "locations",
    "code_server",
    "executors",
    "distributed",
}
WITHOUT_SQL |= {"execution", "instance"}


def contracts() -> dict[str, dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


@pytest.mark.parametrize(
    ("name", "field", "packages"),
    [
        ("Host processes never load user code", "source_modules", HOST),
        ("Host processes never load user code", "forbidden_modules", USER_SIDE),
        (
            "Definitions and planning know no storage",
            "source_modules",
            {"definitions", "planning", "conditions"},
        ),
        ("Definitions and planning know no storage", "forbidden_modules", {"storage", "instance"}),
        ("The pure floors do no input or output", "source_modules", PURE),
        ("Only storage speaks SQL", "source_modules", WITHOUT_SQL),
    ],
)
def test_a_contract_names_every_package_it_is_about(name, field, packages):
    existing = {path.parent.name for path in (ROOT / "src" / "weftwork").glob("*/__init__.py")}
    listed = set(contracts()[name][field])
    missing = {f"weftwork.{package}" for package in packages & existing} - listed
    assert not missing, f"add these to {field} of the contract {name!r} in pyproject.toml: {sorted(missing)}"
