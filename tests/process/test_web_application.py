"""The application over real code servers: what pages and scripts do, from the launch of a run to its end."""

import json

import pytest

CODE = '''
import weftwork as dg

daily = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-11")


@dg.asset(group_name="raw", kinds={"csv"}, owners=["team:core"], tags={"tier": "1"})
def orders():
    """Orders of the shop.

    One row each.
    """
    print("reading orders")
    return [1, 2, 3]


@dg.asset(group_name="clean")
def totals(orders):
    return sum(orders)


@dg.asset(partitions_def=daily)
def days(context):
    if context.partition_key == "2024-01-03":
        raise ValueError("no data for the third")
    return 1


@dg.asset_check(asset=orders)
def has_rows(orders):
    return dg.AssetCheckResult(passed=bool(orders), metadata={"rows": len(orders)})


class Size(dg.Config):
    number: int = 2


@dg.op
def make(config: Size):
    return config.number


@dg.op
def use(make):
    return make + 1


@dg.job
def counting():
    use(make())


@dg.schedule(cron_schedule="0 6 * * *", job=counting)
def mornings(context):
    """Before breakfast."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat())


@dg.sensor(job=counting)
def looker(context):
    context.update_cursor("seen")
    yield dg.RunRequest(run_key="one")


defs = dg.Definitions(
    assets=[orders, totals, days], asset_checks=[has_rows], jobs=[counting], schedules=[mornings], sensors=[looker]
)
'''
ENDED = ("SUCCESS", "FAILURE", "CANCELED")


@pytest.fixture(scope="module")
def server(serve):
    return serve(CODE)


