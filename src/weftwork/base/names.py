"""Which names a definition may have."""

from __future__ import annotations

import re

from weftwork.base.errors import DagsterInvalidDefinitionError

_VALID_NAME = re.compile(r"^[A-Za-z0-9_]+\Z")

DISALLOWED_NAMES = frozenset(
    {
        "context", "conf", "config", "meta", "arg_dict", "dict", "input_arg_dict", "output_arg_dict", "int", "str",
        "float", "bool", "input", "output", "type",
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
        "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    }
)  # fmt: skip


def is_valid_name(name: str) -> bool:
    """Return whether ``name`` consists of letters, digits and underscores and is not reserved."""
    return bool(_VALID_NAME.match(name)) and name not in DISALLOWED_NAMES


def check_name(name: str, what: str, *, reserved: bool = True) -> str:
    """Return ``name`` if a definition may have it.

    Args:
        name: the name that the user gave.
        what: what is named, for the message ("op", "job", "input").
        reserved: whether the reserved words are refused too.

    Raises:
        DagsterInvalidDefinitionError: if it may not.
    """
    if not isinstance(name, str):
        raise DagsterInvalidDefinitionError(
            f"The name of a {what} must be text, not {type(name).__name__}: {name!r}."
        )
    if not _VALID_NAME.match(name):
        suggestion = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
        hint = f" For example: '{suggestion}'." if suggestion else ""
        raise DagsterInvalidDefinitionError(
            f"{name!r} cannot be the name of {_with_article(what)}: only letters, digits and underscores are allowed.{hint}"
        )
    if reserved and name in DISALLOWED_NAMES:
        raise DagsterInvalidDefinitionError(
            f"'{name}' cannot be the name of {_with_article(what)}: the word is reserved. For example: '{name}_'."
        )
    return name


def _with_article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
