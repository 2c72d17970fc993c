"""What components cost and know: imports, contexts, one component by itself."""

import json
import subprocess
import sys

import pytest

import weftwork as dg
from weftwork.components import ComponentFileError, ComponentPath, resolved
from weftwork.components.resolved import templates


class Named(dg.Component, dg.Model, dg.Resolvable):
    """A component with a name.

    More of it.
    """

    name: str

    @staticmethod
    @dg.template_var
    def greeting():
        return "hello"

    @staticmethod
    @dg.template_var()
    def folder(context: dg.ComponentLoadContext):
        return lambda suffix: context.path.name + suffix

    @classmethod
    def get_additional_scope(cls):
        return {"extra": "more"}

    def build_defs(self, context):
        return dg.Definitions(assets=[dg.AssetSpec(self.name)])


def modules_after(code):
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_facade_loads_no_components():
    loaded = modules_after("import weftwork as dg\ndg.asset")
    assert not {
        name for name in loaded if name.startswith("weftwork.components") or name in ("jinja2", "yaml")
    }


def test_a_project_of_python_files_needs_no_pydantic_yaml_or_jinja2(tmp_path):
    folder = tmp_path / "plain_project" / "defs"
    folder.mkdir(parents=True)
    (folder / "orders.py").write_text("import weftwork as dg\n@dg.asset\ndef orders(): ...\n")
    code = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport weftwork as dg, plain_project.defs as d\nassert dg.load_defs(d).assets"
    assert not modules_after(code) & {"pydantic", "yaml", "jinja2", "subprocess"}


def test_without_jinja2_one_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2.sandbox", None)
    templates._environments.cache_clear()
    try:
        assert Named.resolve_from_dict({"name": "no template"}).name == "no template"
        with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"pip install 'weftwork\[components\]'"):
            Named.resolve_from_dict({"name": "{{ 1 }}"})
    finally:
        templates._environments.cache_clear()
    assert resolved.__doc__


@pytest.mark.parametrize(
    ("name", "expected"),
    [("{{ greeting }}", "hello"), ("{{ folder('_x') }}", "here_x"), ("{{ extra }}!", "more!")],
)
def test_templates_see_what_the_class_offers(name, expected, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert Named.from_attributes_dict(attributes={"name": name}).name == expected


def test_a_component_is_loaded_from_one_file(tmp_path):
    path = tmp_path / "defs.yaml"
    path.write_text(f"type: {__name__}.Named\nattributes: {{name: orders}}\n")
    assert Named.from_yaml_path(path).name == "orders"
    with pytest.raises(ComponentFileError, match="a FunctionComponent was expected"):
        dg.FunctionComponent.from_yaml_path(path)
    path.write_text(f"{path.read_text()}---\n{path.read_text()}")
    with pytest.raises(ComponentFileError, match="declares 2 components"):
        Named.from_yaml_path(path)
    with pytest.raises(ComponentFileError, match="cannot be read"):
        Named.from_yaml_path(tmp_path / "nothing.yaml")


def test_a_type_tells_what_it_is():
    assert Named.get_description().startswith("A component with a name.")
    assert Named.get_spec() == dg.ComponentTypeSpec()
    assert set(Named.get_model_cls().model_fields) == {"name"}
    assert Named.get_schema() is None


def test_a_context_knows_modules_and_places():
    context = dg.ComponentTree.for_test().load_context
    inside = context.for_path(context.defs_module_path / "a" / "b.py")
    assert inside.defs_relative_module_name(inside.path) == "test.a.b"
    assert inside.normalize_component_type_str(".Tables") == "test.a.Tables"
    assert inside.component_path == ComponentPath(inside.path)
    with pytest.raises(dg.DagsterInvariantViolationError, match="is not in"):
        context.defs_relative_module_name(context.defs_module_path.parent)
    with pytest.raises(dg.DagsterInvariantViolationError, match="No component is being loaded"):
        dg.ComponentLoadContext.from_resolution_context(dg.ResolutionContext.default())


def test_a_component_gets_resources_where_it_is_alone():
    defs = dg.component_defs(component=Named(name="a"), resources={"r": 1})
    assert defs.resources == {"r": 1}
    assert dg.ComponentTree.for_test().build_defs is not None


def test_a_form_is_kept_in_the_schema():
    form = dg.ComponentFormConfig(label="Name", id_source=True)

    class Shown(dg.Resolvable, dg.Model):
        name: str

        @classmethod
        def get_form_config(cls):
            return form

    assert Shown.model().model_json_schema()["x-form"] == {
        "label": "Name",
        "editable": False,
        "idSource": True,
    }
