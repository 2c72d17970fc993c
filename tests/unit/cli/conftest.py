"""Running commands in this process."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from weftwork.cli.root import weft


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `weft` with arguments; its standard output and error are told apart in the result."""
    monkeypatch.setenv("TZ", "UTC")

    def invoke(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(weft, list(arguments), input=input, catch_exceptions=False)

    return invoke
