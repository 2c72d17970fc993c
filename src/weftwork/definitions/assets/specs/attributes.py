"""The rules for the attributes of an asset: owners, tags, kinds, group."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import quote_names
from weftwork.records.tags import KIND_PREFIX

DEFAULT_GROUP_NAME = "default"
IO_MANAGER_KEY_METADATA = "dagster/io_manager_key"
STUB_METADATA = "dagster/auto_created_stub_asset"
AUTO_OBSERVE_METADATA = "dagster/auto_observe_interval_minutes"

_GROUP = re.compile(r"^[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*\Z")
_EMAIL = re.compile(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\Z")
_TAG_KEY = re.compile(r"^([A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}\Z")
_TAG_VALUE = re.compile(r"^[A-Za-z0-9_.-]{0,63}\Z")
_MOST_KINDS = 10
_groups_seen: set[str] = set()


def check_owners(owners: Sequence[str] | None, what: str) -> list[str]:
    """Return owners if each is an e-mail address or ``team:<name>``.

    Args:
        owners: as the user gave them; None for none.
        what: what they own, for the message ("asset 'orders'").

    Raises:
        DagsterInvalidDefinitionError: if one is neither.
        ParameterCheckError: if it is no sequence of text.
    """
    if not owners:
        return []
    if isinstance(owners, str) or not isinstance(owners, (list, tuple, Sequence)):
        raise ParameterCheckError(
            f"Parameter 'owners' must be a list of text, not {owners!r}. Use [{owners!r}]."
        )
    for owner in owners:
        if not isinstance(owner, str):
            raise CheckError(f"An owner of {what} must be text, not {type(owner).__name__}: {owner!r}.")
        if not (owner.startswith("team:") and len(owner) > 5) and not _EMAIL.match(owner):
            raise DagsterInvalidDefinitionError(
                f"'{owner}' cannot be an owner of {what}: expected an e-mail address (ada@example.com) "
                f"or a team (team:{owner.removeprefix('team:') or 'analytics'})."
            )
    return list(owners)


def check_tags(tags: Mapping[str, str] | None, what: str) -> dict[str, str]:
    """Return tags if keys and values have the form that tags of definitions must have.

    Args:
        tags: as the user gave them; None for none.
        what: what they belong to, for the message.

    Raises:
        DagsterInvalidDefinitionError: if a key or value has another form.
        ParameterCheckError: if it is no mapping.
    """
    if not tags:
        return {}
    if not isinstance(tags, Mapping):
        raise ParameterCheckError(f"Parameter 'tags' must be a mapping of text to text, not {tags!r:.200}.")
    for key, value in tags.items():
        if not isinstance(key, str) or not (_TAG_KEY.match(key) or key.startswith(KIND_PREFIX)):
            raise DagsterInvalidDefinitionError(
                f"'{key}' cannot be the key of a tag of {what}: expected at most 63 letters, digits, '_', '-' and '.', "
                f"with at most one namespace of the same form before a '/'."
            )
        if not isinstance(value, str):
            raise DagsterInvalidDefinitionError(
                f"Tag '{key}' of {what} must be text, not {type(value).__name__}: {value!r:.100}. Use '{value!s:.100}'."
            )
        if not _TAG_VALUE.match(value):
            raise DagsterInvalidDefinitionError(
                f"Tag '{key}' of {what} cannot be '{value}': expected at most 63 letters, digits, '_', '-' and '.'. "
                f"Free text belongs in metadata."
            )
    return dict(tags)


def check_group_name(group_name: str | None) -> str | None:
    """Return the name of a group if it may be one: segments of letters, digits and underscores between slashes.

    Raises:
        DagsterInvalidDefinitionError: if it may not.
    """
    if group_name is None or group_name in _groups_seen:
        return group_name
    if not isinstance(group_name, str):
        raise ParameterCheckError(f"Parameter 'group_name' must be text, not {group_name!r}.")
    if not _GROUP.match(group_name):
        suggestion = re.sub(r"[^A-Za-z0-9_/]+", "_", group_name).strip("_/") or DEFAULT_GROUP_NAME
        raise DagsterInvalidDefinitionError(
            f"'{group_name}' cannot be the name of an asset group: expected letters, digits and underscores, in segments "
            f"between slashes. For example: '{suggestion}'. Leave group_name out for the group '{DEFAULT_GROUP_NAME}'."
        )
    _groups_seen.add(group_name)
    return group_name


def kinds_to_tags(kinds: Collection[str] | None) -> dict[str, str]:
    """Return the tags that kinds are kept as.

    Raises:
        DagsterInvalidDefinitionError: if there are more than ten.
    """
    if kinds and len(kinds) > _MOST_KINDS:
        raise DagsterInvalidDefinitionError(
            f"An asset may have at most {_MOST_KINDS} kinds; {len(kinds)} were given: {quote_names(sorted(kinds))}."
        )
    return {f"{KIND_PREFIX}{kind}": "" for kind in kinds} if kinds else {}


def kinds_of_tags(tags: Mapping[str, str]) -> set[str]:
    """Return the kinds among tags."""
    return {key[len(KIND_PREFIX) :] for key in tags if key.startswith(KIND_PREFIX)} if tags else set()


def without_kinds(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that are no kinds."""
    return {key: value for key, value in tags.items() if not key.startswith(KIND_PREFIX)}


def check_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return definition metadata as a plain dict.

    Raises:
        ParameterCheckError: if it is no mapping.
    """
    if not metadata:
        return {}
    if not isinstance(metadata, Mapping):
        raise ParameterCheckError(
            f"Parameter 'metadata' must be a mapping of text to values, not {metadata!r:.200}."
        )
    for key in metadata:
        if not isinstance(key, str):
            raise ParameterCheckError(
                f"A key of metadata must be text, not {type(key).__name__}: {key!r:.100}."
            )
    return dict(metadata)
