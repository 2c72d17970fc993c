"""Telling what happened to assets outside of runs, and forgetting what is known of them."""

from __future__ import annotations

from typing import Any, Literal

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.catalog.catalog import parse_key
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    AssetMaterialization,
    AssetObservation,
)
from weftwork.records.metadata import normalize_metadata
from weftwork.records.tags import DATA_VERSION_IS_USER_PROVIDED_TAG, DATA_VERSION_TAG
from weftwork.serde.record import Record


class ReportBody(Record):
    """Something that happened to an asset outside of runs.

    Attributes:
        asset: the asset.
        type: "materialization", "observation" or "check".
        partitions: the partitions that it happened to; empty for the asset as a whole.
        description: what a reader should know.
        metadata: name to text, number, truth value, list or object.
        data_version: the version of the data.
        check_name: the check that was evaluated.
        passed: whether the check passed.
        severity: how bad it is if it did not, "WARN" or "ERROR".
    """

    asset: str
    type: Literal["materialization", "observation", "check"] = "materialization"
    partitions: list[str] = []
    description: str | None = None
    metadata: dict[str, Any] = {}
    data_version: str | None = None
    check_name: str | None = None
    passed: bool | None = None
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR


class WipeBody(Record):
    """What to forget.

    Attributes:
        assets: the assets.
        partitions: only these partitions, of a single asset; None for everything.
    """

    assets: list[str]
    partitions: list[str] | None = None


class Done(View):
    """How many things were touched."""

    count: int


def report_asset_event(host: Host, caller: Caller, body: ReportBody) -> Done:
    """Record something that happened to an asset outside of runs.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidInvocationError: if a check is reported without its name, or without whether it passed.
        DagsterInvalidMetadata: if metadata is of no kind that can be recorded.
    """
    with host.acting(
        caller, Permission.EDIT, "report what happened to assets", asset=body.asset, type=body.type,
        partitions=body.partitions, check=body.check_name,
    ):  # fmt: skip
        partitions: list[str | None] = [*body.partitions] or [None]
        events = [_build(body, partition) for partition in partitions]
        for event in events:
            host.instance.report_runless_asset_event(event)
        return Done(count=len(events))


def _build(
    body: ReportBody, partition: str | None
) -> AssetMaterialization | AssetObservation | AssetCheckEvaluation:
    key, metadata = parse_key(body.asset), normalize_metadata(body.metadata)
    if body.type == "check":
        if not body.check_name or body.passed is None:
            raise DagsterInvalidInvocationError("To report a check takes 'check_name' and 'passed'.")
        return AssetCheckEvaluation(
            key,
            body.check_name,
            body.passed,
            metadata,
            None,
            body.severity,
            body.description,
            None,
            partition,
        )
    tags = {DATA_VERSION_TAG: body.data_version} if body.data_version else None
    if tags is not None:
        tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
    kind = AssetMaterialization if body.type == "materialization" else AssetObservation
    return kind(key, body.description, metadata, partition, tags)


def wipe_assets(host: Host, caller: Caller, body: WipeBody) -> Done:
    """Forget what is known of assets; the logs of their runs stay.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidInvocationError: if partitions of several assets are named.
    """
    with host.acting(caller, Permission.EDIT, "wipe assets", assets=body.assets, partitions=body.partitions):
        keys = [parse_key(text) for text in body.assets]
        if body.partitions is None:
            if keys:
                host.instance.wipe_assets(keys)
            return Done(count=len(keys))
        if len(keys) != 1:
            raise DagsterInvalidInvocationError("Partitions are wiped of one asset at a time.")
        host.instance.wipe_asset_partitions(keys[0], body.partitions)
        return Done(count=len(body.partitions))
