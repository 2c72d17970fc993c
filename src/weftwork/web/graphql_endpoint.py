"""GraphQL over HTTP and over websockets (graphql-transport-ws, and the older graphql-ws)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
from graphql import ExecutionResult, OperationType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from weftwork.api.access.caller import Caller
from weftwork.api.host import Host
from weftwork.graphql import executor
from weftwork.graphql.entry import Asking
from weftwork.serde.codec import encode
from weftwork.web.endpoint import JSON, Endpoint
from weftwork.web.guard.authentication import Authentication
from weftwork.web.settings import WebSettings

_MODERN, _LEGACY = "graphql-transport-ws", "graphql-ws"
_INIT_S = 10.0
_MAX_OPERATIONS = 50
_MAX_MESSAGE_CHARS = 600_000


class GraphQLEndpoint:
    """Answers GraphQL.

    Args:
        host: what is asked.
        settings: how the server is set up.
        authentication: finds out who asks.
    """

    def __init__(self, host: Host, settings: WebSettings, authentication: Authentication) -> None:
        self._host = host
        self._endpoint = Endpoint(host, settings, authentication)
        self._authentication = authentication

    async def answer(self, request: Request) -> Response:
        """Answer a request; by GET only queries."""
        is_get = request.method == "GET"
        raw = dict(request.query_params) if is_get else await request.body()

        def work(caller: Caller) -> Response:
            try:
                asked = _read(raw)
                document = executor.prepare(asked.query)
                kind = executor.kind_of(document, asked.operation_name)
                if kind is OperationType.SUBSCRIPTION:
                    return _refuse("Subscriptions are answered over websockets.", 400)
                if is_get and kind is not OperationType.QUERY:
                    return _refuse("Nothing is changed by GET.", 405)
            except executor.BadDocumentError as error:
                errors = [one.formatted for one in error.errors]
                return Response(encode({"errors": errors}), status_code=error.status, media_type=JSON)
            asking = Asking(self._host, caller)
            found = executor.run(asking, document, asked.variables, asked.operation_name)
            return Response(encode(found), media_type=JSON)

        return await self._endpoint.run(request, work, asks_code=True)

    async def converse(self, socket: WebSocket) -> None:
        """Answer a websocket."""
        offered = socket.scope.get("subprotocols", [])
        protocol = next((each for each in (_MODERN, _LEGACY) if each in offered), None)
        caller = await run_in_threadpool(self._authentication.find_caller, socket.scope)
        if protocol is None or caller is None:
            await socket.close(4401 if caller is None else 4406)
            return
        await socket.accept(subprotocol=protocol)
        await _Conversation(socket, Asking(self._host, caller), is_legacy=protocol == _LEGACY).run()


class _Asked(msgspec.Struct, rename="camel"):
    query: str = ""
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def _read(raw: bytes | dict[str, str]) -> _Asked:
    from graphql import GraphQLError  # the name is only needed to say what is wrong

    try:
        if isinstance(raw, bytes):
            return msgspec.json.decode(raw, type=_Asked)
        text = raw.get("variables")
        variables = msgspec.json.decode(text, type=dict[str, Any] | None) if text else None
        return _Asked(raw.get("query", ""), variables, raw.get("operationName"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise executor.BadDocumentError([GraphQLError(f"The request cannot be read: {error}")]) from None


def _refuse(message: str, status: int) -> Response:
    headers = {"Allow": "POST"} if status == 405 else None
    return Response(
        encode({"errors": [{"message": message}]}), status_code=status, media_type=JSON, headers=headers
    )


class _Conversation:
    """One websocket: any number of operations, each under an id."""

    def __init__(self, socket: WebSocket, asking: Asking, *, is_legacy: bool) -> None:
        self._socket = socket
        self._asking = asking
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_legacy = is_legacy
        self._data, self._begin, self._end = (
            ("data", "start", "stop") if is_legacy else ("next", "subscribe", "complete")
        )

    async def run(self) -> None:
        """Talk until one side ends it."""
        try:
            async with asyncio.timeout(_INIT_S):
                first = await self._receive()
            if first.get("type") != "connection_init":
                await self._socket.close(4401)
                return
            await self._send("connection_ack")
            while True:
                await self._handle(await self._receive())
        except TimeoutError:
            await self._socket.close(4408)
        except (WebSocketDisconnect, _ConversationEndError):
            pass
        finally:
            for task in self._tasks.values():
                task.cancel()

    async def _receive(self) -> dict[str, Any]:
        text = await self._socket.receive_text()
        try:
            message = msgspec.json.decode(text) if len(text) <= _MAX_MESSAGE_CHARS else None
        except (msgspec.DecodeError, RecursionError):
            message = None
        if not isinstance(message, dict):
            await self._socket.close(4400)
            raise _ConversationEndError
        return message

    async def _handle(self, message: dict[str, Any]) -> None:
        kind, operation = message.get("type"), str(message.get("id", ""))
        if kind == "ping":
            await self._send("pong")
        elif kind == "connection_terminate":
            await self._socket.close(1000)
            raise _ConversationEndError
        elif kind == self._end:
            task = self._tasks.pop(operation, None)
            if task is not None:
                task.cancel()
        elif kind == self._begin:
            if operation in self._tasks or len(self._tasks) >= _MAX_OPERATIONS:
                await self._socket.close(4409)
                raise _ConversationEndError
            self._tasks[operation] = asyncio.create_task(self._run(operation, message.get("payload")))
        elif kind != "pong":
            await self._socket.close(4400)
            raise _ConversationEndError

    async def _run(self, operation: str, payload: Any) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it has gone meanwhile
            try:
                asked = _read(encode(payload))
                document = await run_in_threadpool(executor.prepare, asked.query)
                kind = executor.kind_of(document, asked.operation_name)
                if kind is OperationType.SUBSCRIPTION:
                    await self._follow(operation, document, asked)
                else:
                    found = await run_in_threadpool(
                        executor.run, self._asking, document, asked.variables, asked.operation_name
                    )
                    await self._send(self._data, operation, found)
                await self._send("complete", operation)
            except executor.BadDocumentError as error:
                errors = [one.formatted for one in error.errors]
                await self._send("error", operation, errors[0] if self._is_legacy else errors)
            finally:
                self._tasks.pop(operation, None)

    async def _follow(self, operation: str, document: Any, asked: _Asked) -> None:
        stream = await executor.follow(self._asking, document, asked.variables, asked.operation_name)
        if isinstance(stream, ExecutionResult):
            await self._send(self._data, operation, executor.to_answer(stream))
            return
        async for result in stream:
            await self._send(self._data, operation, executor.to_answer(result))

    async def _send(self, kind: str, operation: str | None = None, payload: Any = None) -> None:
        if self._socket.client_state is not WebSocketState.CONNECTED:
            return
        message: dict[str, Any] = {"type": kind}
        if operation is not None:
            message["id"] = operation
        if payload is not None:
            message["payload"] = payload
        await self._socket.send_text(encode(message).decode())


class _ConversationEndError(Exception):
    """Nothing more is said."""
