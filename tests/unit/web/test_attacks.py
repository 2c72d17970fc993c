"""What a foreign page, a stranger and a flood can do to the server: nothing."""

from urllib.parse import urlencode

import pytest
from starlette.websockets import WebSocketDisconnect

import weftwork as dg
from weftwork.api.access.caller import Permission, Role
from weftwork.records.runs import DagsterRunStatus
from weftwork.web.routes import ROUTES
from weftwork.web.settings import WebSettings

WIPE = {"assets": ["a"]}


@dg.asset
def one_asset():
    return 1


# ------------------------------------------------------------------------------ hosts


@pytest.mark.parametrize(
    "host", ["evil.test", "rebind.evil.test:3000", "localhost.evil.test", "127.0.0.1.nip.io", "0.0.0.0"]
)
def test_a_foreign_host_is_refused(client, host):
    answer = client.get("/api/v1/me", headers={"Host": host})

    assert answer.status_code == 421
    assert "--allow-host" in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["localhost", "localhost:3000", "127.0.0.1:9", "[::1]:3000", "LOCALHOST"])
def test_our_own_names_are_answered(client, host):
    assert client.get("/api/v1/me", headers={"Host": host}).status_code == 200


def test_a_missing_host_is_refused(client):
    assert client.get("/api/v1/me", headers={"Host": ""}).status_code == 400


def test_an_allowed_name_is_answered(open_client):
    client = open_client(WebSettings(allowed_hosts=("weft.example.org",)))

    assert client.get("/api/v1/me", headers={"Host": "weft.example.org"}).status_code == 200
    assert client.get("/api/v1/me").status_code == 421


# ------------------------------------------------------------------------------ origins


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.test"},
        {"Origin": "http://localhost:81"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/assets/wipe", "/graphql", "/api/v1/login"])
def test_a_change_from_another_site_is_refused(client, instance, headers, path):
    answer = client.post(path, json=WIPE, headers=headers)

    assert answer.status_code == 403
    assert instance.audit.list() == []


def test_a_change_from_our_own_page_is_done(client):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/api/v1/assets/wipe", json=WIPE, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/graphql", ""],
)
@pytest.mark.parametrize("path", ["/api/v1/assets/wipe", "/graphql", "/api/v1/login"])
def test_what_a_form_can_send_is_refused(client, kind, path):
    answer = client.post(path, content=b'{"assets": ["a"]}', headers={"Content-Type": kind} if kind else {})

    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client, method):
    assert client.request(method, "/api/v1/runs").status_code == 405


def test_nothing_is_changed_by_get(client, instance):
    for route in ROUTES:
        if route.method == "POST":
            path = "/api/v1" + route.path.replace("{", "").replace("}", "")
            answer = client.get(path)
            assert answer.status_code in (404, 405), path
    mutation = 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["a"]}}]) { __typename } }'
    answer = client.get("/graphql", params={"query": mutation})
    assert answer.status_code == 405
    assert instance.audit.list() == []


def test_a_mutation_in_the_query_string_of_a_post_is_not_run(client, instance):
    mutation = 'mutation { deleteRun(runId: "x") { __typename } }'

    answer = client.post("/graphql", params={"query": mutation}, json={})

    assert answer.status_code == 400
    assert instance.audit.list() == []


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://[x"])
def test_a_websocket_from_another_site_is_refused(client, origin):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(
            "/graphql", subprotocols=["graphql-transport-ws"], headers={"Origin": origin}
        ),
    ):
        pass


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}])
def test_a_websocket_from_our_own_page_or_a_program_is_answered(client, headers):
    with client.websocket_connect(
        "ws://localhost/graphql", subprotocols=["graphql-transport-ws"], headers=headers
    ) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": "{ version }"}})
        assert socket.receive_json()["payload"]["data"]["version"]


def test_a_websocket_without_a_token_is_refused(open_client):
    client = open_client(WebSettings(needs_login=True))
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://localhost/graphql", subprotocols=["graphql-transport-ws"]),
    ):
        pass


def test_a_websocket_under_a_foreign_host_is_refused(client):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(
            "/graphql", subprotocols=["graphql-transport-ws"], headers={"Host": "evil.test"}
        ),
    ):
        pass


# ------------------------------------------------------------------------------ tokens and roles


