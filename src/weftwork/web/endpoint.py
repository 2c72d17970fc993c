"""Answers the routes of the JSON API: who asks, what is asked, the answer or what is wrong."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from weftwork.api.access.caller import Caller
from weftwork.api.host import Host
from weftwork.serde.codec import encode
from weftwork.web.guard.authentication import Authentication
from weftwork.web.problem import Problem, build_problem, to_problem
from weftwork.web.route import Call, Route, Versioned, read_body, read_query
from weftwork.web.settings import WebSettings

JSON = "application/json"
MAX_ASKING_CODE = 24
"""So many requests that ask user code are worked on at once: fewer than there are threads."""

_COMPRESSION = 4  # more would cost twice the time for a few hundredths of the size

_LOGIN_NEEDED = "A token is needed: weft auth token create"


class Endpoint:
    """Answers routes.

    Args:
        host: what is asked.
        settings: how the server is set up.
        authentication: finds out who asks.
    """

    def __init__(self, host: Host, settings: WebSettings, authentication: Authentication) -> None:
        self._host = host
        self._settings = settings
        self._authentication = authentication
        self._code_limiter = CapacityLimiter(MAX_ASKING_CODE)
        self._made: dict[str, tuple[str, bytes, bytes]] = {}

    def for_route(self, route: Route) -> Callable[[Request], Any]:
        """Return the function that answers a route."""

        async def answer(request: Request) -> Response:
            data = await request.body() if route.body is not None else b""
            work = partial(self._answer, route, request, data)
            return await self.run(request, work, asks_code=route.asks_code)

        return answer

    async def run(
        self, request: Request, work: Callable[[Caller], Response], *, asks_code: bool = False
    ) -> Response:
        """Do something for whoever asks, beside the event loop and within the deadline.

        Args:
            request: what is asked.
            work: does it.
            asks_code: whether user code has a part in it: such requests wait for each other and for nobody else.
        """
        limiter = self._code_limiter if asks_code else None
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                return await to_thread.run_sync(self._guarded, request, work, limiter=limiter)
        except TimeoutError:
            message = f"There was no answer within {self._settings.deadline_s:g} seconds."
            return problem_response(504, build_problem("deadline", message))

    def _guarded(self, request: Request, work: Callable[[Caller], Response]) -> Response:
        try:
            caller = self._authentication.find_caller(request.scope)
            if caller is None:
                return refuse_stranger(self._authentication, request)
            return work(caller)
        except Exception as error:  # noqa: BLE001 - the top of a request: everything becomes an answer
            return problem_response(*to_problem(error, request.method))

    def _answer(self, route: Route, request: Request, data: bytes, caller: Caller) -> Response:
        if route.method == "GET":
            caller.require(route.permission, "read this")
        query = read_query(list(request.query_params.multi_items()), route.query)
        body = read_body(data, route.body) if route.body else None
        call = Call(self._host, caller, self._settings, request.path_params, query, body)
        if route.method != "GET":
            return Response(encode(route.handle(call)), media_type=JSON)
        versioned = route.find_version(call) if route.find_version is not None else None
        if versioned is not None:
            return self._answer_version(route, versioned, request)
        found = encode(route.handle(call))
        etag = f'W/"{hashlib.blake2b(found, digest_size=12).hexdigest()}"'
        return _unless_known(request, etag) or Response(found, media_type=JSON, headers=_fresh(etag))

    def _answer_version(self, route: Route, versioned: Versioned, request: Request) -> Response:
        """Answer what is always the same for a version; it is made and compressed once."""
        etag = f'W/"{versioned.version}"'
        unchanged = _unless_known(request, etag)
        if unchanged is not None:
            return unchanged
        known = self._make(route, versioned)
        headers = {**_fresh(etag), "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(known[1], media_type=JSON, headers=headers)
        return Response(known[2], media_type=JSON, headers={**headers, "Content-Encoding": "gzip"})

    def _make(self, route: Route, versioned: Versioned) -> tuple[str, bytes, bytes]:
        """Return the answer of a version, plain and compressed; made unless it is known."""
        known = self._made.get(route.path)
        if known is None or known[0] != versioned.version:
            found = encode(versioned.make())
            compressed = gzip.compress(found, _COMPRESSION, mtime=0)
            known = self._made[route.path] = (versioned.version, found, compressed)
        return known

    def prepare(self, routes: Sequence[Route], caller: Caller) -> None:
        """Make the answers that are the same for a version, before somebody asks for them."""
        for route in routes:
            if route.find_version is not None:
                query = route.query() if route.query is not None else None
                versioned = route.find_version(Call(self._host, caller, self._settings, {}, query, None))
                if versioned is not None:
                    self._make(route, versioned)


def _fresh(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


def _unless_known(request: Request, etag: str) -> Response | None:
    """Return the answer for whoever has this version already; None for whoever has not."""
    if etag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=_fresh(etag))
    return None


def refuse_stranger(
    authentication: Authentication, request: Request, kind: str = "login_needed", message: str = _LOGIN_NEEDED
) -> Response:
    """Return the answer for who has no good token; it says to wait to who has tried too many."""
    wait_s = authentication.find_wait_s(request.scope)
    if wait_s is not None:
        problem = build_problem(
            "too_many_tries", f"Too many wrong tokens: wait for {math.ceil(wait_s)} seconds."
        )
        return problem_response(429, problem, {"Retry-After": str(math.ceil(wait_s))})
    return problem_response(401, build_problem(kind, message), {"WWW-Authenticate": "Bearer"})


def problem_response(status: int, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that says what is wrong."""
    return Response(encode(problem), status_code=status, media_type=JSON, headers=headers)
