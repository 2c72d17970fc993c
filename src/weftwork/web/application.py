"""The ASGI application: guards around the routes of the API, the stream of news, GraphQL and the pages."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as StarletteRoute
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from weftwork.api.access.caller import Caller
from weftwork.api.host import Host
from weftwork.api.instance_info import get_me
from weftwork.api.output.captured import find_output_file, iterate_output
from weftwork.api.past.export import iterate_export
from weftwork.api.runs import resolve_run_id
from weftwork.serde.codec import encode
from weftwork.serde.record import Record
from weftwork.web.endpoint import JSON, Endpoint, problem_response, refuse_stranger
from weftwork.web.guard.asgi import App, Receive, Scope, Send
from weftwork.web.guard.authentication import COOKIE, Authentication
from weftwork.web.guard.headers import HeaderGuard
from weftwork.web.guard.hosts import HostGuard
from weftwork.web.guard.limits import BodyGuard
from weftwork.web.guard.origins import OriginGuard
from weftwork.web.preparation import Preparation
from weftwork.web.problem import build_problem
from weftwork.web.route import PREFIX
from weftwork.web.routes import ROUTES
from weftwork.web.settings import WebSettings
from weftwork.web.static_files import StaticFiles
from weftwork.web.stream.event_stream import EventStream
from weftwork.web.stream.hub import NewsHub

if TYPE_CHECKING:
    from weftwork.web.graphql_endpoint import GraphQLEndpoint

_COOKIE_S = 30 * 24 * 3600


class LoginBody(Record):
    """A token to exchange for a cookie."""

    token: str


def build_application(
    host: Host, settings: WebSettings | None = None, files: StaticFiles | None = None
) -> App:
    """Return the application.

    Args:
        host: what it works with.
        settings: how it is set up.
        files: the pages; None for those of the build.
    """
    settings = settings or WebSettings()
    authentication = Authentication(host, settings)
    endpoint = Endpoint(host, settings, authentication)
    hub = NewsHub(host, settings.news_interval_s)
    graphql = _GraphQL(host, settings, authentication)
    special = _Special(host, settings, authentication, endpoint)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        preparation = Preparation(host, endpoint)
        preparation.start()
        yield
        hub.close()
        await run_in_threadpool(preparation.close)

    routes = [
        *(StarletteRoute(PREFIX + r.path, endpoint.for_route(r), methods=[r.method]) for r in ROUTES),
        StarletteRoute(f"{PREFIX}/runs/{{run_id}}/output/{{name}}/{{stream}}/download", special.download),
        StarletteRoute(f"{PREFIX}/runs/{{run_id}}/export", special.export),
        StarletteRoute(f"{PREFIX}/events", EventStream(hub, host, authentication).answer),
        StarletteRoute(f"{PREFIX}/login", special.log_in, methods=["POST"]),
        StarletteRoute(f"{PREFIX}/logout", special.log_out, methods=["POST"]),
        StarletteRoute("/api/{path:path}", _no_such_route, methods=["GET", "POST"]),
        StarletteRoute("/server_info", special.server_info),
        StarletteRoute("/graphql", graphql.answer, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", graphql.converse),
        StarletteRoute("/{path:path}", (files or StaticFiles()).answer),
    ]
    app: App = Starlette(routes=routes, lifespan=lifespan)
    app = GZipMiddleware(app, minimum_size=1000, compresslevel=3)
    app = BodyGuard(app, max_bytes=settings.max_body_bytes, timeout_s=settings.body_timeout_s)
    app = OriginGuard(app)
    app = HostGuard(app, settings.allowed_hosts)
    return Application(HeaderGuard(app), hub)


class Application:
    """The whole, as a server calls it.

    Args:
        app: what answers.
        hub: holds the streams of news.
    """

    def __init__(self, app: App, hub: NewsHub) -> None:
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)

    def end_streams(self) -> None:
        """End what never ends by itself: the server stops."""
        self._hub.close()


async def _no_such_route(request: Request) -> Response:
    message = f"There is no route {request.method} {request.url.path}; docs/openapi.yaml has them all."
    return problem_response(404, build_problem("no_such_route", message))


class _GraphQL:
    """Answers GraphQL; its libraries are loaded when somebody asks for it first, which our own pages never do."""

    def __init__(self, host: Host, settings: WebSettings, authentication: Authentication) -> None:
        self._host = host
        self._settings = settings
        self._authentication = authentication

    @cached_property
    def _endpoint(self) -> GraphQLEndpoint:
        from weftwork.web.graphql_endpoint import GraphQLEndpoint  # a fifth of a second

        return GraphQLEndpoint(self._host, self._settings, self._authentication)

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        endpoint = await run_in_threadpool(lambda: self._endpoint)
        return await endpoint.answer(request)

    async def converse(self, socket: WebSocket) -> None:
        """Answer a websocket."""
        endpoint = await run_in_threadpool(lambda: self._endpoint)
        await endpoint.converse(socket)


class _Special:
    """The routes that are not JSON in, JSON out."""

    def __init__(
        self, host: Host, settings: WebSettings, authentication: Authentication, endpoint: Endpoint
    ) -> None:
        self._host = host
        self._settings = settings
        self._authentication = authentication
        self._endpoint = endpoint

    async def download(self, request: Request) -> Response:
        """Return all that a step printed, as a file."""
        path = request.path_params

        def work(_caller: Caller) -> Response:
            run_id = resolve_run_id(self._host.instance, path["run_id"])
            file = find_output_file(self._host.instance, run_id, path["name"], path["stream"])
            name = f"{run_id[:8]}-{path['stream']}.txt"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return StreamingResponse(
                iterate_output(self._host.instance, run_id, file),
                media_type="text/plain; charset=utf-8",
                headers=headers,
            )

        return await self._endpoint.run(request, work)

    async def export(self, request: Request) -> Response:
        """Return a run, its steps and its log as a file."""
        text = request.path_params["run_id"]

        def work(_caller: Caller) -> Response:
            run_id = resolve_run_id(self._host.instance, text)
            pieces = iterate_export(self._host.instance, run_id, now=self._host.now())
            headers = {"Content-Disposition": f'attachment; filename="run-{run_id[:8]}.json"'}
            return StreamingResponse(pieces, media_type=JSON, headers=headers)

        return await self._endpoint.run(request, work)

    async def log_in(self, request: Request) -> Response:
        """Exchange a token for a cookie."""
        data = await request.body()

        try:
            token = msgspec.json.decode(data, type=LoginBody).token
        except msgspec.MsgspecError:
            token = ""
        caller = await run_in_threadpool(self._authentication.check_token, token, request.scope)
        if caller is None:
            told = ("wrong_token", "This token lets nobody in.")
            return refuse_stranger(self._authentication, request, *told)
        me = get_me(caller, needs_login=self._settings.needs_login)
        response = Response(encode(me), media_type=JSON)
        is_secure = request.url.scheme == "https"
        if self._settings.needs_login:  # else everybody is let in, whatever they give for a token
            response.set_cookie(
                COOKIE, token, max_age=_COOKIE_S, httponly=True, samesite="strict", secure=is_secure, path="/"
            )
        return response

    async def log_out(self, _request: Request) -> Response:
        """Take the cookie back."""
        response = Response(b"{}", media_type=JSON)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    async def server_info(self, request: Request) -> Response:
        """Return versions, as old tools ask for them."""
        from importlib.metadata import version  # slow, and hardly anybody asks

        def work(_caller: Caller) -> Response:
            found = version("weftwork")
            names = (
                "dagster_version",
                "dagster_webserver_version",
                "dagster_graphql_version",
                "weftwork_version",
            )
            return Response(encode(dict.fromkeys(names, found)), media_type=JSON)

        return await self._endpoint.run(request, work)
