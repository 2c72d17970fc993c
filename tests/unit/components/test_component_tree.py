"""The components of a project: found, loaded and built when they are asked for, each once."""

from pathlib import Path

import pytest

import weftwork as dg
from weftwork.code_server.loaded_code import list_user_files
from weftwork.components import ComponentTreeException
from weftwork.components.testing import create_defs_folder_sandbox
from weftwork.components.tree import folder_nodes

TABLES = """
import weftwork as dg
from pathlib import Path

loaded = []

class Tables(dg.Component, dg.Model, dg.Resolvable):
    tables: list[str]
    needs: str | None = None

    def build_defs(self, context):
        loaded.append(context.path.name)
        if self.needs is not None:
            context.build_defs(self.needs)
        return dg.Definitions(assets=[dg.AssetSpec(table) for table in self.tables])

class Other(Tables):
    pass
"""


@pytest.fixture
def project():
    with create_defs_folder_sandbox(project_name="tree_project") as sandbox:
        write(sandbox.project_root / "src" / "tree_project" / "tables.py", TABLES)
        yield sandbox


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def declare(project, folder, **attributes):
    kind = attributes.pop("kind", "Tables")
    contents = {"type": f"tree_project.tables.{kind}", "attributes": attributes}
    project.scaffold_component(None, folder, defs_yaml_contents=contents)


def keys(defs):
    return {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}


def test_a_thousand_folders_are_read_once_each(project, monkeypatch):
    reads = []
    read_defs_file = folder_nodes.read_defs_file
    monkeypatch.setattr(
        folder_nodes, "read_defs_file", lambda path: reads.append(path) or read_defs_file(path)
    )
    for number in range(1000):
        declare(project, f"group_{number // 50}/tables_{number}", tables=[f"t{number}"])
    with project.build_component_tree() as tree:
        assert len(keys(tree.build_defs())) == 1000
        assert tree.build_defs() is tree.build_defs()
        tree.get_all_components(dg.Component)
        tree.load_component("group_3/tables_150")
    assert len(reads) == len(set(reads)) == 1000


def test_one_component_is_loaded_without_the_others(project, monkeypatch):
    reads = []
    read_defs_file = folder_nodes.read_defs_file
    monkeypatch.setattr(
        folder_nodes, "read_defs_file", lambda path: reads.append(path) or read_defs_file(path)
    )
    declare(project, "team/orders", tables=["orders"])
    declare(project, "team/items", tables=["items"])
    write(project.defs_folder_path / "broken.py", "raise ValueError('never imported')")
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs("team/orders")) == {"orders"}
        assert tree.load_component(Path("team/orders")).tables == ["orders"]
        assert not tree.is_fully_loaded()
    assert [path.parent.name for path in reads] == ["orders"]


def test_components_may_ask_for_others_but_not_for_themselves(project):
    declare(project, "first", tables=["a"])
    declare(project, "second", tables=["b"], needs="first")
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"a", "b"}
    declare(project, "first", tables=["a"], needs="second")
    with project.build_component_tree() as tree, pytest.raises(ComponentTreeException, match="needs itself"):
        tree.build_defs()


def test_templates_see_other_components(project):
    declare(project, "first", tables=["a", "b"])
    declare(project, "second", tables="{{ context.load_component('first').tables + [context.path.name] }}")
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs("second")) == {"a", "b", "second"}


def test_components_are_found_by_their_class(project):
    declare(project, "first", tables=["a"])
    declare(project, "second", tables=["b"], kind="Other")
    declare(project, "third", tables="{{ 1 / 0 }}", kind="Other")
    with project.build_component_tree() as tree:
        from tree_project.tables import Other, Tables

        assert type(tree.load_component("first", Tables)) is Tables
        with pytest.raises(dg.DagsterInvariantViolationError, match="a Other was expected"):
            tree.load_component("first", Other)
        with pytest.raises(
            dg.DagsterInvariantViolationError, match=r"no component at 'frst'.*Did you mean 'first'"
        ):
            tree.load_component("frst")
        assert tree.get_all_components(dg.FunctionComponent) == []
        with pytest.raises(ComponentTreeException, match=r"third\[0\]"):
            tree.get_all_components(Other)


