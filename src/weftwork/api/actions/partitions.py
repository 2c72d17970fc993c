"""Adding keys to dynamic partitions, and deleting them."""

from __future__ import annotations

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.actions.assets import Done
from weftwork.api.catalog.dynamic_partitions import require_dynamic_partitions
from weftwork.api.host import Host
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.partitions.keys import check_keys
from weftwork.serde.record import Record

_MAX_KEYS = 10_000


class DynamicKeysBody(Record):
    """Keys of dynamic partitions.

    Attributes:
        name: the name of the definition.
        keys: the keys.
    """

    name: str
    keys: list[str]


def add_dynamic_partitions(host: Host, caller: Caller, body: DynamicKeysBody) -> Done:
    """Add keys; those that are there already stay where they are.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if no code location has such a definition.
        DagsterInvalidInvocationError: if a key is empty, or there are too many.
        DagsterInvalidDefinitionError: if a key holds what a key may not.
    """
    with host.acting(caller, Permission.EDIT, "add dynamic partitions", name=body.name, keys=body.keys):
        _check(host, body)
        known = host.instance.get_existing_dynamic_partitions(body.name, body.keys)
        fresh = [key for key in dict.fromkeys(body.keys) if key not in known]
        if fresh:
            host.instance.add_dynamic_partitions(body.name, fresh)
        return Done(count=len(fresh))


def delete_dynamic_partitions(host: Host, caller: Caller, body: DynamicKeysBody) -> Done:
    """Delete keys; what was recorded of their partitions stays.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if no code location has such a definition.
        DagsterInvalidInvocationError: if there are too many keys.
    """
    with host.acting(caller, Permission.EDIT, "delete dynamic partitions", name=body.name, keys=body.keys):
        _check(host, body)
        known = host.instance.get_existing_dynamic_partitions(body.name, body.keys)
        for key in known:
            host.instance.delete_dynamic_partition(body.name, key)
        return Done(count=len(known))


def _check(host: Host, body: DynamicKeysBody) -> None:
    require_dynamic_partitions(host, body.name)
    if not body.keys or not all(key.strip() for key in body.keys):
        raise DagsterInvalidInvocationError("Which keys? Give at least one; a key is not empty.")
    if len(body.keys) > _MAX_KEYS:
        raise DagsterInvalidInvocationError(f"At most {_MAX_KEYS:,} keys at once, not {len(body.keys):,}.")
    check_keys(dict.fromkeys(body.keys), f"the dynamic partitions '{body.name}'")
