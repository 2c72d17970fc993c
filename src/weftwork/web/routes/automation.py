"""Routes of schedules and sensors."""

from __future__ import annotations

import datetime
from typing import Literal

from weftwork.api.access.caller import Permission
from weftwork.api.code.instigators import (
    InstigatorList,
    InstigatorQuery,
    InstigatorView,
    TickPage,
    TickPreview,
    TickQuery,
    get_instigator,
    list_instigators,
    list_ticks,
    preview_tick,
    switch_instigator,
)
from weftwork.records.control.instigators import InstigatorStatus
from weftwork.serde.record import Record
from weftwork.web.route import Call, get, post


class SwitchBody(Record):
    """A schedule or sensor to start or stop.

    Attributes:
        name: its name.
        to: "running", "stopped", or "default" for what its definition says.
        location: its code location; needed where several have one of that name.
        repository: its repository.
    """

    name: str
    to: Literal["running", "stopped", "default"]
    location: str | None = None
    repository: str | None = None


class PreviewBody(Record):
    """A schedule or sensor to try.

    Attributes:
        name: its name.
        location: its code location; needed where several have one of that name.
        repository: its repository.
        at: the time that the tick of a schedule is for; the next one by default.
        cursor: what a sensor is given; by default what its last tick left.
    """

    name: str
    location: str | None = None
    repository: str | None = None
    at: datetime.datetime | None = None
    cursor: str | None = None


_STATUSES = {
    "running": InstigatorStatus.RUNNING,
    "stopped": InstigatorStatus.STOPPED,
    "default": InstigatorStatus.DECLARED_IN_CODE,
}


def _named(body: SwitchBody | PreviewBody) -> InstigatorQuery:
    return InstigatorQuery(name=body.name, location=body.location, repository=body.repository)


def _preview(call: Call) -> TickPreview:
    return preview_tick(call.host, call.caller, _named(call.body), at=call.body.at, cursor=call.body.cursor)


ROUTES = (
    get("/instigators", "All schedules and sensors.", InstigatorList, lambda call: list_instigators(call.host)),
    get("/instigator", "A schedule or sensor.", InstigatorView,
        lambda call: get_instigator(call.host, call.query), query=InstigatorQuery),
    get("/ticks", "The ticks of a schedule or sensor, newest first.", TickPage,
        lambda call: list_ticks(call.host, call.query), query=TickQuery),
    post("/instigators/switch", "Start or stop a schedule or sensor.", InstigatorView,
         lambda call: switch_instigator(call.host, call.caller, _named(call.body), to=_STATUSES[call.body.to]),
         body=SwitchBody, permission=Permission.EDIT),
    post("/instigators/preview", "What a tick would ask for now; nothing is recorded.", TickPreview, _preview,
         body=PreviewBody, permission=Permission.LAUNCH, asks_code=True),
)  # fmt: skip
