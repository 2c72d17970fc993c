"""What pages ask of runs that were and of runs that could be: grid, same error, diff, plan, staleness, keys, checks."""

import json

import pytest

CODE = """
import weftwork as dg

customers = dg.DynamicPartitionsDefinition(name="customers")


@dg.asset(code_version="1")
def source(context):
    rows = int(context.run.tags.get("rows", 3))
    return dg.MaterializeResult(metadata={"rows": rows}, data_version=dg.DataVersion(str(rows)))


@dg.asset(code_version="1", deps=[source])
def derived():
    return 1


@dg.asset(partitions_def=customers)
def accounts():
    return 1


@dg.observable_source_asset
def outside():
    return dg.DataVersion("7")


@dg.asset_check(asset=source)
def is_there():
    return dg.AssetCheckResult(passed=True)


class Limits(dg.Config):
    top: int = 10
    why: str = "none"


@dg.op(pool="narrow")
def first(config: Limits):
    return config.top


@dg.op
def second(context, first):
    if "fine" not in context.run.tags:
        raise LookupError(f"nothing in run {context.run_id}")
    return first


@dg.op
def third(second):
    return second


@dg.job
def chain():
    third(second(first()))


defs = dg.Definitions(
    assets=[source, derived, accounts, outside], asset_checks=[is_there], jobs=[chain]
)
"""
ENDED = ("SUCCESS", "FAILURE", "CANCELED")


@pytest.fixture(scope="module")
def server(serve):
    return serve(CODE)


def await_end(server, run_id):
    while True:
        page = server.read(f"/runs/{run_id}/log", limit=1)
        if page["status"] in ENDED:
            return page["status"]


def run(server, path, **body):
    (run_id,) = server.act(path, **body)["run_ids"]
    return run_id, await_end(server, run_id)


@pytest.fixture(scope="module")
def chains(server) -> list[str]:
    """Three runs of the chain: one that went well, and two that failed in the same way."""
    ids = []
    for tags in ({"fine": "yes"}, {}, {}):
        run_id, status = run(
            server,
            "/runs/launch",
            job="chain",
            tags=tags,
            run_config={"ops": {"first": {"config": {"top": 5}}}},
        )
        assert status == ("SUCCESS" if tags else "FAILURE")
        ids.append(run_id)
    return ids


# ------------------------------------------------------------------------------ runs that were


def test_the_grid_shows_each_step_of_each_run(server, chains):
    grid = server.read("/runs/grid", job="chain")

    assert [run["run_id"] for run in grid["runs"]] == chains[::-1]
    assert set(grid["steps"]) == {"first", "second", "third"}
    shown = [{grid["steps"][cell[0]]: grid["statuses"][cell[1]] for cell in cells} for cells in grid["cells"]]
    assert shown[2] == {"first": "SUCCESS", "second": "SUCCESS", "third": "SUCCESS"}
    assert {**shown[0], "third": None} == {"first": "SUCCESS", "second": "FAILURE", "third": None}
    assert all(cell[3] >= 0 for cell in grid["cells"][2])


def test_the_grid_goes_on_with_its_cursor(server, chains):
    one = server.read("/runs/grid", job="chain", limit=1)
    two = server.read("/runs/grid", job="chain", limit=1, cursor=one["cursor"])

    assert [one["runs"][0]["run_id"], two["runs"][0]["run_id"]] == chains[:0:-1]


def test_the_same_error_is_found_though_its_message_differs(server, chains):
    told = server.read(f"/runs/{chains[2]}/same-error")

    assert (told["class_name"], told["count"], told["in_a_row"]) == ("LookupError", 1, 1)
    assert told["place"].endswith("served.py: second")
    assert told["first"]["run_id"] == chains[1]
    assert server.read(f"/runs/{chains[1]}/same-error")["count"] == 0
    assert server.read(f"/runs/{chains[0]}/same-error")["class_name"] is None


def test_two_runs_are_compared(server, chains):
    diff = server.read("/runs/diff", a=chains[0], b=chains[1])

    assert diff["config"] == []
    assert {"path": "fine", "before": "yes", "after": None, "change": None, "is_added": False, "is_removed": True} in diff["tags"]  # fmt: skip
    steps = {step["step"]: (step["status_a"], step["status_b"]) for step in diff["steps"]}
    assert steps["second"] == ("SUCCESS", "FAILURE")
    assert diff["error_a"] is None
    assert diff["error_b"]["class_name"] == "LookupError"
    assert diff["is_same_error"] is False


def test_a_window_of_time_has_the_runs_in_it(server, chains):
    bars = server.read("/runs/bars", begin="2020-01-01T00:00:00Z", job="chain")

    assert bars["ids"] == chains[::-1]
    assert server.read("/runs/bars", begin="2020-01-01T00:00:00Z", end="2020-01-02T00:00:00Z")["ids"] == []


def test_a_run_is_a_file(server, chains):
    answer = server.get(f"/api/v1/runs/{chains[1]}/export")

    assert "attachment" in answer.headers["content-disposition"]
    told = json.loads(answer.text)
    assert told["run"]["run"]["run_id"] == chains[1]
    assert told["timeline"]["keys"][0] == "first"
    assert "STEP_FAILURE" in [entry["type"] for entry in told["log"]]


