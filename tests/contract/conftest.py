"""One instance for each backend that the store runs on."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from weftwork.base.ids import new_id
from weftwork.instance.instance import DagsterInstance

RIGS = Path(__file__).parents[2] / "rigs"
BACKENDS = ["memory", "file", "postgres"]


def _load_servers() -> ModuleType:
    """The module of the rigs that knows how a server is found and started."""
    spec = importlib.util.spec_from_file_location("postgres_of_rigs", RIGS / "postgres.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is named, or one that is started for the tests."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield named
        return
    servers = _load_servers()
    try:
        server = servers.Server(is_durable=False)
    except servers.NoServerError as error:
        pytest.skip(f"{error}; or set TEST_POSTGRES_URL")
    try:
        yield server.url
    finally:
        server.remove()


@pytest.fixture
def postgres_schema_url(postgres_url: str) -> Iterator[str]:
    """The address of an empty schema."""
    import psycopg

    schema = "t" + new_id().replace("-", "")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    sign = "&" if "?" in postgres_url else "?"
    yield f"{postgres_url}{sign}options=-csearch_path%3D{schema}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=BACKENDS)
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DagsterInstance]:
    """An empty instance on each backend."""
    if request.param == "memory":
        made = DagsterInstance.ephemeral()
    elif request.param == "file":
        made = DagsterInstance.local_temp(str(tmp_path))
    else:
        url = request.getfixturevalue("postgres_schema_url")
        made = DagsterInstance.local_temp(
            str(tmp_path), overrides={"storage": {"postgres": {"postgres_url": url}}}
        )
    with made:
        yield made
