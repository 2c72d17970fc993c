"""The files of the pages: one page for every path, kept by browsers for as long as is right."""

import base64
import hashlib

import pytest

from weftwork.web.static_files import StaticFiles

SCRIPT = b"document.documentElement.dataset.theme = 'dark'"
PAGE = (
    b"<!doctype html><html><head><script>"
    + SCRIPT
    + b'</script><script src="/assets/app.js"></script></head></html>'
)
CODE = b"console.log(1);" * 200


@pytest.fixture
def pages(tmp_path, open_client):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "assets" / "app-1a2b.js").write_bytes(CODE)
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    return open_client(files=StaticFiles(tmp_path))


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/3f2a", "/assets/sales/orders", "/graph"])
def test_every_path_of_a_page_is_the_page(pages, path):
    answer = pages.get(path)

    assert answer.content == PAGE
    assert answer.headers["cache-control"] == "no-store"


def test_a_key_that_looks_like_a_file_can_be_visited(pages):
    answer = pages.get("/assets/orders.v2", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.content == PAGE


def test_the_script_inside_the_page_is_allowed_by_its_hash(pages):
    digest = base64.b64encode(hashlib.sha256(SCRIPT).digest()).decode()

    assert f"script-src 'self' 'sha256-{digest}'" in pages.get("/").headers["content-security-policy"]


def test_built_files_are_kept_for_ever_and_compressed(pages):
    answer = pages.get("/assets/app-1a2b.js")

    assert answer.content == CODE
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) < len(CODE)


def test_an_unchanged_file_is_not_sent_again(pages):
    first = pages.get("/icon.svg")

    assert pages.get("/icon.svg", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/assets/gone-9f.js", "/favicon.ico"])
def test_a_file_that_is_not_there_is_not_the_page(pages, path):
    assert pages.get(path).status_code == 404


def test_a_route_that_does_not_exist_is_told_as_json(pages):
    answer = pages.get("/api/v1/nope")

    assert answer.status_code == 404
    assert answer.json()["error"]["kind"] == "no_such_route"


def test_a_checkout_without_the_build_says_how_to_build(tmp_path, open_client):
    answer = open_client(files=StaticFiles(tmp_path / "none")).get("/")

    assert "scripts/pages" in answer.text