# ------------------------------------------------------------------------------ runs that could be


def test_a_plan_says_what_would_run_and_with_which_config(server):
    plan = server.act("/job/check", job="chain", run_config={"ops": {"first": {"config": {"top": 4}}}})

    assert plan["problems"] == []
    assert plan["steps"] == ["first", "second", "third"]
    assert [(step["key"], step["runs"], step["upstream"], step["pool"]) for step in plan["plan"]] == [
        ("first", True, [], "narrow"), ("second", True, [0], None), ("third", True, [1], None),
    ]  # fmt: skip
    assert plan["run_config"]["ops"]["first"]["config"] == {"top": 4, "why": "none"}
    assert plan["executor"]


def test_a_wrong_config_has_problems_and_no_plan(server):
    plan = server.act("/job/check", job="chain", run_config={"ops": {"first": {"config": {"top": "x"}}}})

    assert plan["problems"]
    assert (plan["run_config"], plan["plan"], plan["executor"]) == (None, [], None)


def test_the_plan_of_a_repetition_says_what_is_taken_from_before(server, chains):
    plan = server.act("/runs/reexecute/check", run_id=chains[1], strategy="from_failure")

    assert plan["steps"] == ["second", "third"]
    taken = plan["plan"][0]
    assert (taken["key"], taken["runs"]) == ("first", False)
    assert chains[1][:8] in taken["why"]

    plan = server.act("/runs/reexecute/check", run_id=chains[0], strategy="selected", steps=["third"])
    assert plan["steps"] == ["third"]


def test_an_unknown_step_is_told(server, chains):
    answer = server.post(
        "/api/v1/runs/reexecute/check",
        json={"run_id": chains[0], "strategy": "selected", "steps": ["thrid"]},
    )

    assert answer.status_code == 422
    assert "third" in answer.text


# ------------------------------------------------------------------------------ assets


def test_new_data_upstream_makes_an_asset_stale(server):
    assert server.read("/asset", key="derived")["stale"] == []
    run(server, "/assets/materialize", assets=["source", "derived"], tags={"rows": "3"})
    assert server.read("/assets/stale")["numbers"] == []

    _, status = run(server, "/assets/materialize", assets=["source"], tags={"rows": "4"})
    assert status == "SUCCESS"

    report = server.read("/asset", key="derived")
    assert [(reason["category"], reason["asset"]) for reason in report["stale"]] == [("data", "source")]
    stale = server.read("/assets/stale")
    assert stale["numbers"] == [report["number"]]
    (row,) = server.read("/assets", selection="key:derived")["rows"]
    assert row["stale"] == report["stale"]


def test_two_materializations_are_compared(server):
    for rows in ("3", "8"):
        run(server, "/assets/materialize", assets=["source"], tags={"rows": rows})
    later, earlier = server.read("/asset/events", key="source", limit=2)["events"]

    diff = server.read("/asset/events/diff", key="source", a=earlier["id"], b=later["id"])

    assert [(one["path"], one["before"], one["after"], one["change"]) for one in diff["metadata"]] == [
        ("rows", 3, 8, 5)
    ]
    assert "dagster/data_version" in [one["path"] for one in diff["versions"]]
    assert server.get(f"/api/v1/asset/events/diff?key=source&a=1&b={later['id']}").status_code == 404


def test_checks_run_without_their_assets(server):
    run_id, status = run(server, "/checks/execute", checks=["source:is_there"])

    report = server.read(f"/runs/{run_id}")
    assert status == "SUCCESS"
    assert [check["name"] for check in report["checks"]] == ["is_there"]
    assert report["made"] == []


def test_an_unknown_check_is_told_with_the_nearest_name(server):
    answer = server.post("/api/v1/checks/execute", json={"checks": ["source:is_their"]})

    assert answer.status_code == 422
    assert "is_there" in answer.json()["error"]["message"]


def test_an_observable_asset_is_observed(server):
    _, status = run(server, "/assets/observe", assets=["outside"])

    assert status == "SUCCESS"
    assert server.read("/asset", key="outside")["observation"] is not None
    answer = server.post("/api/v1/assets/observe", json={"assets": ["derived"]})
    assert (answer.status_code, "derived" in answer.text) == (422, True)


def test_keys_of_dynamic_partitions_come_and_go(server):
    (definition,) = server.read("/dynamic-partitions")["definitions"]
    assert (definition["name"], definition["assets"]) == ("customers", ["accounts"])

    assert server.act("/dynamic-partitions/add", name="customers", keys=["ann", "bob", "ann"])["count"] == 2
    assert server.read("/dynamic-partitions/keys", name="customers")["keys"] == ["ann", "bob"]
    assert server.act("/dynamic-partitions/delete", name="customers", keys=["ann", "eve"])["count"] == 1
    assert server.read("/dynamic-partitions/keys", name="customers")["keys"] == ["bob"]


@pytest.mark.parametrize(
    "body", [{"name": "custmers", "keys": ["a"]}, {"name": "customers", "keys": []}, {"name": "customers", "keys": ["a\n"]}]
)  # fmt: skip
def test_wrong_keys_of_dynamic_partitions_are_refused(server, body):
    answer = server.post("/api/v1/dynamic-partitions/add", json=body)

    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["message"]
