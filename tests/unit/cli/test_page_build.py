"""`weft dev` in a checkout without pages: they are built once, while the server answers already."""

import stat
import threading

import pytest

from weftwork.cli.web.page_build import VARIABLE, PageBuild
from weftwork.web.static_files import DIRECTORY, StaticFiles

WAIT_S = 20.0


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Return a checkout whose script waits for a file `go` and then does what `outcome` says."""
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "package.json").write_text("{}")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "src" / "weftwork" / "web").mkdir(parents=True)
    script = tmp_path / "scripts" / "pages"
    script.write_text(
        '#!/bin/sh\ncd "$(dirname "$0")/.."\necho x >>builds\necho "<step 1>"\n'
        "while [ ! -e go ]; do sleep 0.01; done\n. ./outcome\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "outcome").write_text(
        "mkdir src/weftwork/web/static; echo page >src/weftwork/web/static/index.html"
    )
    return tmp_path


def until(condition):
    waiting = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        if condition():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen")


def test_pages_that_are_missing_are_built_and_the_placeholder_says_so(checkout, capsys):
    with PageBuild(checkout) as build:
        until(lambda: "&lt;step 1&gt;" in build.placeholder())
        assert "being built" in build.placeholder()
        (checkout / "go").touch()
        until(lambda: "refresh" not in build.placeholder())
        assert not build.is_needed()
    assert "The pages are built." in capsys.readouterr().out


def test_a_build_that_fails_is_told_with_what_it_said(checkout, capsys):
    (checkout / "outcome").write_text("echo 'no network'; exit 1")
    (checkout / "go").touch()
    with PageBuild(checkout) as build:
        until(lambda: "could not be built" in build.placeholder())
        assert "no network" in build.placeholder()
        assert "scripts/pages" in build.placeholder()
    assert "no network" in capsys.readouterr().err


def test_a_checkout_that_cannot_be_written_to_is_told(checkout, capsys):
    (checkout / "ui" / ".building").mkdir()
    with PageBuild(checkout) as build:
        until(lambda: "could not be built" in build.placeholder())
    assert ".building" in capsys.readouterr().err


def test_two_servers_build_once(checkout):
    with PageBuild(checkout) as first, PageBuild(checkout) as second:
        until(lambda: (checkout / "builds").exists())
        (checkout / "go").touch()
        until(lambda: "refresh" not in first.placeholder() and "refresh" not in second.placeholder())
    assert (checkout / "builds").read_text() == "x\n"


def test_the_end_of_the_server_ends_the_build(checkout):
    with PageBuild(checkout) as build:
        until(lambda: (checkout / "builds").exists())
    until(lambda: "refresh" not in build.placeholder())
    assert not (checkout / "src" / "weftwork" / "web" / "static").exists()


@pytest.mark.parametrize("reason", ["asked not to", "built already", "installed"])
def test_nothing_is_built_where_it_is_not_needed(checkout, monkeypatch, reason):
    if reason == "asked not to":
        monkeypatch.setenv(VARIABLE, "0")
    elif reason == "built already":
        (checkout / "src" / "weftwork" / "web" / "static").mkdir()
        (checkout / "src" / "weftwork" / "web" / "static" / "index.html").touch()
    else:
        (checkout / "ui" / "package.json").unlink()
    with PageBuild(checkout):
        pass
    assert not (checkout / "builds").exists()


def test_it_builds_where_the_server_looks():
    assert PageBuild()._index.parent == DIRECTORY
    assert StaticFiles(placeholder=PageBuild().placeholder)
