"""The text form of asset selections, read into a tree of plain tuples."""

from __future__ import annotations

import operator
import re
from functools import cache, reduce
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidAssetSelectionError
from weftwork.base.text import did_you_mean, quote_names

ATTRIBUTES = ("group", "is", "key", "key_substring", "kind", "owner", "tag")
FUNCTIONS = ("roots", "sinks")
UNLIMITED = 2**63 - 1


@cache
def _classic_pattern() -> re.Pattern[str]:
    # Compiled on first use: few programs that import selections write one as text.
    return re.compile(r"^(?P<up>\*|\+*)(?P<name>[\w./\-]+)(?P<down>\*|\+*)$")


@cache
def _token_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<null><null>)|(?P<up>\d*\+)|(?P<punctuation>[():=*])"""
        r"""|(?P<word>[^\s():*"'=+<>,&|!]+))"""
    )


class Token(NamedTuple):
    """A part of the text and where it begins."""

    kind: str
    text: str
    at: int


def parse_selection(text: str) -> tuple[Any, ...]:
    """Return the tree of a selection.

    The tree's nodes are ("all",), ("key", name), ("traverse", child, up, down), ("attribute", name, value, second),
    ("roots", child), ("sinks", child), ("and", [children]), ("or", [children]) and ("not", child); ``up`` and
    ``down`` are a depth, None for unlimited, or 0 for none.

    Raises:
        DagsterInvalidAssetSelectionError: if the text is no selection; says where.
    """
    if not isinstance(text, str) or not text.strip():
        raise DagsterInvalidAssetSelectionError(
            'An asset selection is text such as "a+", "key:a or group:b", or "*"; it is empty.'
        )
    stripped = text.strip()
    if stripped == "*":
        return ("all",)
    classic = _classic_pattern().match(stripped)
    if classic:
        return _read_classic(classic)
    return _Parser(text).parse()


def _read_classic(match: re.Match[str]) -> tuple[Any, ...]:
    name = ("key", match["name"])
    up, down = _classic_depth(match["up"]), _classic_depth(match["down"])
    return ("traverse", name, up, down) if up or down else name


def _classic_depth(marks: str) -> int:
    return UNLIMITED if "*" in marks else len(marks)


class _Parser:
    """Recursive descent: or < and < not < traversal < atom."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        self._next = 0

    def _split(self, text: str) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while text[at:].strip():
            match = _token_pattern().match(text, at)
            if match is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise self._error("Not understood", at)
            kind = match.lastgroup or ""
            tokens.append(Token(kind, match[kind], match.start(kind)))
            at = match.end()
        return tokens

    def parse(self) -> tuple[Any, ...]:
        tree = self._or()
        if self._next < len(self._tokens):
            raise self._error("Expected 'and', 'or' or the end", self._tokens[self._next].at)
        return tree

    def _peek(self, *texts: str) -> bool:
        if self._next >= len(self._tokens):
            return False
        token = self._tokens[self._next]
        return token.kind != "quoted" and token.text in texts

    def _take(self, *texts: str) -> bool:
        if self._peek(*texts):
            self._next += 1
            return True
        return False

    def _chain(self, operator: str, part: Any) -> tuple[Any, ...]:
        parts = [part()]
        while self._take(operator, operator.upper()):
            parts.append(part())
        return (operator, parts) if len(parts) > 1 else parts[0]

    def _or(self) -> tuple[Any, ...]:
        return self._chain("or", self._and)

    def _and(self) -> tuple[Any, ...]:
        return self._chain("and", self._not)

    def _not(self) -> tuple[Any, ...]:
        if self._take("not", "NOT"):
            return ("not", self._not())
        return self._traversal()

    def _traversal(self) -> tuple[Any, ...]:
        up = self._depth(before=True)
        atom = self._atom()
        down = self._depth(before=False)
        return ("traverse", atom, up, down) if up != 0 or down != 0 else atom

    def _depth(self, *, before: bool) -> int | None:
        if self._next >= len(self._tokens) or self._tokens[self._next].kind != "up":
            return 0
        plus = self._tokens[self._next].text
        self._next += 1
        if before:
            return int(plus[:-1]) if len(plus) > 1 else None
        if len(plus) > 1:
            raise self._error(
                "The depth of what is downstream stands behind the '+', as in key:a+2",
                self._tokens[self._next - 1].at,
            )
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if (
                token.kind == "word"
                and token.text.isdigit()
                and token.at == self._tokens[self._next - 1].at + 1
            ):
                self._next += 1
                return int(token.text)
        return None

    def _atom(self) -> tuple[Any, ...]:
        if self._next >= len(self._tokens):
            raise self._error("Something is missing", len(self._text))
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "punctuation" and token.text == "(":
            tree = self._or()
            self._close()
            return tree
        if token.kind == "punctuation" and token.text == "*":
            return ("all",)
        if token.kind == "word" and token.text.lower() not in ("and", "or", "not"):
            if self._peek("("):
                return self._function(token)
            if self._take(":"):
                return self._attribute(token)
            raise self._error(
                f"A name inside an expression is written key:{token.text}; '{token.text}' stands alone",
                token.at,
            )
        raise self._error(f"'{token.text}' does not stand here", token.at)

    def _close(self) -> None:
        if not self._take(")"):
            at = self._tokens[self._next].at if self._next < len(self._tokens) else len(self._text)
            raise self._error("Expected ')'", at)

    def _function(self, token: Token) -> tuple[Any, ...]:
        if token.text not in FUNCTIONS:
            hint = did_you_mean(token.text, FUNCTIONS)
            raise self._error(
                f"There is no function '{token.text}'.{hint} Known: {quote_names(FUNCTIONS)}", token.at
            )
        self._next += 1
        tree = self._or()
        self._close()
        return (token.text, tree)

    def _attribute(self, token: Token) -> tuple[Any, ...]:
        if token.text not in ATTRIBUTES:
            hint = did_you_mean(token.text, ATTRIBUTES)
            raise self._error(
                f"Assets are not selected by '{token.text}' here.{hint} Known: {quote_names(ATTRIBUTES)}",
                token.at,
            )
        value = self._value(token)
        if (
            token.text in ("group", "kind", "owner")
            and "*" in (value or "")
            and self._tokens[self._next - 1].kind != "quoted"
        ):
            raise self._error(f"'*' stands for anything only in key:…, not in {token.text}:{value}", token.at)
        second: str | None = None
        if token.text == "tag" and self._take("="):
            second = self._value(token, optional=True) or ""
        return ("attribute", token.text, value, second)

    def _value(self, attribute: Token, *, optional: bool = False) -> str | None:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind == "quoted":
                self._next += 1
                return re.sub(r"\\(.)", r"\1", token.text[1:-1])
            if token.kind == "null":
                self._next += 1
                return None
            if token.kind == "word" or token.text == "*":
                return self._wildcard()
        if optional:
            return None
        raise self._error(f"'{attribute.text}:' needs a value", attribute.at)

    def _wildcard(self) -> str:
        """Take a value without quotes: words, ":" and "*" that touch each other."""
        start = self._tokens[self._next].at
        end = start
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.at != end or not (token.kind == "word" or token.text in ("*", ":")):
                break
            end += len(token.text)
            self._next += 1
        return self._text[start:end]

    def _error(self, what: str, at: int) -> DagsterInvalidAssetSelectionError:
        return DagsterInvalidAssetSelectionError(
            f"{what}, at character {at + 1} of the asset selection: {self._text}"
        )


def build_selection(make: Any, tree: tuple[Any, ...], include_sources: bool) -> Any:
    """Return the selection that a tree of ``parse_selection`` stands for.

    Args:
        make: the AssetSelection class.
        tree: the tree.
        include_sources: whether assets that cannot be made here are selected too.
    """
    kind = tree[0]
    if kind == "all":
        return make.all(include_sources)
    if kind == "key":
        return make.keys(tree[1])
    if kind == "attribute":
        return _build_attribute(make, tree[1], tree[2], tree[3], include_sources)
    if kind in ("and", "or"):
        parts = [build_selection(make, part, include_sources) for part in tree[1]]
        return reduce(operator.and_ if kind == "and" else operator.or_, parts)
    child = build_selection(make, tree[1], include_sources)
    if kind == "traverse":
        above = child.upstream(tree[2]) if tree[2] != 0 else None
        below = child.downstream(tree[3]) if tree[3] != 0 else None
        return above | below if above is not None and below is not None else above or below
    if kind == "not":
        return make.all(include_sources) - child
    return child.roots() if kind == "roots" else child.sinks()


def _build_attribute(
    make: Any, name: str, value: str | None, second: str | None, include_sources: bool
) -> Any:
    match name:
        case "key":
            return make.key_wildcard(value or "")
        case "key_substring":
            return make.key_substring(value or "", include_sources)
        case "group":
            return make.groups(*([] if value is None else [value]), include_sources=include_sources)
        case "tag":
            return make.tag(value or "<null>", second or "", include_sources)
        case "kind":
            return make.kind(value, include_sources)
        case "owner":
            return make.owner(value)
        case _:
            return make.that_are(value)
