"""Tickets tied together: links in both directions, splitting."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.acting import other_ticket
from opsledger.apps.desk.api.on_ticket import AT, BESIDE, doing, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Number, Slug, Strict, Words

router = Router(tags=["beside"])
_INSIDE = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR)


class LinkIn(Strict):
    other: Line = Field(description="另一张工单的编号")
    kind: Literal["parent", "duplicate", "caused_by", "blocks"]


class LinkOut(Schema):
    """One link as read from this ticket; `id` is empty where it cannot be taken away here."""

    id: int | None
    word: str
    number: str
    title: str
    state_word: str


class SplitIn(Strict):
    title: Line = Field(min_length=1)
    description: Words = ""
    severity: Line = ""


@router.get(
    AT + "/links",
    response={200: list[LinkOut], **REFUSALS},
    summary="关联的工单",
    operation_id=BESIDE + "links",
)
def links(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The tickets tied to this one, in both directions."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(
        200,
        [
            {
                "id": row.link_id,
                "word": row.word,
                "number": row.ticket.number,
                "title": row.ticket.title,
                "state_word": row.ticket.state_word,
            }
            for row in selectors.links_of(found, request.actor)
        ],
    )


@router.post(
    AT + "/links",
    response={201: TicketOut, **REFUSALS},
    summary="关联另一张工单",
    operation_id=BESIDE + "link",
)
def link(request: HttpRequest, slug: Slug, number: Number, told: LinkIn, key: Key = None) -> Any:
    """Tie this ticket to another; said twice it is one link."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *_INSIDE)

    def do() -> object:
        other = other_ticket(request.actor, found, told.other)
        return services.link(actor=request.actor, ticket=found, other=other, kind=told.kind)

    asked = f"link {slug} {number} {told.model_dump_json()}"
    return Status(201, doing(request, key, asked, do, found))


@router.delete(
    AT + "/links/{link_id}",
    response={204: None, **REFUSALS},
    summary="取消关联",
    operation_id=BESIDE + "unlink",
)
def unlink(request: HttpRequest, slug: Slug, number: Number, link_id: Id) -> Any:
    """Take a link away; that it was there stays in the story."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *_INSIDE)
    services.unlink(actor=request.actor, ticket=found, link_id=link_id)
    return Status(204, None)


@router.post(
    AT + "/split",
    response={201: TicketOut, **REFUSALS},
    summary="拆分出一张新工单",
    operation_id=BESIDE + "split",
)
def split(request: HttpRequest, slug: Slug, number: Number, told: SplitIn, key: Key = None) -> Any:
    """Make a second matter a ticket of its own; the answer is the new ticket."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        made = services.split(actor=request.actor, ticket=found, **told.model_dump())
        return shown.whole(made, request.actor)

    asked = f"split {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))