def authorized(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "path", ["/api/v1/me", "/api/v1/runs", "/api/v1/events", "/graphql?query={version}", "/server_info"]
)
def test_without_a_token_nothing_is_told(open_client, path):
    client = open_client(WebSettings(needs_login=True))

    assert client.get(path).status_code == 401
    assert client.get(path, headers=authorized("weft_guess")).status_code == 401
    assert client.get(path, headers={"Authorization": "Basic d2VmdDp3ZWZ0"}).status_code == 401


def test_a_token_lets_in_and_a_revoked_one_does_not(open_client, instance):
    client = open_client(WebSettings(needs_login=True))
    from weftwork.api.host import Host

    tokens = Host(instance).tokens
    made = tokens.create("someone", Role.VIEWER)
    assert client.get("/api/v1/me", headers=authorized(made.token)).json()["role"] == "viewer"

    tokens.revoke(made.entry.id)
    fresh = open_client(WebSettings(needs_login=True))

    assert fresh.get("/api/v1/me", headers=authorized(made.token)).status_code == 401


def test_an_expired_token_lets_nobody_in(instance):
    from weftwork.api.access.tokens import Tokens

    now = [1000.0]
    tokens = Tokens(instance, lambda: now[0])
    made = tokens.create("someone", Role.VIEWER, ttl_s=60)
    assert tokens.find_caller(made.token) is not None

    now[0] = 1061.0

    assert tokens.find_caller(made.token) is None
    assert not tokens.has_any()


def test_only_hashes_of_tokens_are_kept(instance, token_for):
    token = token_for(Role.ADMIN)

    kept = instance.run_storage.get_cursor_values(["weft/access/tokens"])["weft/access/tokens"]

    assert token not in kept
    assert token.removeprefix("weft_") not in kept


def test_a_login_makes_a_cookie_that_scripts_cannot_read(open_client, token_for):
    client = open_client(WebSettings(needs_login=True))

    answer = client.post("/api/v1/login", json={"token": token_for(Role.EDITOR)})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/api/v1/me").json()["role"] == "editor"
    client.post("/api/v1/logout", json={})
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("body", [{"token": "weft_wrong"}, {"token": ""}, {}, {"token": 5}])
def test_a_wrong_token_makes_no_cookie(open_client, body):
    answer = open_client(WebSettings(needs_login=True)).post("/api/v1/login", json=body)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["weft_wrong", "", "\u0151", "a\r\nb"])
def test_where_nobody_has_to_log_in_what_is_given_for_a_token_makes_no_cookie(open_client, token):
    answer = open_client(WebSettings(needs_login=False)).post("/api/v1/login", json={"token": token})

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


MINIMAL_BODIES = {
    "LaunchBody": {"job": "j"},
    "MaterializeBody": {"assets": ["a"]},
    "ReexecuteBody": {"run_id": "r"},
    "CancelBody": {"run_ids": ["r"]},
    "DeleteRunsBody": {"run_ids": ["r"]},
    "ChecksBody": {"checks": ["a:c"]},
    "DynamicKeysBody": {"name": "n", "keys": ["k"]},
    "ReportBody": {"asset": "a"},
    "WipeBody": {"assets": ["a"]},
    "ReloadBody": {},
    "PoolLimitBody": {"name": "n", "limit": 1},
    "FreeSlotsBody": {"run_id": "r"},
    "NameBody": {"name": "n"},
    "SwitchBody": {"name": "n", "to": "running"},
    "PreviewBody": {"name": "n"},
    "CreateTokenBody": {"name": "n", "role": "admin"},
    "RevokeTokenBody": {"id": "i"},
}
CHANGES = [route for route in ROUTES if route.permission is not Permission.READ]


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_it_may_and_no_more(open_client, token_for, route, role):
    client = open_client(WebSettings(needs_login=True))
    body = MINIMAL_BODIES[route.body.__name__] if route.body else None

    answer = client.request(
        route.method, "/api/v1" + route.path, json=body, headers=authorized(token_for(role))
    )

    assert (answer.status_code == 403) == (route.permission not in role.permissions), answer.text


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: f"{route.method} {route.path}")
def test_a_read_only_server_changes_nothing(open_client, token_for, route):
    client = open_client(WebSettings(is_read_only=True))
    body = MINIMAL_BODIES[route.body.__name__] if route.body else None

    answer = client.request(
        route.method, "/api/v1" + route.path, json=body, headers=authorized(token_for(Role.ADMIN))
    )

    assert answer.status_code == 403
    assert "read-only" in answer.json()["error"]["message"]


