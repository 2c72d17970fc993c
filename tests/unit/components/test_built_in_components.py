"""Components that come with Weftwork."""

import sys

import pytest

import weftwork as dg
from weftwork.components import FunctionSpec, SQLClient, SqlFile
from weftwork.components.testing import create_defs_folder_sandbox

HERE = __name__


class Size(dg.Config):
    rows: int = 1


def load_orders(context, warehouse: dg.ResourceParam[str], config: Size):
    return dg.MaterializeResult(metadata={"warehouse": warehouse, "rows": config.rows})


def check_orders(context):
    return dg.AssetCheckResult(passed=True)


def test_a_function_makes_assets_with_its_config_and_resources():
    component = dg.FunctionComponent.from_attributes_dict(
        attributes={
            "execution": {"name": "load", "fn": f"{HERE}.load_orders", "tags": {"a": "b"}, "pool": "db", "description": "D"},
            "assets": [{"key": "orders"}],
        }
    )  # fmt: skip
    defs = dg.build_defs_for_component(component)
    op = defs.assets[0].op
    assert (op.name, op.tags, op.pool, op.description) == ("load", {"a": "b"}, "db", "D")
    result = dg.materialize(
        defs.assets, resources={"warehouse": "duck"}, run_config={"ops": {"load": {"config": {"rows": 3}}}}
    )
    (made,) = result.asset_materializations_for_node("load")
    assert made.metadata == {"warehouse": dg.TextMetadataValue("duck"), "rows": dg.IntMetadataValue(3)}


def test_a_function_may_evaluate_checks_only():
    said = {"execution": f"{HERE}.check_orders", "checks": [{"asset": "orders", "name": "full"}]}
    defs = dg.build_defs_for_component(dg.FunctionComponent.from_attributes_dict(attributes=said))
    result = dg.materialize(defs.asset_checks, selection=dg.AssetSelection.all_asset_checks())
    assert [evaluation.check_name for evaluation in result.get_asset_check_evaluations()] == ["full"]


def test_a_function_is_given_in_python_too():
    component = dg.FunctionComponent(
        execution=FunctionSpec(fn=check_orders), checks=[dg.AssetCheckSpec("full", asset="a")]
    )
    assert component.op_spec.name == "check_orders"
    assert dg.FunctionComponent(execution=check_orders).op_spec.name == "check_orders"
    with pytest.raises(dg.CheckError, match="neither assets nor checks"):
        dg.build_defs_for_component(dg.FunctionComponent(execution=check_orders))


@pytest.mark.parametrize("name", ["nowhere.fn", f"{HERE}.nothing", "os", ".orders.nothing"])
def test_a_function_that_is_not_there_is_told(name):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="there is no function"):
        dg.FunctionComponent.from_attributes_dict(attributes={"execution": name, "assets": [{"key": "a"}]})


@pytest.mark.parametrize("fn", [".load.run", ".team.orders.load.run"])
def test_a_function_beside_the_file_is_found_from_the_folder_or_the_definitions(fn):
    with create_defs_folder_sandbox() as sandbox:
        path = sandbox.scaffold_component(
            dg.FunctionComponent, "team/orders",
            defs_yaml_contents={
                "type": "dagster.FunctionComponent",
                "attributes": {"execution": {"fn": fn}, "assets": [{"key": "orders"}]},
            },
        )  # fmt: skip
        (path / "load.py").write_text("def run(context): ...\n")
        with sandbox.load_component_and_build_defs(path) as (component, defs):
            assert component.op_spec.name == "run"
            assert dg.materialize(defs.assets).success


def script(sandbox, code, **execution):
    path = sandbox.scaffold_component(
        dg.PythonScriptComponent,
        defs_yaml_contents={
            "type": "dagster.PythonScriptComponent",
            "attributes": {"execution": {"path": "load-orders.py", **execution}, "assets": [{"key": "a"}, {"key": "b"}]},
        },
    )  # fmt: skip
    (path / "load-orders.py").write_text(code)
    return path


@pytest.mark.parametrize("args", ["x 'y z'", ["x", "y z"]])
def test_a_script_makes_its_assets_when_it_ends_well(args, capfd):
    with create_defs_folder_sandbox() as sandbox:
        path = script(sandbox, "import sys\nprint(sys.argv[1:])\nprint('oh', file=sys.stderr)\n", args=args)
        with sandbox.load_component_and_build_defs(path) as (_, defs):
            result = dg.materialize(defs.assets)
    assert len(result.asset_materializations_for_node("load_orders")) == 2
    printed = capfd.readouterr()
    assert "['x', 'y z']" in printed.out
    assert "oh" in printed.err


