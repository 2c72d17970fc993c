from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from weftwork.api.access.caller import Role
from weftwork.api.host import Host
from weftwork.instance.instance import DagsterInstance
from weftwork.web.application import build_application
from weftwork.web.settings import WebSettings


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def open_client(instance):
    """Return a function that opens a client of a server; it closes with the test."""
    clients: list[TestClient] = []

    def open_one(settings: WebSettings | None = None, **options) -> TestClient:
        app = build_application(Host(instance), settings, **options)
        client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        client.__enter__()
        clients.append(client)
        return client

    yield open_one
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(open_client) -> TestClient:
    return open_client()


@pytest.fixture
def token_for(instance):
    """Return a function that makes a token of a role."""
    tokens = Host(instance).tokens
    return lambda role: tokens.create(f"a {role.value}", role).token if isinstance(role, Role) else None