def test_what_is_done_and_what_is_refused_is_on_record(open_client, instance, token_for):
    client = open_client(WebSettings(needs_login=True))

    client.post("/api/v1/assets/wipe", json=WIPE, headers=authorized(token_for(Role.VIEWER)))
    client.post("/api/v1/assets/wipe", json=WIPE, headers=authorized(token_for(Role.EDITOR)))

    done, refused = instance.audit.list()
    assert (done.caller, done.action, done.target, done.error) == (
        "a editor", "wipe assets", '{"assets":["a"],"partitions":null}', None,
    )  # fmt: skip
    assert refused.caller == "a viewer"
    assert refused.error.startswith("AccessDeniedError")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/asset/events/diff", {"key": "a", "a": 10**30, "b": 1}),
        ("/asset/events/diff", {"key": "a", "a": -1, "b": 1}),
        ("/runs/bars", {"begin": "0001-01-01T00:00:00"}),
        ("/runs", {"created_after": "2026-01-01T00:00:00"}),
        ("/home", {"hours": "nan"}),
        ("/home", {"hours": "inf"}),
        ("/dynamic-partitions/keys", {"name": "x", "cursor": "9" * 30}),
        ("/runs/diff", {"a": "", "b": "\x00"}),
    ],
)
def test_strange_numbers_and_times_are_no_defects(client, path, query):
    assert client.get(f"/api/v1{path}", params=query).status_code in (400, 404)


@pytest.mark.parametrize(
    "document",
    [
        "{ runsOrError(limit: -1) { ... on Runs { results { runId } } } }",
        '{ assetsOrError(limit: -3, cursor: "bad") { __typename } }',
        '{ assetRecordsOrError(cursor: "bad") { __typename } }',
        "{ runsOrError(filter: {createdAfter: 1e300}) { __typename } }",
        "{ assetOrError(assetKey: {path: []}) { __typename } }",
        '{ assetCheckExecutions(assetKey: {path: ["a"]}, checkName: "c", limit: 9, cursor: "x") { id } }',
    ],
)
def test_no_document_gets_more_than_there_is_room_for_or_fails_the_server(client, instance, document):
    dg.materialize([one_asset], instance=instance)

    answer = client.post("/graphql", json={"query": document})

    assert "has failed" not in answer.text
    assert "runId" not in answer.text


def test_who_tries_many_tokens_is_told_to_wait_and_reads_nothing(
    open_client, token_for, instance, monkeypatch, caplog
):
    good = token_for(Role.VIEWER)
    client = open_client(WebSettings(needs_login=True))
    assert client.get("/api/v1/me", headers=authorized(good)).status_code == 200
    codes = [client.post("/api/v1/login", json={"token": f"weft_{n}"}).status_code for n in range(30)]
    assert codes[:19] == [401] * 19
    assert codes[20:] == [429] * 10
    assert "wrong tokens" in caplog.text

    reads = []
    monkeypatch.setattr(
        type(instance.run_storage), "get_cursor_values", lambda *_: reads.append(1) or {}, raising=False
    )
    refused = client.get("/api/v1/me", headers=authorized("weft_guess"))
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0, reads) == (429, True, [])
    assert client.get("/api/v1/me", headers=authorized(good)).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", "\x1b]0;evil\x07", "\u202egnp.exe"],
)
def test_what_users_write_is_data_and_no_markup(client, instance, text):
    instance.report_runless_asset_event(
        dg.AssetMaterialization("a", description=text, metadata={text: dg.MetadataValue.md(text)})
    )

    answer = client.get("/api/v1/asset/events", params={"key": "a"})

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["events"][0]["description"] == text
    assert b"\x1b" not in answer.content


def test_files_to_download_are_no_pages(client, instance):
    run = dg.materialize([one_asset], instance=instance)

    answer = client.get(f"/api/v1/runs/{run.run_id}/export")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert "script-src" in answer.headers["content-security-policy"]
    assert client.get("/api/v1/runs/..%2f..%2fetc/export").status_code == 404


# ------------------------------------------------------------------------------ sizes, depths, times