def wait_for_end(server, run_id):
    """Follow the run's log by GraphQL until it has ended, and return the run."""
    document = """subscription Log($id: ID!) { pipelineRunLogs(runId: $id) {
      ... on PipelineRunLogsSubscriptionSuccess { run { status } messages { __typename } cursor } } }"""
    statuses = []
    with server.websocket_connect("ws://localhost/graphql", subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json()["type"] == "connection_ack"
        socket.send_json(
            {"id": "1", "type": "subscribe", "payload": {"query": document, "variables": {"id": run_id}}}
        )
        while (message := socket.receive_json())["type"] == "next":
            statuses.append(message["payload"]["data"]["pipelineRunLogs"]["run"]["status"])
        assert message == {"type": "complete", "id": "1"}
    assert statuses[-1] in ENDED
    return server.read(f"/runs/{run_id}")


def test_the_graph_has_all_assets(server):
    graph = server.read("/assets/graph")

    numbers = {key: number for number, key in enumerate(graph["keys"])}
    assert set(numbers) == {"orders", "totals", "days"}
    assert graph["parents"][numbers["totals"]] == [numbers["orders"]]
    assert graph["groups"][graph["group"][numbers["orders"]]] == "raw"
    assert [graph["kinds"][kind] for kind in graph["kind"][numbers["orders"]]] == ["csv"]
    assert graph["checks"][numbers["orders"]] == 1
    assert graph["flags"][numbers["days"]] & 4
    assert graph["descriptions"][numbers["orders"]] == "Orders of the shop."


def test_the_graph_is_not_sent_twice(server):
    first = server.get("/api/v1/assets/graph")

    again = server.get("/api/v1/assets/graph", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_materialization_is_followed_from_launch_to_end(server):
    run_id = server.act("/assets/materialize", selection="+totals", tags={"why": "test"})["run_ids"][0]

    report = wait_for_end(server, run_id)

    assert report["run"]["status"] == "SUCCESS", report
    assert report["run"]["tags"]["why"] == "test"
    assert report["run"]["tags"]["weft/launched_by"]
    assert {made["asset"] for made in report["made"]} == {"orders", "totals"}
    timeline = server.read(f"/runs/{run_id}/timeline")
    steps = dict(zip(timeline["keys"], timeline["statuses"], strict=True))
    assert steps["orders"] == steps["totals"] == "SUCCESS"
    assert timeline["parents"][timeline["keys"].index("totals")] == [timeline["keys"].index("orders")]
    status = server.read("/assets/status", key="totals")
    assert status["names"][status["status"][0]] == "MATERIALIZED"
    log = server.read(f"/runs/{run_id}/log", type="asset_materialization")
    assert [entry["asset"] for entry in log["entries"]] == ["orders", "totals"]
    page = server.read(f"/runs/{run_id}/log", limit=3)
    following = server.read(f"/runs/{run_id}/log", limit=3, cursor=page["cursor"])
    assert page["entries"][-1]["id"] < following["entries"][0]["id"]


def test_what_a_run_printed_is_read(server):
    run_id = server.act("/assets/materialize", assets=["orders"])["run_ids"][0]
    wait_for_end(server, run_id)

    files = server.read(f"/runs/{run_id}/output")["files"]
    texts = [server.read(f"/runs/{run_id}/output/{file['name']}/stdout") for file in files]

    assert any("reading orders" in text["text"] for text in texts)
    assert all(text["is_finished"] for text in texts)
    name = next(file["name"] for file, text in zip(files, texts, strict=True) if text["text"])
    download = server.get(f"/api/v1/runs/{run_id}/output/{name}/stdout/download")
    assert download.headers["content-type"] == "text/plain; charset=utf-8"
    assert download.headers["content-disposition"].startswith("attachment")


def test_an_asset_in_full(server):
    run_id = server.act("/assets/materialize", assets=["orders"])["run_ids"][0]
    wait_for_end(server, run_id)

    asset = server.read("/asset", key="orders")

    assert asset["definition"]["description"].startswith("Orders of the shop.")
    assert asset["definition"]["owners"] == ["team:core"]
    assert asset["definition"]["location"] == "served"
    assert asset["children"] == ["totals"]
    assert asset["materialization"]["run_id"] == run_id
    assert asset["checks"][0]["passed"] is True
    assert asset["checks"][0]["metadata"]["rows"] == {"kind": "int", "value": 3}
    history = server.read("/asset/checks/history", key="orders", name="has_rows")
    assert history["executions"][0]["status"] == "SUCCEEDED"


def test_a_failure_is_explained_with_the_line_of_the_user(server):
    run_id = server.act("/assets/materialize", assets=["days"], partition_key="2024-01-03")["run_ids"][0]

    report = wait_for_end(server, run_id)

    assert report["run"]["status"] == "FAILURE"
    failure = report["failures"][0]
    assert failure["step_key"] == "days"
    assert failure["error"]["message"] == "ValueError: no data for the third"
    frame = failure["error"]["frames"][-1]
    assert frame["is_user"]
    assert frame["code"] == 'raise ValueError("no data for the third")'
    assert any("no data for the third" in line["text"] for line in frame["source"])
    assert run_id in [run["run_id"] for run in server.read("/home")["failed_runs"]]


def test_partitions_are_ranges(server):
    for partition in ("2024-01-03", "2024-01-05"):
        run_id = server.act("/assets/materialize", assets=["days"], partition_key=partition)["run_ids"][0]
        wait_for_end(server, run_id)

    found = server.read("/asset/partitions", key="days")

    assert found["total"] == 10
    assert found["counts"] == {"FAILED": 1, "MATERIALIZED": 1, "MISSING": 8}
    shown = [(one["first"], one["last"], one["status"]) for one in found["rows"][0]["ranges"]]
    assert shown == [
        ("2024-01-01", "2024-01-02", "MISSING"), ("2024-01-03", "2024-01-03", "FAILED"),
        ("2024-01-04", "2024-01-04", "MISSING"), ("2024-01-05", "2024-01-05", "MATERIALIZED"),
        ("2024-01-06", "2024-01-10", "MISSING"),
    ]  # fmt: skip
    keys = server.read("/asset/partitions/keys", key="days", status="FAILED")
    assert keys == {"keys": [{"key": "2024-01-03", "status": "FAILED"}], "total": 1}


def test_partitions_have_to_be_named(server):
    answer = server.post("/api/v1/assets/materialize", json={"selection": "*"})

    assert answer.status_code == 400
    assert "which partitions of 'days'" in answer.text


def test_a_failed_run_is_repeated(server):
    run_id = server.act("/assets/materialize", assets=["days"], partition_key="2024-01-03")["run_ids"][0]
    wait_for_end(server, run_id)

    again = server.act("/runs/reexecute", run_id=run_id, strategy="from_failure")["run_ids"][0]
    report = wait_for_end(server, again)

    assert report["parent_run_id"] == run_id
    assert [run["run_id"] for run in report["repeats"]] == [run_id, again]


def test_a_job_is_shown_checked_and_launched(server):
    job = server.read("/job", name="counting")
    assert [node["name"] for node in job["graphs"][0]["nodes"]] == ["make", "use"]
    assert job["graphs"][0]["nodes"][1]["edges"][0]["from_node"] == "make"
    assert "ops" in json.dumps(job["config_schema"])
    wrong = server.act("/job/check", job="counting", run_config_text="ops: {make: {config: {number: many}}}")
    assert wrong["problems"][0]["path"][-1] == "number"

    good = server.act("/job/check", job="counting", run_config={"ops": {"make": {"config": {"number": 5}}}})
    assert (good["problems"], good["steps"]) == ([], ["make", "use"])
    run_id = server.act(
        "/runs/launch", job="counting", run_config={"ops": {"make": {"config": {"number": 5}}}}
    )
    report = wait_for_end(server, run_id["run_ids"][0])

    assert report["run"]["status"] == "SUCCESS"
    assert report["run_config"]["ops"]["make"]["config"] == {"number": 5}


def test_schedules_and_sensors_are_tried_and_switched(server):
    found = {one["name"]: one for one in server.read("/instigators")["instigators"]}
    assert found["mornings"]["cron_schedules"] == ["0 6 * * *"]
    assert found["mornings"]["is_running"] is False

    on = server.act("/instigators/switch", name="mornings", to="running")
    assert on["is_running"]
    assert len(on["next_ticks"]) == 3
    tick = server.act("/instigators/preview", name="mornings", at="2024-01-05T06:00:00Z")
    assert tick["requests"][0]["run_key"].startswith("2024-01-05T06:00")
    look = server.act("/instigators/preview", name="looker")

    assert (look["cursor"], look["requests"][0]["run_key"]) == ("seen", "one")
    assert server.read("/ticks", name="looker") == {"ticks": [], "cursor": None}


def test_search_finds_names_and_runs(server):
    run_id = server.act("/runs/launch", job="counting", tags={"team": "core"})["run_ids"][0]
    wait_for_end(server, run_id)
    index = server.read("/search/index")

    names = set(zip((index["kinds"][kind] for kind in index["kind"]), index["names"], strict=True))

    assert {("job", "counting"), ("schedule", "mornings"), ("check", "has_rows"), ("group", "raw")} <= names
    assert server.read("/search/runs", q=run_id[:13])["runs"][0]["run_id"] == run_id
    assert run_id in [run["run_id"] for run in server.read("/search/runs", q="team=core")["runs"]]


def test_assets_are_selected(server):
    rows = server.read("/assets", selection="group:raw or tag:tier=1")

    assert [row["asset"]["key"] for row in rows["rows"]] == ["orders"]
    assert rows["total"] == 1
    assert server.read("/asset/lineage", key="totals", depth=3)["keys"] == ["totals", "orders"]


def test_a_reload_that_fails_keeps_what_was_loaded(server):
    before = server.code_file.read_text()
    server.code_file.write_text(before + "\nimport nowhere_to_be_found\n")
    try:
        failed = server.act("/locations/reload", name="served")["locations"][0]
        assert failed["status"] == "failed"
        assert "nowhere_to_be_found" in failed["error"]["text"]
        assert failed["counts"]["assets"] == 3
        assert server.read("/home")["broken_locations"][0]["name"] == "served"
    finally:
        server.code_file.write_text(before)
        mended = server.act("/locations/reload", name="served")["locations"][0]
    assert mended["status"] == "loaded"
