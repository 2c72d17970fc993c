"""The pages: files that the build has left in ``static``, and the one page for every path of theirs."""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from weftwork.web.guard.headers import build_policy

DIRECTORY = Path(__file__).parent / "static"
_INDEX = "index.html"
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_COMPRESSED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")
_MIN_COMPRESSED_BYTES = 1000
_NOT_BUILT = (
    "<!doctype html><title>Weftwork</title><h1>The pages are not built</h1><p>scripts/pages builds them.</p>"
)
_FOREVER = "public, max-age=31536000, immutable"


class _File(NamedTuple):
    data: bytes
    compressed: bytes | None
    media_type: str
    etag: str
    policy: bytes | None


class StaticFiles:
    """The files of the pages, kept in memory, compressed once.

    Args:
        directory: where they are; nothing outside of it is ever answered.
        placeholder: makes the page (HTML) that is shown while there are none.
    """

    def __init__(
        self, directory: Path = DIRECTORY, placeholder: Callable[[], str] = lambda: _NOT_BUILT
    ) -> None:
        self._directory = directory
        self._placeholder = placeholder
        self._files: dict[str, tuple[int, _File]] = {}

    async def answer(self, request: Request) -> Response:
        """Return the file that a path names, or the page."""
        path = str(request.path_params.get("path", ""))
        found = self._find(path) if path else None
        if found is not None and path != _INDEX:
            is_hashed = path.startswith("assets/")
            return _respond(request, found, _FOREVER if is_hashed else "no-cache")
        is_visit = "text/html" in request.headers.get("accept", "")  # keys of assets may look like files
        if PurePosixPath(path).suffix and path != _INDEX and not is_visit:
            return Response("There is no such file.", status_code=404, media_type="text/plain")
        page = self._find(_INDEX)
        if page is None:
            status = 503 if path else 200
            return Response(self._placeholder(), media_type="text/html", status_code=status)
        return _respond(request, page, "no-store")

    def _find(self, path: str) -> _File | None:
        parts = PurePosixPath(path).parts
        if not parts or any(part.startswith((".", "/")) or "\\" in part or "\0" in part for part in parts):
            return None
        file = self._directory.joinpath(*parts)
        try:
            stamp = file.stat().st_mtime_ns
            known = self._files.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            if not file.is_file() or not file.resolve().is_relative_to(self._directory.resolve()):
                return None
            read = self._read(file)
        except OSError:
            return None
        self._files[path] = (stamp, read)
        return read

    def _read(self, file: Path) -> _File:
        data = file.read_bytes()
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.name.endswith((".js", ".mjs")):
            media_type = "text/javascript"
        policy = None
        if file.name == _INDEX:
            policy = build_policy([_hash(script) for script in _INLINE_SCRIPT.findall(data)])
        is_text = media_type.startswith(_COMPRESSED_TYPES) and len(data) >= _MIN_COMPRESSED_BYTES
        return _File(
            data=data,
            compressed=gzip.compress(data, 9, mtime=0) if is_text else None,
            media_type=media_type,
            etag=f'"{hashlib.sha256(data).hexdigest()[:20]}"',
            policy=policy,
        )


def _hash(script: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}"


def _respond(request: Request, file: _File, cache: str) -> Response:
    headers = {"Cache-Control": cache, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if file.policy is not None:
        headers["Content-Security-Policy"] = file.policy.decode()
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.media_type, headers=headers)
    return Response(file.data, media_type=file.media_type, headers=headers)
