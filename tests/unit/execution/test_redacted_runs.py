"""What came from the environment as a secret is not recorded."""

from __future__ import annotations

import pytest

import weftwork as dg
from weftwork.config import redaction


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setattr(redaction.REDACTOR, "_values", set())
    monkeypatch.setattr(redaction.REDACTOR, "_longest_first", ())
    monkeypatch.setattr(redaction.REDACTOR, "is_active", False)
    monkeypatch.setenv("SERVICE_TOKEN", "s3cr3t-t0ken")
    return "s3cr3t-t0ken"


class Service(dg.ConfigurableResource):
    token: str


def test_a_value_of_the_environment_is_masked_in_logs_events_and_errors(secret, capsys):
    @dg.asset
    def talks(context: dg.AssetExecutionContext, service: Service):
        context.log.info("logging in with %s", service.token, extra={"header": f"Bearer {service.token}"})
        context.log_event(
            dg.AssetMaterialization(
                "seen", description=service.token, metadata={"url": f"http://x?key={service.token}"}
            )
        )
        raise ValueError(f"refused: {service.token}")

    with dg.instance_for_test() as instance:
        result = dg.materialize(
            [talks],
            resources={"service": Service(token=dg.EnvVar("SERVICE_TOKEN"))},
            instance=instance,
            raise_on_error=False,
        )
        entries = instance.all_logs(result.run_id)

    recorded = "\n".join(dg.serialize_value(entry) for entry in entries)
    assert secret not in recorded
    assert "logging in with [redacted]" in recorded
    assert "http://x?key=[redacted]" in recorded
    assert "refused: [redacted]" in recorded
    assert secret not in capsys.readouterr().err


def test_names_are_not_masked(secret, monkeypatch):
    monkeypatch.setenv("TABLE", "customers")

    @dg.asset(required_resource_keys={"service"})
    def customers():
        return dg.MaterializeResult(metadata={"table": "customers"})

    result = dg.materialize([customers], resources={"service": Service(token=dg.EnvVar("TABLE"))})

    [made] = result.asset_materializations_for_node("customers")
    assert made.asset_key == dg.AssetKey("customers")
    assert made.metadata["table"].value == "[redacted]"


def test_a_path_is_no_secret(secret, monkeypatch, tmp_path):
    monkeypatch.setenv("DATA", str(tmp_path))

    @dg.asset
    def number():
        return 1

    manager = dg.FilesystemIOManager(base_dir=dg.EnvVar("DATA"))
    result = dg.materialize([number], resources={"io_manager": manager})

    [made] = result.asset_materializations_for_node("number")
    assert made.metadata["path"].value == str(tmp_path / "number")


def test_nothing_is_looked_at_while_nothing_is_secret(secret):
    @dg.asset
    def plain(context):
        context.log.info("hello")

    dg.materialize([plain])

    assert not redaction.REDACTOR.is_active