def test_what_was_invalidated_is_built_anew(project):
    declare(project, "first", tables=["a"])
    declare(project, "second", tables=["b"])
    with project.build_component_tree() as tree:
        whole = tree.build_defs()
        tree.invalidate("first")
        assert not tree.has_built_all_defs()
        again = tree.build_defs()
        assert again is not whole
        assert again == whole
        from tree_project.tables import loaded

        assert loaded == ["first", "second", "first"]


def test_a_python_file_may_declare_components_beside_assets(project):
    write(
        project.defs_folder_path / "python" / "component.py",
        "import weftwork as dg\nfrom tree_project.tables import Tables\n"
        "@dg.component_instance\ndef one(context: dg.ComponentLoadContext) -> Tables:\n"
        "    return Tables(tables=[context.path.stem])\n"
        "@dg.component_instance\ndef two():\n    return Tables(tables=['two'])\n"
        "@dg.asset\ndef beside(): ...\n",
    )
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"component", "two", "beside"}
        from tree_project.tables import Tables

        assert [made.tables for made in tree.get_all_components(Tables)] == [["component"]]
        assert tree.load_component("python/component.py").components.keys() == {"one", "two"}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("@dg.component_instance\ndef f(context): return 3", "must return a component, not 3"),
        ("@dg.component_instance\ndef f(a, b): ...", "takes 2 arguments"),
        ("a = dg.Definitions()\nb = dg.Definitions(assets=[])", "has 2 Definitions"),
        ("@dg.definitions\ndef d():\n    @dg.repository\n    def r(): return []\n    return r", "returns a repository"),
    ],
)  # fmt: skip
def test_a_python_file_that_is_wrong_is_told(project, code, told):
    write(project.defs_folder_path / "wrong.py", f"import weftwork as dg\n{code}\n")
    with (
        project.build_component_tree() as tree,
        pytest.raises((dg.DagsterInvalidDefinitionError), match=told),
    ):
        tree.build_defs()


def test_the_functions_of_a_file_get_the_place_of_the_file(project):
    code = "import weftwork as dg\n@dg.definitions\ndef defs(context: dg.ComponentLoadContext):\n    return dg.Definitions(assets=[dg.AssetSpec(context.path.stem)])\n"
    write(project.defs_folder_path / "deep" / "down" / "here.py", code)
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"here"}


def test_a_folder_may_be_represented_by_its_definitions_file(project):
    write(
        project.defs_folder_path / "team" / "definitions.py",
        "import weftwork as dg\ndefs = dg.Definitions(assets=[dg.AssetSpec('told')])\n",
    )
    write(
        project.defs_folder_path / "team" / "more.py",
        "import weftwork as dg\nspec = dg.AssetSpec('beside')\n",
    )
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"told", "beside"}
        assert keys(dg.load_defs(tree.defs_module, terminate_autoloading_on_keyword_files=True)) == {"told"}


def test_hidden_folders_caches_and_other_files_are_left_out(project):
    for place in (".hidden/a.py", "__pycache__/b.py", "notes.txt", "empty/.keep"):
        write(project.defs_folder_path / place, "1 / 0")
    write(project.defs_folder_path / "_private.py", "import weftwork as dg\nspec = dg.AssetSpec('private')\n")
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"private"}
        assert tree.to_string_representation() == "└── _private.py"


def test_the_tree_is_drawn_with_what_became_of_it(project):
    declare(project, "first", tables=["a"])
    write(project.defs_folder_path / "first" / "more.yaml", "")
    text = (project.defs_folder_path / "first" / "defs.yaml").read_text()
    write(project.defs_folder_path / "second" / "defs.yaml", f"{text}---\ntype: tree_project.tables.Tables\n")
    with project.build_component_tree() as tree:
        tree.load_component("first")
        with pytest.raises(ComponentTreeException):
            tree.build_defs("second")
        assert tree.to_string_representation(include_load_and_build_status=True).splitlines() == [
            "├── first (loaded)",
            "│   └── defs.yaml (Tables) (loaded)",
            "└── second (error)",
            "    ├── defs.yaml[0] (Tables) (loaded)",
            "    └── defs.yaml[1] (Tables) (error)",
        ]


def test_a_project_is_found_from_any_place_in_it(project):
    declare(project, "first", tables=["a"])
    with project.activate_venv_for_project():
        defs = dg.load_from_defs_folder(path_within_project=project.defs_folder_path / "first")
        assert keys(defs) == {"a"}
        assert defs.component_tree.code_location_name == project.project_root.name
        component, made = dg.get_component_defs_within_project(
            project_root=project.project_root, component_path="first"
        )
        assert component.tables == ["a"]
        assert keys(made) == {"a"}
        with pytest.raises(dg.DagsterInvariantViolationError, match="has 1 components"):
            dg.get_component_defs_within_project(
                project_root=project.project_root, component_path="first", instance_key=1
            )


