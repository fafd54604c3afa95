"""Consent before the act: what the contract wants, what the work touches, going before it in an emergency."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api.acting import person
from opsledger.apps.desk.api.forms import checked
from opsledger.apps.desk.api.on_ticket import AT, doing, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.consent_views import consents_of
from opsledger.apps.desk.forms import EmergencyForm, TouchesForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.consents import touchable
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Key, Number, Said, Slug, Strict

router = Router(tags=["consents"])
_PROVIDER = (access.MANAGER, access.ENGINEER)
_APPROVERS = {access.BUYER: "采购人", access.UNIT: "服务单位", access.SUPERVISOR: "监理"}
ActCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]


class TouchOut(Schema):
    act: str
    word: str
    on: bool = Field(description="已说明涉及")


class TicketConsentOut(Schema):
    """One act that needs something first on this ticket's item, and how that stands."""

    act: str
    word: str
    tone: str
    state: str
    touched: bool
    may_ask: bool = Field(description="现在可以提请批准")
    may_hurry: bool = Field(description="合同允许紧急时先办后补")
    who: str = Field(description="须经谁同意；只须告知的为空")
    told: list[str] = Field(description="须告知谁")
    clause: str
    what: list[str]
    written: bool


class ApproverOut(Schema):
    username: str
    name: str
    role: str


class TicketConsentsOut(Schema):
    consents: list[TicketConsentOut]
    touches: list[TouchOut]
    approvers: list[ApproverOut] = Field(description="可请其批准或口头同意的人")


class TouchesIn(Strict):
    touches: list[ActCode] = Field(max_length=20, description="涉及的事项；空列表为都不涉及")


class EmergencyIn(Strict):
    act: ActCode
    consented_by: str = Field(max_length=150, description="口头同意人的用户名")
    reason: Said = Field(description="为什么等不及")


def _told(ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
    approvals = [view.approval for view in selectors.approvals_of(ticket, request.actor)]
    return {
        "consents": [_consent(view) for view in consents_of(ticket, approvals)],
        "touches": [
            {"act": act, "word": word, "on": act in ticket.touches} for act, word in touchable(ticket).items()
        ],
        "approvers": [
            {"username": user.username, "name": str(user), "role": role}
            for role in _APPROVERS
            for user in _of(ticket, role)
        ],
    }


def _of(ticket: Ticket, role: str) -> list[User]:
    if role == access.UNIT:
        return people(ticket.contract_id, role, organisation_id=ticket.unit_id) if ticket.unit_id else []
    return people(ticket.contract_id, role)


def _consent(view: Any) -> dict[str, Any]:
    return {
        "act": view.act,
        "word": view.word,
        "tone": view.tone,
        "state": view.state,
        "touched": view.touched,
        "may_ask": view.may_ask,
        "may_hurry": view.may_hurry,
        "who": view.demand.who,
        "told": sorted(party.label for party in view.demand.told),
        "clause": view.demand.where,
        "what": view.demand.what,
        "written": view.demand.written,
    }


@router.get(
    AT + "/consents",
    response={200: TicketConsentsOut, **REFUSALS},
    summary="须先经同意的事项、涉及的事项、可批准的人",
)
def consents(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """What the contract wants first on this ticket, and what is had of it."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, _told(found, request))


@router.put(AT + "/touches", response={200: TicketConsentsOut, **REFUSALS}, summary="说明本次工作涉及的事项")
def touches(request: HttpRequest, slug: Slug, number: Number, told: TouchesIn) -> Any:
    """Say what the work touches; each time is a fact of its own in the story."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *_PROVIDER)
    said = checked(TouchesForm(found, told.model_dump()))
    services.declare(actor=request.actor, ticket=found, **said)
    return Status(200, _told(found, request))


@router.post(AT + "/emergency", response={201: TicketOut, **REFUSALS}, summary="紧急处置：先办后补同意")
def emergency(request: HttpRequest, slug: Slug, number: Number, told: EmergencyIn, key: Key = None) -> Any:
    """Go before the consent on a named person's word; the approval is asked for at once."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *_PROVIDER)

    def do() -> object:
        word = person(found.contract_id, told.consented_by, tuple(_APPROVERS))
        given = {"act": told.act, "consented_by": word.pk, "reason": told.reason}
        return services.emergency(actor=request.actor, ticket=found, **checked(EmergencyForm(found, given)))

    asked = f"emergency {slug} {number} {told.model_dump_json()}"
    return Status(201, doing(request, key, asked, do, found))
