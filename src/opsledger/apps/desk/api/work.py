"""Time worked on a ticket."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api.on_ticket import AT, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.models import WorkEntry
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Number, Said, Slug, Strict

router = Router(tags=["beside"])
_READERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


class WorkIn(Strict):
    minutes: int = Field(ge=1, le=1440)
    note: Said = Field(max_length=500, description="做了什么")
    on: date | None = Field(None, description="哪一天，缺省为今天；不能晚于今天")


class WorkOut(Schema):
    """One entry; a withdrawn one stays and is not in the sum."""

    id: int
    on: date
    minutes: int
    person: str
    note: str
    entered_at: datetime
    withdrawn_at: datetime | None


class WorkListOut(Schema):
    worked_minutes: int = Field(description="未撤回的合计（分钟）")
    entries: list[WorkOut]


def _work(entry: WorkEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "on": entry.on,
        "minutes": entry.minutes,
        "person": str(entry.user),
        "note": entry.note,
        "entered_at": entry.entered_at,
        "withdrawn_at": entry.withdrawn_at,
    }


@router.get(AT + "/work", response={200: WorkListOut, **REFUSALS}, summary="一张工单的工时")
def work(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The hours entered on a ticket, those withdrawn among them; not for service units."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    must_be(request, found, *_READERS)
    entries = [_work(entry) for entry in selectors.work_of(found)]
    return Status(200, {"worked_minutes": found.worked_minutes, "entries": entries})


@router.post(AT + "/work", response={201: WorkOut, **REFUSALS}, summary="登记自己的工时")
def enter(request: HttpRequest, slug: Slug, number: Number, told: WorkIn, key: Key = None) -> Any:
    """Enter minutes that one worked on the ticket."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        return _work(services.enter_work(actor=request.actor, ticket=found, **told.model_dump()))

    asked = f"work {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    AT + "/work/{entry_id}/withdraw",
    response={200: WorkOut, **REFUSALS},
    summary="撤回自己登记的工时；记录保留，不计入合计",
)
def withdraw(request: HttpRequest, slug: Slug, number: Number, entry_id: Id, key: Key = None) -> Any:
    """Take one's own entry back."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, access.MANAGER, access.ENGINEER)

    def do() -> dict[str, Any]:
        entry = selectors.work_entry(found, entry_id)
        return _work(services.withdraw_work(actor=request.actor, entry=entry))

    asked = f"withdraw work {slug} {number} {entry_id}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=asked, do=do))
