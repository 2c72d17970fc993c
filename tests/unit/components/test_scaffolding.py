"""New components: the files that they begin with."""

import pytest
from pydantic import BaseModel, ValidationError

import weftwork as dg
from weftwork.components import NoParams, get_scaffolder, has_scaffolder, parse_params_model, scaffold_object
from weftwork.components.testing import copy_code_to_file, create_defs_folder_sandbox, scaffold_defs_sandbox


class Params(BaseModel):
    name: str
    size: int = 1


class OrdersScaffolder(dg.Scaffolder):
    @classmethod
    def get_scaffold_params(cls):
        return Params

    def scaffold(self, request):
        dg.scaffold_component(request, {"name": request.params.name})
        (request.target_path / "query.sql").write_text(f"select {request.params.size}")


class PlainScaffolder(dg.Scaffolder):
    def scaffold(self, request): ...


@dg.scaffold_with(OrdersScaffolder)
class Orders(dg.Component, dg.Model, dg.Resolvable):
    name: str

    def build_defs(self, context):
        return dg.Definitions(assets=[dg.AssetSpec(self.name)])


@dg.scaffold_with(PlainScaffolder)
def plain(): ...


def test_a_scaffolder_writes_the_files_of_its_component():
    with scaffold_defs_sandbox(
        component_cls=Orders, component_path="a/b", scaffold_params={"name": "orders"}
    ) as sandbox:
        assert (sandbox.defs_folder_path / "query.sql").read_text() == "select 1"
        with sandbox.load() as (component, defs):
            assert component.name == "orders"
            assert len(defs.assets) == 1
        with sandbox.load(component_body={"type": f"{__name__}.Orders", "attributes": {"name": "x"}}) as (
            component,
            _,
        ):
            assert component.name == "x"


def test_other_components_begin_with_their_type_alone(tmp_path):
    scaffold_object(tmp_path, "dagster.FunctionComponent")
    assert (tmp_path / "defs.yaml").read_text() == "type: weftwork.FunctionComponent\n\nattributes: {}\n"
    with pytest.raises(dg.DagsterInvariantViolationError, match="is there already"):
        scaffold_object(tmp_path, "dagster.FunctionComponent")
    scaffold_object(tmp_path, "dagster.DefinitionsComponent", append=True)
    assert (tmp_path / "defs.yaml").read_text().count("---") == 1


def test_a_component_may_begin_in_python():
    with create_defs_folder_sandbox() as sandbox:
        path = sandbox.scaffold_component(dg.PythonScriptComponent, "x", scaffold_format="python")
        code = (path / "component.py").read_text()
        assert "from weftwork import PythonScriptComponent" in code
        compile(code, "component.py", "exec")


def test_what_a_scaffolder_takes_is_checked():
    assert parse_params_model(Orders, '{"name": "a"}') == Params(name="a")
    assert parse_params_model(plain) == NoParams()
    with pytest.raises(ValidationError, match="name"):
        parse_params_model(Orders)
    with pytest.raises(ValidationError, match="extra"):
        parse_params_model(plain, '{"name": "a"}')
    with pytest.raises(dg.CheckError, match="decorated with @scaffold_with"):
        parse_params_model(print)


def test_a_class_tells_its_scaffolder():
    assert has_scaffolder(Orders)
    assert not has_scaffolder(Params)
    assert isinstance(get_scaffolder(Orders), OrdersScaffolder)
    with pytest.raises(dg.CheckError, match="has no scaffolder"):
        get_scaffolder(Params)


def test_code_of_a_test_becomes_a_file(tmp_path):
    def code():
        import weftwork as dg

        @dg.asset
        def orders(): ...

    copy_code_to_file(code, tmp_path / "orders.py")
    assert (tmp_path / "orders.py").read_text().startswith("import weftwork as dg\n")