def test_a_large_body_is_refused(client):
    answer = client.post(
        "/api/v1/assets/wipe", content=b" " * (2**21 + 1), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413


def test_a_large_body_without_a_length_is_refused(client):
    def parts():
        for _ in range(40):
            yield b" " * 65536

    answer = client.post("/graphql", content=parts(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b"null", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}']
)
@pytest.mark.parametrize("path", ["/api/v1/assets/wipe", "/api/v1/runs/launch", "/graphql"])
def test_a_body_that_is_no_object_is_told_so(client, body, path):
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


def test_unknown_fields_are_told_with_the_nearest_name(client):
    answer = client.post("/api/v1/assets/wipe", json={"asset": ["a"]})

    assert answer.status_code == 400
    assert "assets" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "document",
    [
        "{" + "a{" * 5000 + "}" * 5001,
        "{" + " ".join(f"a{i}: version" for i in range(600)) + "}",
        "{" + "version " * 30_000 + "}",
        "#" + "x" * 600_000 + "\n{version}",
        "query { ...F0 } "
        + " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(18))
        + " fragment F18 on Query { version }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "{ version @include(if: $x) }",
        "{",
        "",
    ],
    ids=["deep", "aliases", "tokens", "comment", "fragments", "cycle", "variable", "syntax", "empty"],
)
def test_documents_that_cost_too_much_are_refused(client, document):
    answer = client.post("/graphql", json={"query": document})

    assert answer.status_code in (400, 413)
    assert answer.json()["errors"]


def test_yaml_bombs_are_refused(client):
    bomb = "a0: &a0 [x]\n" + "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9))

    answer = client.post("/api/v1/job/check", json={"job": "j", "run_config_text": bomb})

    assert answer.status_code == 422
    assert "aliases" in answer.json()["error"]["message"]


def test_yaml_makes_no_python_objects(client):
    text = "x: !!python/object/apply:os.system ['true']"

    answer = client.post("/api/v1/job/check", json={"job": "j", "run_config_text": text})

    assert answer.status_code == 422
    assert "YAML" in answer.json()["error"]["message"]


@pytest.mark.parametrize("query", ["limit=x", "status=NOPE", "limit=1&nope=1", "created_after=yesterday"])
def test_wrong_query_parameters_are_told(client, query):
    answer = client.get(f"/api/v1/runs?{query}")

    assert answer.status_code == 400


@pytest.mark.parametrize("cursor", ["' OR 1=1 --", "x", "-1", "99999999999999999999999"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs",
        "/api/v1/assets",
        "/api/v1/audit",
        "/api/v1/asset/events?key=a",
        "/api/v1/asset/checks/history?key=a&name=b",
    ],
)
def test_strange_cursors_are_no_defects(client, path, cursor):
    separator = "&" if "?" in path else "?"
    answer = client.get(f"{path}{separator}{urlencode({'cursor': cursor})}")

    assert answer.status_code < 500, answer.text


# ------------------------------------------------------------------------------ paths and pages


@pytest.mark.parametrize(
    "path",
    [
        "/../settings.py", "/%2e%2e/settings.py", "/assets/..%2f..%2fsettings.py", "/assets/%2e%2e/%2e%2e/settings.py",
        "/..%5csettings.py", "/.git/config", "/assets//etc/passwd", "/assets/%00.js",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_pages(open_client, tmp_path, path):
    from weftwork.web.static_files import StaticFiles

    (tmp_path / "settings.py").write_text("secret")
    pages = tmp_path / "static"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<html>page</html>")

    answer = open_client(files=StaticFiles(pages)).get(path)

    assert "secret" not in answer.text
    assert answer.status_code in (200, 404)


def test_captured_output_is_found_by_what_the_run_recorded_only(client, instance):
    run = instance.create_run(job_name="j", status=DagsterRunStatus.SUCCESS)

    for name in ("..", "..%2f..%2fstorage", "%2fetc%2fpasswd", "x"):
        answer = client.get(f"/api/v1/runs/{run.run_id}/output/{name}/stdout")
        assert answer.status_code == 404, name


def test_every_answer_has_its_guards(client):
    for path in ("/", "/api/v1/me", "/api/v1/nope", "/graphql?query={version}", "/runs/x"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


def test_a_defect_is_not_explained_to_strangers(open_client, instance, monkeypatch, caplog):
    client = open_client()
    monkeypatch.setattr(type(instance), "get_run_records", lambda *_args, **_options: 1 / 0)

    answer = client.get("/api/v1/runs")

    assert answer.status_code == 500
    assert "division" not in answer.text
    assert "division" in caplog.text


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/runs", "/api/v1/instance"])
def test_a_token_in_an_address_is_refused(client, path):
    answer = client.get(path, params={"token": "weft_x"})

    assert answer.status_code == 400
    assert "Authorization" in answer.json()["error"]["message"]
    assert client.get(path, params={"zz": "1"}).status_code == 400
