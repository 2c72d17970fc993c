"""What dagster.yaml says must not be recorded."""

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.redaction import REDACTOR, Redactor
from weftwork.instance.configuration.secrets import redact_config


def test_patterns_are_masked_in_everything_that_is_recorded() -> None:
    @dg.asset
    def customers(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        context.log.info("paid with card=4111111111111111")
        if context.run.tags.get("fails"):
            raise ValueError("card=4222222222222222 was refused")
        return dg.MaterializeResult(metadata={"last": "card=4333333333333333", "count": 3})

    with dg.instance_for_test({"redaction": {"patterns": [r"card=(\d{16})"]}}) as instance:
        runs = [
            dg.materialize([customers], instance=instance, tags=tags, raise_on_error=False).run_id
            for tags in ({}, {"fails": "yes"})
        ]
        recorded = "\n".join(dg.serialize_value(entry) for run in runs for entry in instance.all_logs(run))

    assert "card=4" not in recorded
    assert recorded.count("card=[redacted]") >= 4
    assert REDACTOR.redact("card=4111111111111111") == "card=4111111111111111", (
        "other instances are not concerned"
    )


def test_variables_of_the_environment_are_masked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weftwork.config.redaction.REDACTOR._values", set())
    monkeypatch.setattr("weftwork.config.redaction.REDACTOR._longest_first", ())
    monkeypatch.setattr("weftwork.config.redaction.REDACTOR.is_active", False)
    monkeypatch.setenv("TEAM_CODE", "blue-herring")

    @dg.op
    def tells(context: dg.OpExecutionContext) -> None:
        context.log.info("we are blue-herring")

    @dg.job
    def j() -> None:
        tells()

    with dg.instance_for_test({"redaction": {"environment": ["TEAM_*"]}}) as instance:
        result = j.execute_in_process(instance=instance)
        messages = [entry.user_message for entry in instance.all_logs(result.run_id)]

    assert "we are [redacted]" in messages


def test_a_pattern_that_is_none_is_refused() -> None:
    with (
        pytest.raises(DagsterInvalidConfigError, match="not a regular expression"),
        dg.instance_for_test({"redaction": {"patterns": ["(unclosed"]}}),
    ):
        pass


def test_a_redactor_masks_groups_or_the_whole() -> None:
    redactor = Redactor(["swordfish", "swordfish2"], [r"(\w+)@(\w+)\.com", r"\d{4}-\d{4}"])

    assert redactor.redact("swordfish2 me@host.com 1234-5678") == (
        "[redacted] [redacted]@[redacted].com [redacted]"
    )
    assert redactor.redact_bytes(b"\xff swordfish") == b"\xff [redacted]"
    assert redactor.redact_bytes(None) is None
    redactor.remove_pattern(r"\d{4}-\d{4}")
    assert redactor.redact("1234-5678") == "1234-5678"


def test_config_is_shown_without_secrets() -> None:
    config = {
        "password": "hunter2",
        "api_key": {"env": "KEY"},
        "servers": [{"auth_token": "abc", "address": "pg://me:hunter2@host/db"}],
        "primary_key": "id",
        "max_tokens": 5,
    }

    assert redact_config(config) == {
        "password": "[redacted]",
        "api_key": {"env": "KEY"},
        "servers": [{"auth_token": "[redacted]", "address": "pg://me:[redacted]@host/db"}],
        "primary_key": "id",
        "max_tokens": 5,
    }
