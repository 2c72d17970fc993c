"""What both sides of a pipe agree on: names, messages as JSON lines, parameters as compressed text."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

PIPES_PROTOCOL_VERSION = "0.1"
PIPES_PROTOCOL_VERSION_FIELD = "__dagster_pipes_version"
PIPES_METADATA_TYPE_INFER = "__infer__"
DAGSTER_PIPES_CONTEXT_ENV_VAR = "DAGSTER_PIPES_CONTEXT"
DAGSTER_PIPES_MESSAGES_ENV_VAR = "DAGSTER_PIPES_MESSAGES"
DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT = "--dagster-pipes-context"
DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT = "--dagster-pipes-messages"


class DagsterPipesError(Exception):
    """The process that was started asks for, or reports, something that cannot be."""


class DagsterPipesWarning(Warning):
    """The process was not started through pipes, so that what it reports goes nowhere."""


def encode_param(value: Any) -> str:
    """Return a value of JSON as short text for an environment variable."""
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


def decode_param(value: str) -> Any:
    """Return the value of a text that ``encode_param`` made."""
    return json.loads(zlib.decompress(base64.b64decode(value.encode())))


encode_env_var = encode_param
decode_env_var = decode_param


def build_message(method: str, params: Any) -> dict[str, Any]:
    """Return a message.

    Args:
        method: what it is.
        params: what it says.
    """
    return {PIPES_PROTOCOL_VERSION_FIELD: PIPES_PROTOCOL_VERSION, "method": method, "params": params}
