from collections.abc import Iterator

import pytest

from weftwork.api.access.caller import Caller, Role
from weftwork.api.host import Host
from weftwork.graphql import executor
from weftwork.graphql.entry import Asking
from weftwork.instance.instance import DagsterInstance


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def ask(instance):
    """Return a function that runs a document for somebody and returns its data."""
    host = Host(instance)

    def run(text: str, *, role: Role = Role.ADMIN, is_read_only: bool = False, **variables):
        caller = Caller(name="test", role=role, is_read_only=is_read_only)
        answer = executor.run(Asking(host, caller), executor.prepare(text), variables, None)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return run
