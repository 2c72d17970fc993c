"""`weft job print|scaffold-config` and `weft asset observe|check|wipe`, as a user meets them."""

import json

import pytest
import yaml

CODE = """
    import weftwork as dg
    from pydantic import SecretStr

    class Load(dg.Config):
        table: str
        limit: int = 10
        pin: SecretStr = "opensesame"

    @dg.op
    def load(config: Load) -> int:
        return config.limit

    @dg.op(pool="narrow")
    def clean(n: int) -> int:
        return n

    @dg.job(description="Every night.", tags={"team": "data"})
    def nightly():
        clean(load())

    @dg.asset
    def orders():
        return 3

    @dg.asset_check(asset=orders)
    def positive(orders):
        return dg.AssetCheckResult(passed=orders > 0)

    @dg.asset_check(asset=orders)
    def many(orders):
        return dg.AssetCheckResult(passed=orders > 10, description=f"only {orders}")

    @dg.observable_source_asset
    def source():
        return dg.DataVersion("v7")
"""


@pytest.fixture
def project(folder):
    folder.file("definitions.py", CODE)
    return folder


def test_a_job_is_printed_with_its_steps_in_order(project):
    shown = project.weft("job", "print", "-j", "nightly").stdout
    job = project.json("job", "print", "-j", "nightly")

    assert "Every night." in shown
    assert "weft job scaffold-config -j nightly" in shown
    assert [(step["key"], step["after"], step["pool"]) for step in job["steps"]] == [
        ("load", [], None),
        ("clean", ["load"], "narrow"),
    ]
    assert job["tags"] == {"team": "data"}


def test_a_scaffold_is_config_that_fits(project):
    scaffold = project.weft("job", "scaffold-config", "-j", "nightly").stdout

    assert yaml.safe_load(scaffold) == {"ops": {"load": {"config": {"table": "..."}}}}
    assert "# limit: 10" in scaffold
    assert "opensesame" not in scaffold
    project.file("nightly.yaml", scaffold)
    assert project.weft("job", "execute", "-j", "nightly", "-c", "nightly.yaml").returncode == 0

    both = project.json("job", "scaffold-config", "-j", "nightly")
    assert both["run_config"] == yaml.safe_load(scaffold)
    assert "opensesame" not in json.dumps(both)


def test_checks_are_evaluated_without_making_anything(project):
    project.materialize("--select", "orders")

    checked = project.weft("asset", "check")
    good = project.json("asset", "check", "--check", "positive")
    unknown = project.weft("asset", "check", "--check", "positiv")

    assert checked.returncode == 1
    assert "failed  orders: many      only 3" in checked.stdout
    assert good["success"]
    assert [check["name"] for check in good["checks"]] == ["positive"]
    assert unknown.returncode == 1
    assert "'orders:many', 'orders:positive'" in unknown.stderr
    assert project.json("run", "show", good["run_id"])["made"] == []


def test_sources_are_observed(project):
    observed = project.json("asset", "observe")
    refused = project.weft("asset", "observe", "--select", "orders")

    assert observed["data_versions"] == {"source": "v7"}
    assert refused.returncode == 1
    assert "matches no asset that something observes. These are: 'source'." in refused.stderr


def test_what_is_known_of_an_asset_is_forgotten_when_asked_twice(project):
    project.materialize("--select", "orders")

    assert project.weft("asset", "wipe").returncode == 2
    assert project.weft("asset", "wipe", "orders").returncode == 2  # nobody is there to say yes
    assert [asset["key"] for asset in project.json("asset", "list")["assets"]] == ["orders"]
    assert project.json("asset", "wipe", "orders", "--yes") == {"assets": ["orders"], "partitions": None}
    assert project.json("asset", "list")["assets"] == []
    gone = project.weft("asset", "wipe", "orders", "--yes")
    assert gone.returncode == 1
    assert "Nothing was ever recorded of an asset 'orders'" in gone.stderr


def test_a_run_that_cannot_begin_is_not_launched(project):
    config = '{"ops": {"load": {"config": {"table": "t"}}}}'
    project.weft("job", "execute", "-j", "nightly", "--config-json", config)
    run_id = project.json("run", "list")["runs"][0]["run_id"]

    refused = project.weft("run", "retry", run_id, "--step", "claen")
    wrong_id = project.weft("job", "execute", "-j", "nightly", "--config-json", config, "--run-id", "x")

    assert refused.returncode == 1
    assert "Did you mean 'clean'?" in refused.stderr
    assert wrong_id.returncode == 1
    assert wrong_id.stdout == ""
    assert len(project.json("run", "list")["runs"]) == 1
    assert project.weft("run", "retry", run_id, "--step", "clean", "--wait").returncode == 0