def test_a_script_that_fails_fails_its_step():
    with create_defs_folder_sandbox() as sandbox:
        path = script(sandbox, "raise SystemExit(3)")
        with sandbox.load_component_and_build_defs(path) as (_, defs):
            result = dg.materialize(defs.assets, raise_on_error=False)
    assert "ended with status 3" in str(result.failure_data_for_node("load_orders").error.cause)


def test_a_script_may_report_what_it_made_and_checked():
    with create_defs_folder_sandbox() as sandbox:
        path = script(
            sandbox,
            "from weftwork.pipes import open_dagster_pipes\n"
            "with open_dagster_pipes() as pipes:\n"
            "    pipes.report_asset_materialization(asset_key='b', metadata={'rows': 3})\n",
        )
        with sandbox.load_component_and_build_defs(path) as (_, defs):
            result = dg.materialize(defs.assets)
    made = {
        one.asset_key.path[0]: one.metadata for one in result.asset_materializations_for_node("load_orders")
    }
    assert made == {"a": {}, "b": {"rows": dg.IntMetadataValue(3)}}


def test_a_script_may_evaluate_checks_only():
    contents = {
        "type": "dagster.PythonScriptComponent",
        "attributes": {"execution": {"path": "check.py"}, "checks": [{"asset": "orders", "name": "full"}]},
    }
    with create_defs_folder_sandbox() as sandbox:
        path = sandbox.scaffold_component(dg.PythonScriptComponent, defs_yaml_contents=contents)
        (path / "check.py").write_text(
            "from weftwork.pipes import open_dagster_pipes\n"
            "with open_dagster_pipes() as pipes:\n"
            "    pipes.report_asset_check(asset_key='orders', check_name='full', passed=True)\n"
        )
        with sandbox.load_component_and_build_defs(path) as (_, defs):
            result = dg.materialize(defs.asset_checks, selection=dg.AssetSelection.all_asset_checks())
    assert [one.check_name for one in result.get_asset_check_evaluations()] == ["full"]


def test_uv_runs_a_script_where_it_is_installed(monkeypatch, tmp_path):
    fake = tmp_path / "uv"
    fake.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\npathlib.Path({str(tmp_path / 'seen')!r}).write_text(sys.argv[1])\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    component = dg.UvRunComponent.from_attributes_dict(
        attributes={"execution": {"path": "s.py"}, "assets": [{"key": "a"}]}
    )
    assert dg.materialize(dg.build_defs_for_component(component).assets).success
    assert (tmp_path / "seen").read_text() == "run"
    fake.unlink()
    failed = dg.materialize(dg.build_defs_for_component(component).assets, raise_on_error=False)
    assert "uv cannot be started" in str(failed.failure_data_for_node("s").error.cause)


class Recorder(SQLClient):
    def __init__(self):
        self.statements = []

    def connect_and_execute(self, sql):
        self.statements.append(sql)


def test_sql_is_rendered_when_it_runs(tmp_path):
    client = Recorder()
    component = dg.TemplatedSqlComponent(
        connection=client, sql_template="select {{ column }} from t", sql_template_vars={"column": "a"},
        assets=[dg.AssetSpec("x")],
    )  # fmt: skip
    assert dg.materialize(dg.build_defs_for_component(component).assets).success
    assert client.statements == ["select a from t"]
    again = dg.TemplatedSqlComponent(connection=client, sql_template="select 2", assets=[dg.AssetSpec("x")])
    assert component.op_spec.name != again.op_spec.name


def test_sql_may_be_in_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.sql").write_text("select 1")
    client = Recorder()
    component = dg.TemplatedSqlComponent(
        connection=client, sql_template=SqlFile(path="q.sql"), assets=[dg.AssetSpec("x")]
    )
    assert dg.materialize(dg.build_defs_for_component(component).assets).success
    assert client.statements == ["select 1"]


def test_something_that_runs_no_sql_is_told():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="runs no SQL"):
        dg.TemplatedSqlComponent.from_attributes_dict(
            attributes={"connection": "{{ 1 }}", "sql_template": "select 1"}
        )


def test_a_python_file_can_be_named():
    with create_defs_folder_sandbox() as sandbox:
        contents = {"type": "dagster.DefinitionsComponent", "attributes": {"path": "orders.py"}}
        path = sandbox.scaffold_component(dg.DefinitionsComponent, defs_yaml_contents=contents)
        (path / "orders.py").write_text("import weftwork as dg\n@dg.asset\ndef orders(): ...\n")
        (path / "unnamed.py").write_text("1 / 0")
        with sandbox.load_component_and_build_defs(path) as (component, defs):
            assert component.path == "orders.py"
            assert [spec.key.path for spec in defs.resolve_all_asset_specs()] == [["orders"]]
