"""What has not changed is not sent again."""

import pytest

import weftwork as dg

READS = [
    "/runs",
    "/assets",
    "/assets/graph",
    "/assets/status",
    "/home",
    "/jobs",
    "/search/index",
    "/pools",
    "/me",
]


@pytest.mark.parametrize("path", [path for path in READS if path != "/home"])  # which tells the time
def test_an_unchanged_answer_is_not_sent_again(client, path):
    first = client.get("/api/v1" + path)

    again = client.get("/api/v1" + path, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/assets", "/assets/graph", "/assets/status"])
def test_a_changed_answer_is_sent(client, instance, path):
    first = client.get("/api/v1" + path)
    instance.report_runless_asset_event(dg.AssetMaterialization("orders"))

    again = client.get("/api/v1" + path, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


def test_what_is_kept_compressed_is_sent_plain_to_who_asks_for_that(client):
    squeezed = client.get("/api/v1/assets/graph", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/v1/assets/graph", headers={"Accept-Encoding": "identity"})

    assert squeezed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert squeezed.json() == plain.json()
