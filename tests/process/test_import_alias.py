"""`import dagster` in users' programs resolves to Weftwork where it should, in real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from dagster import job, op
import dagster as dg

@op
def one() -> int:
    return 1

@job
def small():
    one()

assert small.execute_in_process().output_for_node("one") == 1
assert issubclass(dg.DagsterInvalidDefinitionError, dg.DagsterError)
print(dg.__version__, dg.op.__module__)
"""


@pytest.fixture
def run(tmp_path):
    def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environ = {k: v for k, v in os.environ.items() if k != "WEFTWORK_AS_DAGSTER"}
        environ |= {"DAGSTER_HOME": str(tmp_path / "home"), **environment}
        (tmp_path / "home").mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environ,
            check=False,
        )

    return run_python


@pytest.fixture
def real_package(tmp_path) -> Path:
    """A folder with a package named dagster, as if the real one were installed."""
    folder = tmp_path / "site" / "dagster"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("__version__ = 'the real one'\n")
    return folder.parent


def test_without_being_asked_the_name_is_not_taken(run):
    ended = run("-c", "import weftwork; weftwork.op; import dagster")

    assert "No module named 'dagster'" in ended.stderr


def test_a_program_asks_with_one_import(run):
    ended = run("-c", "import weftwork.as_dagster" + PROGRAM)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["1.13.27", "weftwork.definitions.ops.decorator"]


def test_star_imports_and_documented_sub_modules_work(run):
    program = """
import weftwork.as_dagster
from dagster import *
import dagster.utils.forked_pdb
from dagster.experimental import DynamicOutputDefinition
assert op.__module__.startswith("weftwork."), op
assert dagster.utils.forked_pdb.ForkedPdb
"""
    ended = run("-W", "ignore", "-c", program)

    assert ended.returncode == 0, ended.stderr


def test_internal_modules_are_refused_with_the_way_out(run):
    ended = run("-c", "import weftwork.as_dagster, dagster; import dagster._core.definitions")

    assert "'dagster._core' is not served" in ended.stderr
    assert "Import the name from 'dagster' itself" in ended.stderr


def test_a_wrong_name_names_the_nearest(run):
    ended = run("-c", "import weftwork.as_dagster, dagster; dagster.materialise")

    assert "materialize" in ended.stderr


def test_an_installed_package_keeps_its_name(run, real_package):
    ended = run(
        "-c", "import weftwork.as_dagster, dagster; print(dagster.__version__)", PYTHONPATH=str(real_package)
    )

    assert ended.stdout.strip() == "the real one"


def test_an_installed_package_is_hidden_when_asked(run, real_package):
    ended = run(
        "-c",
        "import weftwork.as_dagster, dagster; print(dagster.__version__)",
        PYTHONPATH=str(real_package),
        WEFTWORK_AS_DAGSTER="force",
    )

    assert ended.stdout.strip() == "1.13.27"


def test_it_can_be_turned_off(run):
    ended = run("-c", "import weftwork.as_dagster, dagster", WEFTWORK_AS_DAGSTER="off")

    assert "No module named 'dagster'" in ended.stderr


def test_hiding_a_package_that_was_imported_already_is_refused(run, real_package):
    ended = run(
        "-c",
        "import dagster, weftwork.as_dagster as alias; alias.install_alias(over_installed=True)",
        PYTHONPATH=str(real_package),
    )

    assert "has been imported already" in ended.stderr


def test_children_of_a_process_have_the_alias_too(run):
    program = """
import os, weftwork.as_dagster
child = os.fork()
if child == 0:
    import dagster
    os._exit(0 if dagster.op else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    assert run("-c", program).returncode == 0


def test_the_command_loads_programs_that_import_dagster(run, tmp_path):
    (tmp_path / "program.py").write_text(
        "import dagster as dg\n\n@dg.asset\ndef numbers():\n    return [1, 2]\n\ndefs = dg.Definitions(assets=[numbers])\n"
    )
    ended = run(
        "-c",
        "from weftwork.cli import main; main()",
        "materialize",
        "-f",
        "program.py",
        "--select",
        "numbers",
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "how", [["-p", "weftwork.as_dagster"], ["-p", "weftwork.pytest_plugin", "--as-dagster"]]
)
def test_pytest_serves_the_alias_when_asked(run, tmp_path, how):
    (tmp_path / "conftest.py").write_text("import dagster\n")
    (tmp_path / "test_program.py").write_text("def test_it():\n    from dagster import op\n    assert op\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    ended = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *how, "test_program.py")

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


def test_pytest_serves_the_alias_where_the_ini_file_says_so(run, tmp_path):
    (tmp_path / "test_program.py").write_text("from dagster import op\n\ndef test_it():\n    assert op\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nweftwork_as_dagster = true\n")

    ended = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "weftwork.pytest_plugin", "test_program.py"
    )

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
