"""The OpenAPI description of the JSON API, made from its routes and the records that they take and answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from weftwork.serde.record import TAG_FIELD
from weftwork.web.problem import Problem
from weftwork.web.route import PREFIX, Route
from weftwork.web.routes import ROUTES
from weftwork.web.stream.records import NEWS

_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_FIELD = re.compile(r"^ {4}(\w+): (.*)$")


def build_openapi(routes: Sequence[Route] = ROUTES) -> dict[str, Any]:
    """Return the description as data."""
    types = {kind for route in routes for kind in (route.answer, route.query, route.body) if kind is not None}
    types |= {Problem, *NEWS.values()}
    ordered = sorted(types, key=lambda kind: str(kind.__name__))
    _, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    schemas = {name: _clean(schema) for name, schema in sorted(components.items())}
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _describe(route, schemas)
    paths.update(_special_paths())
    queries = {route.query.__name__ for route in routes if route.query is not None}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Weftwork", "version": version("weftwork"), "description": _INTRODUCTION},
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "weft_token"},
            },
            "schemas": {name: schema for name, schema in schemas.items() if name not in queries},
        },
    }


_INTRODUCTION = """\
The JSON API of `weft dev` and `weft serve`. Everything that changes something is a POST with a JSON body and
content type `application/json`; a browser may send it from the same origin only. Errors have a body `Problem`.
Keys of assets are texts with parts joined by "/"; a "/" inside a part has a backslash before it. Names ending in
`_at` are instants as text; columns and logs tell times in seconds since the epoch. News come as a stream of
server-sent events, see `/api/v1/events`: no page needs to ask twice for the same."""


def _describe(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": route.summary, "tags": [route.path.split("/")[1]]}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        parameters += _query_parameters(schemas[route.query.__name__])
    if parameters:
        described["parameters"] = parameters
    if route.body is not None:
        described["requestBody"] = {"required": True, "content": _json(route.body.__name__)}
    described["x-permission"] = route.permission.value
    answer: dict[str, Any] = {"description": "Done.", "content": _json(route.answer.__name__)}
    described["responses"] = {
        "200": answer,
        "default": {"description": "Not done.", "content": _json("Problem")},
    }
    if route.method == "GET":
        described["responses"]["304"] = {"description": "Not changed since the ETag in If-None-Match."}
    return described


def _query_parameters(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, inner in schema.get("properties", {}).items():
        shown = {key: value for key, value in inner.items() if key != "description"}
        yield {
            "name": name, "in": "query", "required": name in schema.get("required", ()),
            "description": inner.get("description", ""), "schema": shown,
        }  # fmt: skip


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}


def _clean(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without the tag of records, and with what the docstring says of each field."""
    summary, fields = _read_docstring(inspect.cleandoc(schema.get("description", "")))
    cleaned = {key: value for key, value in schema.items() if key not in ("description", "title")}
    if summary:
        cleaned["description"] = summary
    properties = {
        name: dict(inner) for name, inner in schema.get("properties", {}).items() if name != TAG_FIELD
    }
    for name, inner in properties.items():
        if name in fields:
            inner["description"] = fields[name]
    if "properties" in schema:
        cleaned["properties"] = properties
    if TAG_FIELD in schema.get("required", ()):
        cleaned["required"] = [name for name in schema["required"] if name != TAG_FIELD]
    return cleaned


def _read_docstring(text: str) -> tuple[str, dict[str, str]]:
    head, _, rest = text.partition("\nAttributes:\n")
    fields: dict[str, str] = {}
    current = ""
    for line in rest.splitlines():
        found = _FIELD.match(line)
        if found:
            current = found[1]
            fields[current] = found[2]
        elif line.startswith("        ") and current:
            fields[current] += " " + line.strip()
    return " ".join(head.split()), fields


def _special_paths() -> dict[str, Any]:
    """Return the routes that are not JSON in, JSON out."""
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("run_id", "name", "stream")
    ]
    kinds = "; ".join(f"`{name}`: {kind.__name__}" for name, kind in NEWS.items())
    return {
        f"{PREFIX}/runs/{{run_id}}/output/{{name}}/{{stream}}/download": {
            "get": {
                "summary": "All that a step printed, as a file.", "tags": ["runs"], "parameters": path,
                "x-permission": "read",
                "responses": {"200": {"description": "The file.", "content": {"text/plain": {}}}},
            }
        },
        f"{PREFIX}/runs/{{run_id}}/export": {
            "get": {
                "summary": "A run, its steps and its log, as a file of JSON: `run`, `timeline`, `log`.", "tags": ["runs"],
                "parameters": path[:1], "x-permission": "read",
                "responses": {"200": {"description": "The file.", "content": {"application/json": {}}}},
            }
        },
        f"{PREFIX}/events": {
            "get": {
                "summary": "News as server-sent events; resumed by Last-Event-ID.", "tags": ["events"],
                "description": "Each event has a name and JSON data of a record; those that the store knows have the id from which "
                "the stream is resumed, and each is told once, at whichever server. "
                f"{kinds}. `hello` comes first; `reset` says that too much was missed: ask for everything anew.",
                "parameters": [
                    {"name": "after", "in": "query", "required": False, "schema": {"type": "integer"},
                     "description": "The cursor of an answer, to begin behind it; as Last-Event-ID."},
                    {"name": "run", "in": "query", "required": False,
                     "schema": {"type": "array", "items": {"type": "string"}},
                     "description": "Runs of which `log` tells that they have grown; all by default."},
                    {"name": "output", "in": "query", "required": False,
                     "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 8},
                     "description": "Runs of which `output` tells how what they print grows: first all files with "
                     "their sizes, also after the stream was resumed, then those that grow. The text itself is at "
                     "`/runs/{run_id}/output/{name}/{stream}` from any offset."},
                ],
                "x-permission": "read",
                "responses": {"200": {"description": "The stream.", "content": {"text/event-stream": {}}}},
            }
        },
        f"{PREFIX}/login": {
            "post": {
                "summary": "Exchange a token for a cookie.", "tags": ["access"], "security": [],
                "requestBody": {"required": True, "content": {"application/json": {"schema": {
                    "type": "object", "properties": {"token": {"type": "string"}}, "required": ["token"]}}}},
                "responses": {"200": {"description": "Let in.", "content": _json("MeView")},
                              "default": {"description": "Not let in.", "content": _json("Problem")}},
            }
        },
        f"{PREFIX}/logout": {
            "post": {
                "summary": "Give the cookie up.", "tags": ["access"], "security": [],
                "responses": {"200": {"description": "Done."}},
            }
        },
    }  # fmt: skip


def write_openapi() -> str:
    """Return the description as YAML: the content of ``docs/openapi.yaml``."""
    import yaml  # heavy, and the server itself does not need it

    header = "# Made by `python -m weftwork.web.openapi > docs/openapi.yaml`; a test compares.\n"
    text: str = yaml.safe_dump(build_openapi(), sort_keys=False, width=110, allow_unicode=True)
    return header + text


if __name__ == "__main__":
    import sys

    sys.stdout.write(write_openapi())
