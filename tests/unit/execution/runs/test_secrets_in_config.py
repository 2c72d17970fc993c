"""Secrets that are written into run config: kept to run again, shown nowhere."""

import os
import stat

import pytest
from pydantic import SecretStr

import weftwork as dg
from weftwork.api.actions.config_text import unmask
from weftwork.api.runs import get_run
from weftwork.config.redaction import MASK, REDACTOR
from weftwork.graphql.runs import get_run_thing
from weftwork.serde.codec import encode

PIN, KEY, WORD = "opensesame", "k3y-material", "hunter-of-bugs"


@pytest.fixture(autouse=True)
def forgetting(monkeypatch):
    """Let the process forget what a test has it mask."""
    monkeypatch.setattr(REDACTOR, "_values", set())
    monkeypatch.setattr(REDACTOR, "_longest_first", ())
    monkeypatch.setattr(REDACTOR, "is_active", False)


class Inner(dg.Config):
    keys: list[SecretStr] = []


class Access(dg.Config):
    pin: SecretStr
    backup: SecretStr | None = None
    inner: dict[str, Inner] = {}
    db_password: str = ""
    user: str = ""


@dg.op
def opens(context: dg.OpExecutionContext, config: Access):
    pin = config.pin.get_secret_value()
    context.log.info("trying %s and %s", pin, config.db_password)
    context.add_output_metadata({"said": f"pin {pin}"})
    if config.user == "nobody":
        raise ValueError(f"{pin} was refused")


@dg.job
def vault():
    opens()


def config(**more):
    values = {
        "pin": PIN,
        "backup": "second-pin",
        "inner": {"a": {"keys": [KEY]}},
        "db_password": WORD,
        **more,
    }
    return {"ops": {"opens": {"config": values}}}


@pytest.mark.parametrize("user", ["somebody", "nobody"])
def test_nothing_that_is_told_of_a_run_holds_its_secrets(user):
    with dg.instance_for_test() as instance:
        given = config(user=user)
        run_id = vault.execute_in_process(run_config=given, instance=instance, raise_on_error=False).run_id

        log = "\n".join(dg.serialize_value(entry) for entry in instance.all_logs(run_id))
        detail = encode(get_run(instance, run_id)).decode()
        thing = get_run_thing(instance, run_id)
        shown = f"{log}{detail}{thing['runConfig']}{thing['runConfigYaml'](None)}"

        for secret in (PIN, "second-pin", KEY, WORD):
            assert secret not in shown
        assert user in detail
        assert instance.get_run_by_id(run_id).run_config == given


def test_what_is_kept_of_secrets_is_in_a_file_for_its_owner_only():
    with dg.instance_for_test() as instance:
        vault.execute_in_process(run_config=config(), instance=instance)
        database = instance.info_dict()["storage"]

        assert stat.S_IMODE(os.stat(database).st_mode) == 0o600


def test_names_of_fields_may_be_added_in_dagster_yaml():
    @dg.op(config_schema={"herring": str, "other": str})
    def swims(context):
        context.log.info("the herring is %s", context.op_config["herring"])

    @dg.job
    def sea():
        swims()

    values = {"herring": "blue-and-red", "other": "plain-text"}
    with dg.instance_for_test({"redaction": {"fields": ["HERR*"]}}) as instance:
        run_id = sea.execute_in_process(
            run_config={"ops": {"swims": {"config": values}}}, instance=instance
        ).run_id

        messages = [entry.user_message for entry in instance.all_logs(run_id)]
        assert f"the herring is {MASK}" in messages
        shown = get_run(instance, run_id).run_config["ops"]["swims"]["config"]
        assert shown == {"herring": MASK, "other": "plain-text"}


def test_a_variable_is_named_as_it_is(monkeypatch):
    monkeypatch.setenv("VAULT_PIN", PIN)
    with dg.instance_for_test() as instance:
        given = config(pin={"env": "VAULT_PIN"})
        run_id = vault.execute_in_process(run_config=given, instance=instance).run_id

        shown = get_run(instance, run_id).run_config["ops"]["opens"]["config"]

    assert shown["pin"] == {"env": "VAULT_PIN"}
    assert shown["backup"] == MASK


def test_a_repetition_has_the_secrets_that_were_masked_when_they_were_shown():
    before = config(user="somebody")
    edited = config(user="another", pin=MASK, db_password=MASK)

    assert unmask(edited, before) == config(user="another")


def test_a_masked_value_without_an_origin_is_refused_with_its_place():
    with pytest.raises(dg.DagsterInvalidConfigError, match="'ops:opens:config:pin' holds"):
        unmask(config(pin=MASK), None)
