"""Keys of assets and checks, and handles of nodes in a graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidAssetKey, ParameterCheckError
from weftwork.serde.record import Record, force_set

_ESCAPED_PIECE = re.compile(r"\\.|.", re.DOTALL)
_USER_STRING_DELIMITER = "/"
_IDENTIFIER = re.compile(r"[^A-Za-z0-9_]")


class AssetKey(Record, kw_only=False):
    """Names one asset: a path of one or more parts.

    Args:
        path: one part as text, or all parts as a sequence of text.

    Raises:
        CheckError: if it is empty or not text.

    Example:
        >>> AssetKey(["sales", "orders"]).to_user_string()
        'sales/orders'
    """

    path: Any

    def __post_init__(self) -> None:
        path = self.path
        if isinstance(path, str):
            force_set(self, "path", [path])
            return
        if path.__class__ is list and len(path) == 1 and path[0].__class__ is str:  # as most are
            force_set(self, "path", path.copy())
            return
        parts = list(path) if isinstance(path, (list, tuple)) or _is_sequence(path) else None
        if not parts or not all(isinstance(part, str) for part in parts):
            raise CheckError(f"An asset key is text or a non-empty sequence of text, not {path!r}.")
        force_set(self, "path", parts)

    def __hash__(self) -> int:
        path = self.path
        return hash(path[0]) if len(path) == 1 else hash(tuple(path))

    def __eq__(self, other: object) -> bool:
        return other.__class__ is AssetKey and self.path == other.path

    def __lt__(self, other: AssetKey) -> bool:
        return bool(self.path < other.path)

    def __str__(self) -> str:
        return f"AssetKey({self.path})"

    __repr__ = __str__

    @property
    def parts(self) -> Sequence[str]:
        """The parts of the key."""
        return list(self.path)

    def to_user_string(self) -> str:
        """Return the parts joined by "/"."""
        return _USER_STRING_DELIMITER.join(self.path)

    def to_escaped_user_string(self) -> str:
        """Return the parts joined by "/", with "/" inside parts escaped by a backslash."""
        return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in self.path)

    @staticmethod
    def from_escaped_user_string(asset_key_string: str) -> AssetKey:
        """Return the key that ``to_escaped_user_string`` wrote."""
        parts, part = [], ""
        for piece in _ESCAPED_PIECE.findall(asset_key_string):
            if piece == "/":
                parts.append(part)
                part = ""
            else:
                part += piece.removeprefix("\\") if len(piece) == 2 else piece
        return AssetKey([*parts, part])

    def to_python_identifier(self, suffix: str | None = None) -> str:
        """Return the parts joined by "__", with everything that an identifier cannot hold as "_"."""
        parts = [*self.path, suffix] if suffix is not None else self.path
        return "__".join(_IDENTIFIER.sub("_", part) for part in parts)

    def to_string(self) -> str:
        """Return the parts as a JSON list: the form that is stored."""
        import json  # loads much for what few ask

        return json.dumps(self.path)

    to_db_string = to_string

    @staticmethod
    def from_db_string(asset_key_string: str | None) -> AssetKey | None:
        """Return the key that ``to_string`` wrote, or None."""
        import json  # loads much for what few ask

        return AssetKey(json.loads(asset_key_string)) if asset_key_string else None

    @staticmethod
    def from_user_string(asset_key_string: str) -> AssetKey:
        """Return the key whose parts are separated by "/"."""
        return AssetKey(asset_key_string.split(_USER_STRING_DELIMITER))

    @staticmethod
    def from_coercible(arg: CoercibleToAssetKey) -> AssetKey:
        """Return an asset key made from text (one part), a sequence of text, or a key.

        Raises:
            CheckError: if it is none of these.
        """
        if arg.__class__ is AssetKey:
            return arg
        if arg.__class__ is str:
            return _key_named(arg)
        if isinstance(arg, str):
            return AssetKey([arg])
        if isinstance(arg, (list, tuple)) or _is_sequence(arg):
            return AssetKey(list(arg))  # type: ignore[arg-type]
        raise CheckError(f"Not an asset key: {arg!r}. Expected text, a sequence of text or an AssetKey.")

    @staticmethod
    def from_coercible_or_definition(arg: Any) -> AssetKey:
        """Return the key of an asset definition or spec, or what ``from_coercible`` returns."""
        key = getattr(arg, "key", None)
        return key if isinstance(key, AssetKey) else AssetKey.from_coercible(arg)

    def has_prefix(self, prefix: Sequence[str]) -> bool:
        """Return whether the key begins with these parts."""
        return self.path[: len(prefix)] == list(prefix)  # type: ignore[no-any-return]

    def with_prefix(self, prefix: str | Sequence[str]) -> AssetKey:
        """Return the key with one or more parts put in front."""
        return AssetKey([*([prefix] if isinstance(prefix, str) else prefix), *self.path])


@lru_cache(maxsize=65_536)
def _key_named(name: str) -> AssetKey:
    """Return the key of one part; the same object each time, as most keys are named again and again."""
    return AssetKey([name])


CoercibleToAssetKey = AssetKey | str | Sequence[str]
CoercibleToAssetKeyPrefix = str | Sequence[str]


def _is_sequence(value: Any) -> bool:
    return (
        hasattr(value, "__iter__") and hasattr(value, "__len__") and not isinstance(value, (str, bytes, dict))
    )


def key_prefix_parts(prefix: CoercibleToAssetKeyPrefix | None) -> list[str]:
    """Return a key prefix as its parts.

    Raises:
        CheckError: if it is neither text nor a sequence of text.
    """
    if prefix is None:
        return []
    if not isinstance(prefix, (str, Iterable)):
        raise ParameterCheckError(f"A key prefix is text or a sequence of text, not {prefix!r:.200}.")
    parts = [prefix] if isinstance(prefix, str) else list(prefix)
    if not all(isinstance(part, str) for part in parts):
        raise CheckError(f"A key prefix is text or a sequence of text, not {prefix!r}.")
    return parts


def parse_asset_key(text: str) -> AssetKey:
    """Return the key that a user typed: parts separated by "/".

    Raises:
        DagsterInvalidAssetKey: if a part is empty.
    """
    if not text or any(not part for part in text.split("/")):
        raise DagsterInvalidAssetKey(
            f"'{text}' is not an asset key: expected parts separated by single slashes."
        )
    return AssetKey.from_user_string(text)


class AssetCheckKey(Record, kw_only=False):
    """Names one check of one asset.

    Args:
        asset_key: the asset that is checked.
        name: the name of the check.
    """

    asset_key: AssetKey
    name: str

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.asset_key.path)))

    def __lt__(self, other: AssetCheckKey) -> bool:
        return (self.asset_key.path, self.name) < (other.asset_key.path, other.name)

    def to_user_string(self) -> str:
        """Return "asset/key:check"."""
        return f"{self.asset_key.to_user_string()}:{self.name}"

    @staticmethod
    def from_user_string(user_string: str) -> AssetCheckKey:
        """Return the key that ``to_user_string`` wrote."""
        key, _, name = user_string.rpartition(":")
        return AssetCheckKey(AssetKey.from_user_string(key), name)

    def to_db_string(self) -> str:
        """Return the form that is stored."""
        import json  # loads much for what few ask

        return json.dumps({"asset_key": self.asset_key.path, "check_name": self.name})

    @staticmethod
    def from_db_string(db_string: str) -> AssetCheckKey | None:
        """Return the key that ``to_db_string`` wrote, or None."""
        import json  # loads much for what few ask

        try:
            raw = json.loads(db_string)
            return AssetCheckKey(AssetKey(raw["asset_key"]), raw["check_name"])
        except (ValueError, TypeError, KeyError):
            return None

    def with_asset_key_prefix(self, prefix: CoercibleToAssetKeyPrefix) -> AssetCheckKey:
        """Return the key with parts put in front of its asset key."""
        return AssetCheckKey(self.asset_key.with_prefix(prefix), self.name)

    def replace_asset_key(self, asset_key: AssetKey) -> AssetCheckKey:
        """Return the key of the check of that name on another asset."""
        return AssetCheckKey(asset_key, self.name)


AssetOrCheckKey = AssetKey | AssetCheckKey


class NodeHandle(Record, kw_only=False):
    """Names one node in nested graphs.

    Args:
        name: the name of the node in its graph.
        parent: the handle of the graph it is in; None at the top.
    """

    name: str
    parent: NodeHandle | None = None

    def __str__(self) -> str:
        return ".".join(self.path)

    @property
    def path(self) -> list[str]:
        """The names from the top to the node."""
        return [*self.parent.path, self.name] if self.parent else [self.name]

    @property
    def root(self) -> NodeHandle:
        """The handle of the outermost graph, or of the node itself."""
        return self.parent.root if self.parent else self

    def to_string(self) -> str:
        """Return the names joined by "."."""
        return str(self)

    @staticmethod
    def from_path(path: Sequence[str]) -> NodeHandle:
        """Return the handle whose names from the top are ``path``."""
        handle: NodeHandle | None = None
        for name in path:
            handle = NodeHandle(name, handle)
        assert handle is not None
        return handle

    @staticmethod
    def from_string(text: str) -> NodeHandle:
        """Return the handle that ``to_string`` wrote."""
        return NodeHandle.from_path(text.split("."))
