"""Answers that are kept are those of now, also where no event told of the change."""

import pytest

CODE = """
import weftwork as dg

parts = dg.DynamicPartitionsDefinition(name="parts")

@dg.asset(partitions_def=parts)
def sliced():
    return 1

@dg.asset
def whole():
    return 1
"""


@pytest.fixture(scope="module")
def client(serve):
    return serve(CODE)


def ask(client, etag=None):
    return client.get("/api/v1/assets/status", headers={"If-None-Match": etag} if etag else {})


def test_new_partitions_are_counted_though_no_event_tells_of_them(client):
    first = ask(client)
    number = client.get("/api/v1/assets/graph").json()["keys"].index("sliced")

    body = {"name": "parts", "keys": ["one", "two"]}
    assert client.post("/api/v1/dynamic-partitions/add", json=body).status_code == 200
    again = ask(client, first.headers["etag"])

    assert again.status_code == 200
    assert first.json()["partitions"][number][3] == 0
    assert again.json()["partitions"][number][3] == 2
    assert ask(client, again.headers["etag"]).status_code == 304


def test_some_assets_are_answered_as_all_are(client):
    everything = ask(client).json()

    some = client.get("/api/v1/assets/status?key=whole").json()

    number = some["numbers"][0]
    columns = ("status", "at", "run", "partitions", "checks")
    assert {name: some[name][0] for name in columns} == {name: everything[name][number] for name in columns}
