"""A route of the JSON API as data: how it is asked, what it answers, what it takes to be allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.host import Host
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.base.text import did_you_mean
from weftwork.serde.record import TAG_FIELD, Record
from weftwork.web.settings import WebSettings

PREFIX = "/api/v1"
_SECRETS = ("token", "access_token", "api_key")


class Call(NamedTuple):
    """One request to a route.

    Attributes:
        host: what is asked.
        caller: who asks.
        settings: how the server is set up.
        path: the parameters in the path.
        query: the query, as the route's record.
        body: the body, as the route's record.
    """

    host: Host
    caller: Caller
    settings: WebSettings
    path: Mapping[str, str]
    query: Any
    body: Any


class Versioned(NamedTuple):
    """An answer that is not made yet.

    Attributes:
        version: changes whenever any of the answer does.
        make: makes it.
    """

    version: str
    make: Callable[[], Any]


FindVersion = Callable[[Call], Versioned | None]


class Route(NamedTuple):
    """A route.

    Attributes:
        method: "GET" or "POST"; nothing is ever changed by GET.
        path: below ``PREFIX``, with parameters in braces.
        summary: what it does, in a sentence.
        permission: what it does to the world.
        answer: the record that it answers.
        handle: does it.
        query: the record of its query parameters; None for none.
        body: the record of its body; None for none.
        find_version: finds the version of the answer and what makes it; the answer of one version is always the same, and
            made once. None, or None as its answer, where the answer itself has to be looked at.
        asks_code: whether user code has a part in the answer, which may take long: only so many of these are worked on
            at once that others are still answered.
    """

    method: str
    path: str
    summary: str
    permission: Permission
    answer: type[Any]
    handle: Callable[[Call], Any]
    query: type[Record] | None = None
    body: type[Record] | None = None
    find_version: FindVersion | None = None
    asks_code: bool = False


def get(
    path: str,
    summary: str,
    answer: type[Any],
    handle: Callable[[Call], Any],
    *,
    query: type[Record] | None = None,
    permission: Permission = Permission.READ,
    find_version: FindVersion | None = None,
    asks_code: bool = False,
) -> Route:
    """Return a route that only reads; see ``Route``."""
    return Route("GET", path, summary, permission, answer, handle, query, None, find_version, asks_code)


def post(
    path: str,
    summary: str,
    answer: type[Any],
    handle: Callable[[Call], Any],
    *,
    body: type[Record] | None,
    permission: Permission,
    asks_code: bool = False,
) -> Route:
    """Return a route that changes something, or that takes more than fits in a query; see ``Route``."""
    return Route("POST", path, summary, permission, answer, handle, None, body, asks_code=asks_code)


def read_query(items: list[tuple[str, str]], target: type[Record] | None) -> Record | None:
    """Return query parameters as a record; None where there are to be none.

    Raises:
        DagsterInvalidInvocationError: if one is unknown, missing or of the wrong kind.
    """
    names = {field.name: field for field in msgspec.structs.fields(target)} if target is not None else {}
    raw: dict[str, Any] = {}
    for name, value in items:
        field = names.get(name)
        if field is None and name in _SECRETS:
            raise DagsterInvalidInvocationError(
                "A token in an address ends up in logs and histories: send it in the header Authorization: Bearer …"
            )
        if field is None:
            raise DagsterInvalidInvocationError(
                f"There is no query parameter '{name}' here.{did_you_mean(name, names)}"
            )
        if _is_list(field.type):
            raw.setdefault(name, []).append(value)
        else:
            raw[name] = value
    return _convert(raw, target, strict=False) if target is not None else None


def read_body(data: bytes, target: type[Record]) -> Record:
    """Return the body of a request as a record.

    Raises:
        DagsterInvalidInvocationError: if it is no JSON object, or a field is unknown, missing or of the wrong kind.
    """
    try:
        raw = msgspec.json.decode(data or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DagsterInvalidInvocationError(f"The body is not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise DagsterInvalidInvocationError("The body must be a JSON object.")
    names = [field.name for field in msgspec.structs.fields(target)]
    for name in raw:
        if name not in names:
            raise DagsterInvalidInvocationError(
                f"There is no field '{name}' here.{did_you_mean(name, names)}"
            )
    return _convert(raw, target, strict=True)


def _convert(raw: dict[str, Any], target: type[Record], *, strict: bool) -> Record:
    try:
        found: Record = msgspec.convert({TAG_FIELD: target.__name__, **raw}, target, strict=strict)
    except msgspec.ValidationError as error:
        raise DagsterInvalidInvocationError(str(error)) from None
    return found


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is list
