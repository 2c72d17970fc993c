"""A project of components at the command line: found by its pyproject.toml, checked, listed, begun, run."""

import shutil
import sqlite3
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1] / "fixtures" / "sales_project"


@pytest.fixture
def project(folder, monkeypatch):
    shutil.copytree(PROJECT, folder.path, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    monkeypatch.setenv("SALES_DATABASE", str(folder.path / "sales.db"))
    monkeypatch.setenv("SALES_REPORT", str(folder.path / "report.txt"))
    return folder


def test_a_project_is_found_and_its_scripts_and_sql_run(project):
    done = project.materialize("--select", "report, key:marts/revenue")
    assert done.returncode == 0, done.stderr
    assert (project.path / "report.txt").read_text() == "42 EUR"
    with sqlite3.connect(project.path / "sales.db") as connection:
        assert connection.execute("select amount from revenue").fetchall() == [(42,)]
    (location,) = project.json("definitions", "validate")["locations"]
    assert (location["is_valid"], location["assets"]) == (True, 5)


def test_all_that_is_wrong_in_files_is_told_without_building_anything(project):
    assert project.weft("check", "yaml").stdout == "5 files checked, nothing is wrong.\n"
    (project.path / "src/sales/defs/tables/defs.yaml").write_text(
        "type: sales.components.Tables\nattributes: {schema_nam: x}\n---\ntype: sales.components.Tablez\n"
    )
    (project.path / "src/sales/defs/staging/defs.yaml").write_text("typ: dagster.DefsFolderComponent\n")
    (project.path / "src/sales/defs/marts/defs.yaml").write_text(
        "type: dagster.DefsFolderComponent\npost_processing: {assets: [{attributes: {ownr: 1}}]}\n"
    )
    done = project.weft("check", "yaml")
    assert done.returncode == 1
    assert "Did you mean 'schema_name'?" in done.stdout
    assert "Did you mean 'Tables'?" in done.stdout
    assert "staging/defs.yaml:1: there is no key 'typ'. Did you mean 'type'?" in done.stdout
    assert "post_processing.assets.0.attributes.ownr" in done.stdout
    failed = project.weft("definitions", "validate")
    assert failed.returncode == 1
    assert "defs.yaml:1: there is no key 'typ'" in failed.stdout


def test_types_are_listed_and_components_begun(project):
    listed = project.weft("list", "components").stdout
    assert "sales.components.Tables     " in listed
    assert "weftwork.FunctionComponent" in listed
    names = {entry["name"]: entry for entry in project.json("list", "components")}
    assert set(names["sales.components.Tables"]["schema"]["properties"]) == {"schema_name", "tables"}
    begun = project.weft("scaffold", "defs", "Tables", "crm/new")
    assert begun.stdout == "src/sales/defs/crm/new/defs.yaml\n"
    assert "type: sales.components.Tables" in (project.path / "src/sales/defs/crm/new/defs.yaml").read_text()
    again = project.weft("scaffold", "defs", "Tables", "crm/new")
    assert again.returncode == 1
    assert "is there already" in again.stderr
    wrong = project.weft("scaffold", "defs", "Tablez", "crm/other")
    assert "Did you mean 'Tables'?" in wrong.stderr


def test_outside_of_a_project_one_is_told(folder):
    done = folder.weft("list", "components")
    assert done.returncode == 1
    assert "is in no project" in done.stderr
