"""Runs that are asked for wrongly are refused before anything happens, and say how to ask."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg


@dg.op
def one() -> int:
    return 1


@dg.job
def small() -> None:
    one()


@dg.asset
def table() -> int:
    return 1


@pytest.mark.parametrize("run_config", [[], (), "", 3])
def test_run_config_is_a_dict(run_config: Any) -> None:
    for ask in (
        lambda: small.execute_in_process(run_config),
        lambda: dg.materialize([table], run_config=run_config),
        lambda: dg.validate_run_config(small, run_config),
    ):
        with pytest.raises(dg.ParameterCheckError, match="run_config"):
            ask()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"instance": 3}, "instance"),
        ({"partition_key": 3}, "partition_key"),
        ({"op_selection": "one"}, r"write \['one'\]"),
        ({"tags": [1]}, "Tags"),
        ({"resources": [1]}, "resources"),
    ],
)
def test_arguments_are_of_their_kinds(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(dg.CheckError, match=said):
        small.execute_in_process(**wrong)


@pytest.mark.parametrize("assets", [table, "table", {"table": table}, 3])
def test_assets_come_in_a_list(assets: Any) -> None:
    for materialize in (dg.materialize, dg.materialize_to_memory):
        with pytest.raises(dg.ParameterCheckError, match=r"materialize\(\[orders\]\)"):
            materialize(assets)
        made = materialize(definition for definition in [table])  # type: ignore[arg-type]
        assert made.asset_value("table") == 1


@pytest.mark.parametrize("kind", ["no name", "", 3, int])
def test_what_is_tried_again_is_named_by_exceptions(kind: Any) -> None:
    for field in ("retry_on", "never_on"):
        with pytest.raises(dg.ParameterCheckError, match=field):
            dg.RetryPolicy(max_retries=1, **{field: [kind]})


def test_a_run_with_a_priority_that_is_no_number_fails() -> None:
    @dg.job
    def ranked() -> None:
        one.tag({"dagster/priority": "high"})()

    with dg.instance_for_test() as instance:
        result = ranked.execute_in_process(instance=instance, raise_on_error=False)
        assert not result.success
        assert "'high'" in (result.get_run_failure_event().message or "")
        assert result.dagster_run.status is dg.DagsterRunStatus.FAILURE

        with pytest.raises(ValueError, match="'high'"):
            ranked.execute_in_process(instance=instance)
        assert [run.status.value for run in instance.get_runs()] == ["FAILURE", "FAILURE"]


@pytest.mark.parametrize("of_assets", [True, False])
def test_a_run_whose_logger_cannot_be_made_fails(of_assets: bool) -> None:
    @dg.logger
    def broken(_context: Any) -> Any:
        raise RuntimeError("no log today")

    if of_assets:
        job = dg.Definitions(
            assets=[table], loggers={"broken": broken}
        ).resolve_implicit_global_asset_job_def()
    else:
        job = dg.GraphDefinition("small", node_defs=[one]).to_job(logger_defs={"broken": broken})
    config: dict[str, Any] = {"loggers": {"broken": {}}}

    with dg.instance_for_test() as instance:
        result = job.execute_in_process(config, instance=instance, raise_on_error=False)
        assert not result.success
        assert "no log today" in result.get_run_failure_event().event_specific_data.error.message
        with pytest.raises(RuntimeError, match="no log today"):
            job.execute_in_process(config, instance=instance)
        assert [run.status.value for run in instance.get_runs()] == ["FAILURE", "FAILURE"]
