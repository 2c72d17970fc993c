"""`weft definitions validate`, and the project files that commands find by themselves."""

import json

import pytest
from click.testing import CliRunner

from weftwork.cli.root import weft

GOOD = """
import os
import weftwork as dg

@dg.asset
def orders(): ...

@dg.op
def work(): ...

@dg.job
def nightly(): work()
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(weft, ["definitions", "validate", *arguments])


def test_locations_that_load_and_that_do_not(tmp_path, run):
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text("1 / 0")

    result = run("-f", "good.py", "-f", "bad.py")

    assert result.exit_code == 1
    assert "ok      good.py  1 asset, 1 job" in result.output
    assert "failed  bad.py" in result.output
    assert "ZeroDivisionError: division by zero" in result.output
    assert 'bad.py", line 1' in result.output


def test_json_for_programs(tmp_path, run):
    (tmp_path / "good.py").write_text(GOOD)

    answer = json.loads(run("-f", "good.py", "--json").output)

    assert answer["is_valid"]
    (location,) = answer["locations"]
    assert (location["name"], location["assets"], location["jobs"]) == ("good.py", 1, 1)


def test_code_knows_that_it_is_validated(tmp_path, run):
    (tmp_path / "good.py").write_text(GOOD + "assert os.environ['DAGSTER_IS_DEFS_VALIDATION_CLI'] == '1'\n")

    assert run("-f", "good.py").exit_code == 0


def test_code_that_hangs_is_stopped(tmp_path, run):
    (tmp_path / "hangs.py").write_text("while True: ...")

    result = run("-f", "hangs.py", "--timeout", "4")

    assert result.exit_code == 1
    assert "within 4 seconds" in result.output
    assert "line 1, in <module>" in result.output


def test_the_project_of_the_working_directory(tmp_path, run):
    (tmp_path / "pyproject.toml").write_text('[tool.dagster]\nmodule_name = "mine.defs"\n')
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "defs.py").write_text(GOOD)
    (tmp_path / ".env").write_text("NAME_IN_FILE=here\n")
    (tmp_path / "mine" / "__init__.py").write_text("import os\nassert os.environ['NAME_IN_FILE'] == 'here'\n")

    assert "ok      mine.defs" in run().output
    jobs = CliRunner().invoke(weft, ["job", "list", "--json"])
    assert [job["name"] for job in json.loads(jobs.output)["jobs"]] == ["nightly"]


def test_nothing_to_validate_is_an_error_unless_it_is_meant(tmp_path, run):
    result = run()

    assert result.exit_code == 2
    assert "workspace.yaml" in result.output
    assert run("--empty-workspace").exit_code == 0


def test_several_repositories_of_one_file(tmp_path, run):
    code = "import weftwork as dg\n"
    for name in ("first", "second"):
        code += f"@dg.asset\ndef of_{name}(): ...\n@dg.repository\ndef {name}(): return [of_{name}]\n"
    (tmp_path / "both.py").write_text(code)

    answer = json.loads(run("-f", "both.py", "--json").output)

    assert answer["locations"][0]["assets"] == 2
