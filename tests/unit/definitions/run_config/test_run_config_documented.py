"""Run config as documented: every key under ops, resources, loggers and execution, as a user gives it."""

from __future__ import annotations

import json
import pickle

import pytest

import weftwork as dg


@dg.op(config_schema={"rows": dg.Field(int, default_value=3)})
def load(context, name: str) -> str:
    return f"{name} {context.op_config['rows']}"


@dg.resource(config_schema={"url": str})
def database(context):
    return context.resource_config["url"]


@dg.op(required_resource_keys={"db"})
def query(context):
    return context.resources.db


def _load_with(given) -> str:
    @dg.job
    def only():
        load()

    result = only.execute_in_process(run_config={"ops": {"load": {"inputs": {"name": given}}}})
    return result.output_for_node("load")


def test_a_scalar_input_is_a_literal_or_value_or_a_file(tmp_path):
    as_json, as_pickle = tmp_path / "a.json", tmp_path / "a.pickle"
    as_json.write_text(json.dumps({"value": "orders"}))
    as_pickle.write_bytes(pickle.dumps("orders"))

    for given in (
        "orders",
        {"value": "orders"},
        {"json": {"path": str(as_json)}},
        {"pickle": {"path": str(as_pickle)}},
    ):
        assert _load_with(given) == "orders 3"


def test_validate_run_config_fills_defaults_and_reads_the_environment(monkeypatch):
    monkeypatch.setenv("DB", "sqlite://")

    @dg.job(
        resource_defs={"db": database.configured({"url": "x"}), "other": database},
        executor_def=dg.in_process_executor,
    )
    def nightly():
        load.alias("first")()
        query()

    checked = dg.validate_run_config(nightly, {"ops": {"first": {"inputs": {"name": "a"}}}})

    assert set(checked) == {"ops", "execution", "resources", "loggers"}
    assert checked["ops"]["first"] == {"config": {"rows": 3}, "inputs": {"name": "a"}, "outputs": None}
    assert set(checked["execution"]) == {"in_process"}
    assert checked["loggers"] == {}


def test_every_error_is_told_with_its_place_what_is_expected_and_the_nearest_name():
    @dg.job(resource_defs={"db": database})
    def nightly():
        load()
        query()

    wrong = {
        "ops": {"laod": {}, "load": {"config": {"rows": "three"}, "inputs": {"name": "a"}}},
        "resources": {"db": {"config": {}}},
        "loggers": {"consle": {}},
    }
    with pytest.raises(dg.DagsterInvalidConfigError) as caught:
        dg.validate_run_config(nightly, wrong)

    errors = {error.path: error for error in caught.value.errors}
    assert errors["root:ops"].nearest == "load"
    assert errors["root:ops:load:config:rows"].expected == "Int"
    assert errors["root:resources:db:config"].field_names == ["url"]
    assert errors["root:loggers"].nearest == "console"


def test_loggers_and_execution_are_configured():
    @dg.job
    def quiet():
        load()

    config = {
        "ops": {"load": {"inputs": {"name": "a"}}},
        "loggers": {"console": {"config": {"log_level": "ERROR", "name": "mine"}}},
        "execution": {"config": {"in_process": {"retries": {"disabled": {}}}}},
    }
    checked = dg.validate_run_config(quiet, config)

    assert checked["loggers"]["console"]["config"]["log_level"] == "ERROR"
    assert checked["execution"]["multi_or_in_process_executor"]["in_process"]["retries"] == {"disabled": {}}
    assert quiet.execute_in_process(run_config=config).success


class Settings(dg.Config):
    rows: int = 1


@dg.op
def configured_op(config: Settings) -> int:
    return config.rows


@pytest.mark.parametrize(
    "config",
    [
        {"ops": {"configured_op": {"config": {"rows": 5}}}},
        dg.RunConfig(ops={"configured_op": Settings(rows=5)}),
        dg.RunConfig(ops={"configured_op": {"config": {"rows": 5}}}),
        {"ops": {"configured_op": {"config": Settings(rows=5)}}},
    ],
)
def test_a_jobs_own_config_is_its_default(config):
    @dg.job(config=config)
    def only():
        configured_op()

    assert only.execute_in_process().output_for_node("configured_op") == 5
    given = {"ops": {"configured_op": {"config": {"rows": 6}}}}
    assert only.execute_in_process(run_config=given).output_for_node("configured_op") == 6


def test_environment_variables_stand_anywhere(monkeypatch):
    monkeypatch.setenv("ROWS", "8")
    monkeypatch.setenv("DB", "sqlite://")

    class Database(dg.ConfigurableResource):
        url: str

    @dg.op
    def both(config: Settings, db: Database):
        return config.rows, db.url

    @dg.job(resource_defs={"db": Database.configure_at_launch()})
    def only():
        both()

    for config in (
        dg.RunConfig(
            ops={"both": Settings(rows=dg.EnvVar.int("ROWS"))},
            resources={"db": Database(url=dg.EnvVar("DB"))},
        ),
        {
            "ops": {"both": {"config": {"rows": {"env": "ROWS"}}}},
            "resources": {"db": {"config": {"url": {"env": "DB"}}}},
        },
    ):
        assert only.execute_in_process(run_config=config).output_for_node("both") == (8, "sqlite://")


def test_a_missing_variable_is_an_error_of_config(monkeypatch):
    monkeypatch.delenv("NOWHERE", raising=False)

    @dg.job
    def only():
        configured_op()

    with pytest.raises(dg.DagsterInvalidConfigError, match="'NOWHERE' is not set"):
        only.execute_in_process(
            run_config={"ops": {"configured_op": {"config": {"rows": {"env": "NOWHERE"}}}}}
        )


def test_a_connected_input_with_a_manager_takes_its_config_and_the_upstream_outputs_config_is_seen():
    seen = []

    @dg.io_manager(output_config_schema={"path": str})
    def disk():
        class Disk(dg.IOManager):
            def handle_output(self, context, obj):
                seen.append(context.config)

            def load_input(self, context):
                return context.upstream_output.config

        return Disk()

    @dg.input_manager(input_config_schema={"format": str})
    def reader(context):
        return context.config, context.upstream_output.config

    @dg.op(out=dg.Out(io_manager_key="disk"))
    def write():
        return 1

    @dg.op(ins={"value": dg.In(input_manager_key="reader")})
    def read(value):
        return value

    @dg.job(resource_defs={"disk": disk, "reader": reader})
    def only():
        read(write())

    config = {
        "ops": {
            "write": {"outputs": {"result": {"path": "a"}}},
            "read": {"inputs": {"value": {"format": "csv"}}},
        }
    }
    result = only.execute_in_process(run_config=config)

    assert seen == [{"path": "a"}]
    assert result.output_for_node("read") == ({"format": "csv"}, {"path": "a"})


@pytest.mark.parametrize("op", [query, configured_op])
def test_resources_given_for_one_run_are_configured_too(op):
    @dg.graph
    def only():
        op()

    config = {"resources": {"db": {"config": {"url": "sqlite://"}}}}
    result = only.to_job(resource_defs={"db": dg.ResourceDefinition.none_resource()}).execute_in_process(
        run_config=config, resources={"db": database}
    )
    assert result.output_for_node(op.name) in ("sqlite://", 1)
