"""workspace.yaml, pyproject.toml and dg.toml: which code locations they name."""

import os

import pytest

import weftwork as dg
from weftwork.locations.origins import find_origins, list_origins
from weftwork.locations.workspace_file import read_workspace_file


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_every_documented_kind_of_entry(tmp_path, monkeypatch):
    monkeypatch.setenv("CODE_PORT", "4266")
    path = write(
        tmp_path / "workspace.yaml",
        """
load_from:
  - python_file: one.py
  - python_file:
      relative_path: sub/two.py
      attribute: defs
      location_name: second
      working_directory: sub
      executable_path: venv/bin/python
  - python_module: package.three
  - python_module: {module_name: package.four, attribute: other}
  - python_package: package
  - autoload_defs_module: project.defs
  - grpc_server: {host: far.example, port: {env: CODE_PORT}, location_name: far}
  - grpc_server: {socket: run/server, key_file: run/key}
""",
    )

    one, two, three, four, five, six, seven, eight = read_workspace_file(path)

    assert (one.name, one.code.python_file, one.code.working_directory) == (
        "one.py", str(tmp_path / "one.py"), str(tmp_path),
    )  # fmt: skip
    assert two.name == "second"
    assert two.code.python_file == str(tmp_path / "sub" / "two.py")
    assert (two.code.attribute, two.code.working_directory) == ("defs", str(tmp_path / "sub"))
    assert two.code.python == str(tmp_path / "venv/bin/python")
    assert (three.name, three.code.module_name) == ("package.three", "package.three")
    assert (four.name, four.code.attribute) == ("package.four:other", "other")
    assert (five.code.package_name, six.code.package_name) == ("package", "project.defs")
    assert (seven.name, seven.code, seven.address) == ("far", None, "far.example:4266")
    assert (eight.address, eight.key_file) == (str(tmp_path / "run/server"), str(tmp_path / "run/key"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("load_from: 3", "load_from"),
        ("load_form: []", "load_from"),
        ("load_from: []\nother: 1", "'other'"),
        ("load_from: [python_fil: a.py]", "Did you mean 'python_file'"),
        ("load_from: [{python_file: {relative_path: a.py, atribute: x}}]", "Did you mean 'attribute'"),
        ("load_from: [{python_file: {attribute: x}}]", "relative_path"),
        ("load_from: [{python_module: 3}]", "text or settings"),
        ("load_from: [{grpc_server: {host: a}}]", "port or its socket"),
        ("load_from: [{grpc_server: {port: abc}}]", "number"),
        ("load_from: [{grpc_server: {port: 1, ssl: 7}}]", "true or false"),
        ("load_from: [{grpc_server: {port: {env: NO_SUCH_VARIABLE_ANYWHERE}}}]", "NO_SUCH_VARIABLE_ANYWHERE"),
        ("load_from: [", "no YAML"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, text, told):
    path = write(tmp_path / "workspace.yaml", text)

    with pytest.raises(dg.DagsterInvariantViolationError, match=told):
        read_workspace_file(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(dg.DagsterInvariantViolationError, match="cannot be read"):
        read_workspace_file(tmp_path / "none.yaml")


def test_a_folder_is_read_in_the_documented_order(tmp_path):
    assert find_origins(str(tmp_path)) == []
    write(tmp_path / "definitions.py", "")
    assert [origin.name for origin in find_origins(str(tmp_path))] == ["definitions.py"]
    write(tmp_path / "pyproject.toml", '[tool.dagster]\nmodule_name = "proj.defs"\n')
    assert [origin.name for origin in find_origins(str(tmp_path))] == ["proj.defs"]
    write(tmp_path / "workspace.yaml", "load_from: [{python_file: a.py}]")
    assert [origin.name for origin in find_origins(str(tmp_path))] == ["a.py"]


def test_pyproject_names_modules(tmp_path):
    write(
        tmp_path / "pyproject.toml",
        '[tool.dagster]\nmodules = [{type = "module", name = "a.b"}, {type = "package", name = "c"}]\n',
    )

    first, second = find_origins(str(tmp_path))

    assert (first.code.module_name, second.code.package_name) == ("a.b", "c")
    assert first.code.working_directory == str(tmp_path)


def test_pyproject_names_the_code_location(tmp_path):
    write(tmp_path / "pyproject.toml", '[tool.dagster]\nmodule_name = "a"\ncode_location_name = "mine"\n')

    assert [origin.name for origin in find_origins(str(tmp_path))] == ["mine"]


def test_a_project_of_dg(tmp_path):
    folder = tmp_path / "my-project"
    write(
        folder / "pyproject.toml",
        '[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "mine"\n',
    )
    write(folder / "src" / "mine" / "definitions.py", "")
    (python := folder / ".venv" / "bin" / "python").parent.mkdir(parents=True)
    python.write_text("")

    (origin,) = find_origins(str(folder))

    assert origin.name == "my-project"
    assert origin.code.module_name == "mine.definitions"
    assert origin.code.working_directory == str(folder / "src")
    assert origin.code.python == str(python)


def test_a_workspace_of_dg_has_projects(tmp_path):
    write(
        tmp_path / "dg.toml",
        'directory_type = "workspace"\n[workspace]\nprojects = [{path = "one"}, {path = "two"}]\n',
    )
    write(tmp_path / "one" / "dg.toml", 'directory_type = "project"\n[project]\nroot_module = "one"\n')
    write(
        tmp_path / "two" / "dg.toml",
        'directory_type = "project"\n[project]\nroot_module = "two"\ncode_location_name = "2nd"\n'
        'code_location_target_module = "two.main"\n',
    )

    first, second = find_origins(str(tmp_path))

    assert (first.name, first.code.package_name) == ("one", "one.defs")
    assert (second.name, second.code.module_name) == ("2nd", "two.main")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.dagster]\nmodule_name = 3\n", "must be text"),
        ("[tool.dagster]\nmodules = [3]\n", "entry 1 of modules"),
        ("[tool.dg]\n[tool.dg.project]\n", "root_module"),
        ("tool = 3", "table"),
        ("[tool", "cannot be read"),
    ],
)
def test_a_wrong_project_file_is_told(tmp_path, text, told):
    write(tmp_path / "pyproject.toml", text)
    if "project]" in text:
        write(tmp_path / "pyproject.toml", '[tool.dg]\ndirectory_type = "project"\n')

    with pytest.raises(dg.DagsterInvariantViolationError, match=told):
        find_origins(str(tmp_path))


def test_what_a_command_line_names(tmp_path):
    first, second = list_origins(
        python_files=["a.py"], module_names=["m"], working_directory=str(tmp_path), attribute="defs"
    )

    assert (first.name, first.code.python_file) == ("a.py:defs", str(tmp_path / "a.py"))
    assert (second.name, second.code.attribute) == ("m:defs", "defs")
    assert second.code.working_directory == os.path.abspath(tmp_path)
    with pytest.raises(dg.DagsterInvariantViolationError, match="exactly one"):
        list_origins(python_files=["a.py", "b.py"], location_name="x")
