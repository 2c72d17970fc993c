"""What the system page asks: pools, processes, storage, configuration with the source of each value."""

import os

import pytest
from starlette.testclient import TestClient

from weftwork.api.host import Host
from weftwork.instance.instance import DagsterInstance
from weftwork.web.application import build_application

SETTINGS = """\
# the instance of the shop
run_retries:
  enabled: true
  max_retries: 2
concurrency:
  pools:
    default_limit:
      env: SHOP_LIMIT
storage:
  sqlite:
    base_dir: "{home}/db"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_LIMIT", "4")
    (tmp_path / "dagster.yaml").write_text(SETTINGS.format(home=tmp_path))
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        app = build_application(Host(instance))
        with TestClient(app, base_url="http://localhost") as client:
            yield client


def test_each_value_says_where_it_comes_from(shop, tmp_path):
    told = shop.get("/api/v1/configuration").json()

    rows = {row["path"]: (row["value"], row["source"], row["place"]) for row in told["settings"]}
    assert told["file"] == str(tmp_path / "dagster.yaml")
    assert rows["run_retries.max_retries"] == (2, "file", "dagster.yaml:4")
    assert rows["concurrency.pools.default_limit"] == (4, "environment", "SHOP_LIMIT")
    assert rows["run_monitoring.start_timeout_seconds"] == (180, "default", "")


def test_secrets_are_not_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "open sesame")
    settings = "python_logs:\n  dagster_handler_config:\n    handlers:\n      mail:\n        password:\n          env: SHOP_PASSWORD\n"
    (tmp_path / "dagster.yaml").write_text(settings)
    with (
        DagsterInstance.from_config(str(tmp_path)) as instance,
        TestClient(build_application(Host(instance)), base_url="http://localhost") as client,
    ):
        answer = client.get("/api/v1/configuration")

    assert "SHOP_PASSWORD" in answer.text
    assert "sesame" not in answer.text


def test_storage_tells_what_there_is(shop, tmp_path):
    told = shop.get("/api/v1/storage").json()

    assert told["database"] == str(tmp_path / "db" / "weftwork.db")
    assert told["database_bytes"] > 0
    assert (told["runs"], told["assets"]) == (0, 0)
    assert told["free_bytes"] > 0


def test_this_server_is_among_the_processes(shop):
    (server,) = shop.get("/api/v1/processes").json()["processes"]

    assert (server["kind"], server["pid"], server["is_alive"]) == ("server", os.getpid(), True)


def test_the_limit_of_a_pool_is_set_and_unset(shop):
    (pool,) = shop.post("/api/v1/pools/limit", json={"name": "narrow", "limit": 2}).json()["pools"]
    assert (pool["name"], pool["limit"], pool["is_default"]) == ("narrow", 2, False)

    assert shop.post("/api/v1/pools/limit", json={"name": "narrow", "limit": None}).json()["pools"] == []


@pytest.mark.parametrize(
    "body", [{"name": "narrow", "limit": -1}, {"name": "narrow", "limit": 1001}, {"name": " ", "limit": 1}]
)
def test_wrong_limits_are_refused(shop, body):
    assert shop.post("/api/v1/pools/limit", json=body).status_code == 400


def test_slots_of_an_unknown_run_are_not_freed(shop):
    assert shop.post("/api/v1/pools/free", json={"run_id": "nope"}).status_code == 404
