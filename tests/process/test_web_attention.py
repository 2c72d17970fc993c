"""What the pages say is wrong: why an asset failed, checks that could not be evaluated, assets that are late."""

import pytest

CODE = """
from datetime import timedelta

import weftwork as dg


@dg.asset
def rows():
    return 1


@dg.asset_check(asset=rows)
def crashes():
    raise ValueError("the check is broken")


@dg.asset
def above():
    raise ValueError("no connection")


@dg.asset(deps=[above])
def below():
    return 1


@dg.asset
def other():
    raise KeyError("id")


@dg.asset(freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=1)))
def hourly():
    return 1


@dg.job(name="alike")
def job():
    pass


defs = dg.Definitions(assets=[rows, above, below, other, hourly], asset_checks=[crashes], jobs=[job])
"""


@pytest.fixture(scope="module")
def server(serve):
    return serve(CODE)


def run_of(server, *assets):
    run_id = server.act("/assets/materialize", assets=list(assets))["run_ids"][0]
    document = """subscription Log($id: ID!) { pipelineRunLogs(runId: $id) {
      ... on PipelineRunLogsSubscriptionSuccess { cursor } } }"""
    with server.websocket_connect("ws://localhost/graphql", subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "connection_init"})
        socket.receive_json()
        asked = {"query": document, "variables": {"id": run_id}}
        socket.send_json({"id": "1", "type": "subscribe", "payload": asked})
        while socket.receive_json()["type"] != "complete":
            pass
    return run_id


def test_a_check_that_could_not_be_evaluated_needs_attention(server):
    run_id = run_of(server, "rows")

    (failing,) = [check for check in server.read("/home")["failing_checks"] if check["name"] == "crashes"]
    (check,) = server.read("/asset", key="rows")["checks"]

    assert (failing["severity"], failing["run_id"]) == ("CRASHED", run_id)
    assert check["crash"] == failing["description"] == "ValueError the check is broken"


def test_an_asset_that_was_not_made_says_whose_fault_it_was(server):
    run_id = run_of(server, "above", "below")

    above = server.read("/asset", key="above")["trouble"]
    below = server.read("/asset", key="below")["trouble"]

    assert (above["run_id"], above["is_own"], below["is_own"]) == (run_id, True, False)
    assert above["reason"] == below["reason"] == {
        "step": "above", "class_name": "ValueError", "message": "no connection"
    }  # fmt: skip
    assert server.read("/home")["reasons"][run_id] == above["reason"]


def test_of_several_failures_an_asset_tells_its_own(server):
    run_of(server, "above", "below", "other")

    told = {key: server.read("/asset", key=key)["trouble"] for key in ("above", "below", "other")}

    assert told["above"]["reason"]["class_name"] == "ValueError"
    assert (told["other"]["reason"]["class_name"], told["other"]["is_own"]) == ("KeyError", True)
    assert not told["below"]["is_own"]


def test_an_asset_that_is_older_than_allowed_is_late(server):
    assert server.read("/asset", key="hourly")["freshness"] == "UNKNOWN"
    run_of(server, "hourly")
    assert server.read("/asset", key="hourly")["freshness"] == "PASS"
    assert server.read("/home")["late"] == []
