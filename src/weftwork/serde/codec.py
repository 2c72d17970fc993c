"""Record <-> JSON, with upgrades for records that were written by an older version."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from weftwork.serde.record import RECORD_TYPES, TAG_FIELD, Record, TextFloat
from weftwork.serde.unread import Unread

T = TypeVar("T")
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

_upgrades: dict[str, Upgrade] = {}
_encoder = msgspec.json.Encoder(enc_hook=lambda value: _encode_unknown(value))

encode: Callable[[Any], bytes] = _encoder.encode


_forms: dict[str, Any] = {}  # values that are no records, and are written by their arguments
_SET_MARKS: tuple[tuple[str, Any], ...] = (("__set__", set), ("__frozenset__", frozenset))


def register_form(value_type: type) -> None:
    """Let values of a class, which is no record, be written as JSON and read by ``deserialize_value``.

    Args:
        value_type: has a method ``arguments``, which returns the arguments that make an equal value.
    """
    _forms[value_type.__name__] = value_type


def _encode_unknown(value: Any) -> Any:
    if value.__class__ is Unread:
        return value.value()
    if _forms.get(type(value).__name__) is type(value):
        return _mark(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    if isinstance(value, TextFloat):
        return float.__repr__(value)
    if isinstance(value, str):  # a text that knows more, such as the key of a multi-dimensional partition
        return str(value)
    raise TypeError(f"A value of type {type(value).__name__} cannot be written as JSON: {value!r:.200}")


def register_upgrade(class_name: str, upgrade: Upgrade) -> None:
    """Say how the JSON of a record that no longer decodes is brought to today's form.

    Args:
        class_name: the ``__class__`` that the old JSON carries.
        upgrade: old JSON object -> today's JSON object (it may change ``__class__``).
    """
    _upgrades[class_name] = upgrade


@lru_cache(maxsize=512)
def _decoder(target: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(target)


def decode(data: bytes | str, target: type[T] | Any) -> T:
    """Read JSON as ``target`` (a record class, or a union of them), upgrading old forms where needed."""
    try:
        return _decoder(target).decode(data)  # type: ignore[no-any-return,arg-type]
    except msgspec.ValidationError:
        return _decode_old(data, target)  # type: ignore[no-any-return]


def build_reader(target: Any) -> Callable[[bytes | str], Any]:
    """Return what ``decode`` does for one target, for those who read thousands."""
    decode_today: Callable[[bytes | str], Any] | None = None

    def read(data: bytes | str) -> Any:
        nonlocal decode_today
        if decode_today is None:  # made by the first who reads: it takes a while, and most read nothing
            decode_today = msgspec.json.Decoder(target).decode
        try:
            return decode_today(data)
        except msgspec.ValidationError:
            return _decode_old(data, target)

    return read


def _decode_old(data: bytes | str, target: Any) -> Any:
    """Read what is not of today's form; called while the error that says so is handled."""
    if not _upgrades:
        raise  # noqa: PLE0704 - the error that is handled
    return msgspec.convert(_upgrade(msgspec.json.decode(data)), target)


def _upgrade(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_upgrade(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    upgraded = {key: _upgrade(value) for key, value in raw.items()}
    step = _upgrades.get(upgraded.get(TAG_FIELD, ""))
    return step(upgraded) if step else upgraded


def _mark(value: Any) -> Any:
    """Return plain data with each set in it told apart from a list, and values with a form told by their class."""
    if _forms.get(type(value).__name__) is type(value):
        return {TAG_FIELD: type(value).__name__, **_mark(value.arguments())}
    if isinstance(value, dict):
        return {key: _mark(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return [_mark(item) for item in value]
    for mark, kind in _SET_MARKS:
        if type(value) is kind:
            return {mark: [_mark(item) for item in sorted(value, key=repr)]}
    return value


def serialize_value(val: Any, **_options: Any) -> str:
    """Return a record, or plain data that holds records, as JSON text.

    Args:
        val: a record, or a list, set or dict of records, numbers, text, booleans and None.

    Raises:
        TypeError: if it holds something that has no JSON form.
    """
    return encode(_mark(val)).decode()


def deserialize_value(val: str | bytes, as_type: type[T] | Any = None) -> Any:
    """Return what ``serialize_value`` wrote.

    Args:
        val: the JSON text.
        as_type: the class that is expected; None for whatever it is.

    Raises:
        TypeError: if it is not of ``as_type``.
    """
    value = _revive(_upgrade(msgspec.json.decode(val)))
    if as_type is not None and not isinstance(value, as_type):
        raise TypeError(f"Expected {as_type}, found {type(value).__name__}.")
    return value


def _revive(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_revive(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    name = raw.get(TAG_FIELD, "")
    record_type: type[Record] | None = RECORD_TYPES.get(name)
    if record_type is not None:
        return msgspec.convert(raw, record_type)
    if name in _forms:
        return _forms[name](**{key: _revive(value) for key, value in raw.items() if key != TAG_FIELD})
    if len(raw) == 1:
        for mark, kind in _SET_MARKS:
            if isinstance(raw.get(mark), list):
                return kind(map(_revive, raw[mark]))
    return {key: _revive(value) for key, value in raw.items()}