def test_a_project_may_name_its_definitions_alone(project):
    declare(project, "first", tables=["a"])
    (project.project_root / "dg.toml").write_text('[project]\ndefs_module = "tree_project.defs"\n')
    with project.activate_venv_for_project():
        assert keys(dg.load_from_defs_folder(path_within_project=project.project_root)) == {"a"}
    (project.project_root / "dg.toml").write_text("[project]\n")
    with pytest.raises(dg.DagsterInvariantViolationError, match="must name its root_module"):
        dg.load_from_defs_folder(path_within_project=project.project_root)


def test_a_project_that_is_not_installed_is_told(project, tmp_path):
    with pytest.raises(dg.DagsterImportError, match=r"(?s)not installed.*PYTHONPATH.*pip install -e \."):
        dg.load_from_defs_folder(path_within_project=project.project_root)
    with pytest.raises(dg.DagsterInvariantViolationError, match="is in no project"):
        dg.load_from_defs_folder(path_within_project=tmp_path)
    with pytest.raises(dg.DagsterInvariantViolationError, match="Give path_within_project"):
        dg.load_from_defs_folder()


def test_resources_above_serve_assets_that_are_changed_below(project):
    write(
        project.defs_folder_path / "resources.py",
        "import weftwork as dg\ndefs = dg.Definitions(resources={'shared': 1})\n",
    )
    write(
        project.defs_folder_path / "team" / "assets.py",
        "import weftwork as dg\n@dg.asset(required_resource_keys={'shared'}, tags={'kind': 'a'})\ndef orders(context): ...\n"
        "@dg.asset\ndef items(): ...\nsource = dg.SourceAsset('source')\n",
    )
    write(
        project.defs_folder_path / "team" / "defs.yaml",
        "type: dagster.DefsFolderComponent\npost_processing:\n  assets:\n"
        "    - {target: 'tag:kind=a', attributes: {group_name: chosen, tags: {name: '{{ asset.key.path[-1] }}'}}}\n",
    )
    with project.build_component_tree() as tree:
        defs = tree.build_defs()
        dg.Definitions.validate_loadable(defs)
        specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    assert specs["orders"].group_name == "chosen"
    assert specs["orders"].tags == {"kind": "a", "name": "orders"}
    assert specs["items"].group_name == "default"
    assert "source" in specs


def test_an_asset_tells_the_line_that_declares_it(project):
    declare(project, "first", tables=["a"])
    with project.build_component_tree() as tree:
        spec = tree.build_defs().resolve_all_asset_specs()[0]
    (reference,) = spec.metadata["dagster/code_references"].code_references
    assert reference.file_path.endswith("first/defs.yaml")
    assert reference.line_number == 1


def test_who_watches_code_is_told_of_the_files(project):
    declare(project, "first", tables=["a"])
    declare(project, "wrong", tablez=["a"])
    with project.build_component_tree() as tree, pytest.raises(ComponentTreeException):
        tree.build_defs()
    files = set(list_user_files())
    assert {str(project.defs_folder_path / name / "defs.yaml") for name in ("first", "wrong")} <= files


def test_two_files_with_one_asset_are_told(project):
    for name in ("a", "b"):
        write(
            project.defs_folder_path / f"{name}.py", "import weftwork as dg\n@dg.asset\ndef orders(): ...\n"
        )
    with (
        project.build_component_tree() as tree,
        pytest.raises(dg.DagsterInvalidDefinitionError, match="defined twice"),
    ):
        dg.Definitions.validate_loadable(tree.build_defs())


def test_a_file_may_import_an_asset_of_another(project):
    write(project.defs_folder_path / "a.py", "import weftwork as dg\n@dg.asset\ndef orders(): ...\n")
    write(
        project.defs_folder_path / "b.py",
        "import weftwork as dg\nfrom tree_project.defs.a import orders\n@dg.asset(deps=[orders])\ndef items(): ...\n",
    )
    with project.build_component_tree() as tree:
        assert keys(tree.build_defs()) == {"orders", "items"}
