"""What stands beside a ticket: files, links, splitting, times to accept, approvals, watching, calling back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, StreamingHttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.acting import other_ticket
from opsledger.apps.desk.api.once import once
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.watching import watch as set_watching
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, tables
from opsledger.kernel.wire import FILE, REFUSALS, Id, Key, Line, Moment, Number, Slug, Words

router = Router(tags=["beside"])
_AT = "/contracts/{slug}/tickets/{number}"
_INSIDE = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR)
_APPROVERS = (access.BUYER, access.UNIT, access.SUPERVISOR)
ActKind = Literal[
    "data_change",
    "shutdown",
    "replace_part",
    "replace_person",
    "disclosure",
    "suspension",
    "request",
    "other",
]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


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


class TimeIn(Strict):
    yes: bool
    reason: Words = ""


class StepIn(Strict):
    people: list[Line] = Field(min_length=1, max_length=20, description="用户名")
    mode: Literal["any", "all"] = "any"
    deputies: dict[str, Line] = Field(
        default_factory=dict, max_length=20, description="用户名到代理人的用户名"
    )


class ApprovalIn(Strict):
    act: ActKind
    subject: Line = Field(min_length=1)
    steps: list[StepIn] = Field(min_length=1, max_length=10)
    deadline_at: Moment | None = None


class AnswerIn(Strict):
    yes: bool
    note: Words = ""


class VoteOut(Schema):
    step: int
    mode: str
    person: str
    deputy: str | None
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    note: str


class ApprovalOut(Schema):
    id: int
    act: str
    act_word: str
    subject: str
    state: str
    state_word: str
    step: int
    asked_at: datetime
    asked_by: str | None
    deadline_at: datetime | None
    decided_at: datetime | None
    mine: bool = Field(description="现在是否等我答复")
    votes: list[VoteOut]


class WaitingOut(Schema):
    """An approval that waits for one's own word."""

    contract: str
    number: str
    title: str
    approval: int
    subject: str
    deadline_at: datetime | None


class WatchIn(Strict):
    on: bool


class WatchOut(Schema):
    watching: bool
    watchers: list[str]


class CallBackIn(Strict):
    reached: bool
    satisfied: bool = False
    note: Words = ""


def _inside(request: HttpRequest, ticket: Ticket, *roles: str) -> None:
    request.actor.must(ticket.contract_id, *roles)


def _doing(
    request: HttpRequest, key: str | None, asked: str, do: Callable[[], object], ticket: Ticket
) -> dict[str, Any]:
    """Do it once under the key; the answer is the ticket as it then stands."""

    def run() -> dict[str, Any]:
        do()
        again = selectors.ticket_for(request.actor, ticket.contract, ticket.number)
        return shown.whole(again, request.actor)

    return once(user_id=request.user.pk, key=key, asked=asked, do=run)


@router.get(_AT + "/files/{file_id}", response=REFUSALS, openapi_extra=FILE, summary="下载一个附件")
def download(request: HttpRequest, slug: Slug, number: Number, file_id: Id) -> Any:
    """The content of one attached file."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    attached = selectors.file_of(found, file_id)
    if attached is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(attached), content_type="application/octet-stream")
    answer["Content-Length"] = attached.file.size
    answer["Content-Disposition"] = tables.attachment(attached.name)
    return answer


@router.get(_AT + "/links", response={200: list[LinkOut], **REFUSALS}, summary="关联的工单")
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


@router.post(_AT + "/links", response={201: TicketOut, **REFUSALS}, summary="关联另一张工单")
def link(request: HttpRequest, slug: Slug, number: Number, told: LinkIn, key: Key = None) -> Any:
    """Tie this ticket to another; said twice it is one link."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    _inside(request, found, *_INSIDE)

    def do() -> object:
        other = other_ticket(request.actor, found, told.other)
        return services.link(actor=request.actor, ticket=found, other=other, kind=told.kind)

    asked = f"link {slug} {number} {told.model_dump_json()}"
    return Status(201, _doing(request, key, asked, do, found))


@router.delete(_AT + "/links/{link_id}", response={204: None, **REFUSALS}, summary="取消关联")
def unlink(request: HttpRequest, slug: Slug, number: Number, link_id: Id) -> Any:
    """Take a link away; that it was there stays in the story."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    _inside(request, found, *_INSIDE)
    services.unlink(actor=request.actor, ticket=found, link_id=link_id)
    return Status(204, None)


@router.post(_AT + "/split", response={201: TicketOut, **REFUSALS}, summary="拆分出一张新工单")
def split(request: HttpRequest, slug: Slug, number: Number, told: SplitIn, key: Key = None) -> Any:
    """Make a second matter a ticket of its own; the answer is the new ticket."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        made = services.split(actor=request.actor, ticket=found, **told.model_dump())
        return shown.whole(made, request.actor)

    asked = f"split {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    _AT + "/times/{event_id}",
    response={200: TicketOut, **REFUSALS},
    summary="服务单位认可或不认可补登、更正的时间",
)
def time(
    request: HttpRequest, slug: Slug, number: Number, event_id: Id, told: TimeIn, key: Key = None
) -> Any:
    """The service unit accepts or refuses a time that was entered or corrected afterwards."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    _inside(request, found, access.UNIT)

    def do() -> object:
        if told.yes:
            return services.confirm_time(actor=request.actor, ticket=found, event_id=event_id)
        services.refuse_time(actor=request.actor, ticket=found, event_id=event_id, reason=told.reason)
        return found

    asked = f"time {slug} {number} {event_id} {told.model_dump_json()}"
    return Status(200, _doing(request, key, asked, do, found))


def _approval(view: Any) -> dict[str, Any]:
    row = view.approval
    return {
        "id": row.pk,
        "act": row.act,
        "act_word": services.APPROVED_ACTS[row.act],
        "subject": row.subject,
        "state": row.state,
        "state_word": row.get_state_display(),
        "step": row.step,
        "asked_at": row.asked_at,
        "asked_by": str(row.asked_by) if row.asked_by else None,
        "deadline_at": row.deadline_at,
        "decided_at": row.decided_at,
        "mine": view.mine,
        "votes": [
            {
                "step": vote.step.number,
                "mode": vote.step.mode,
                "person": str(vote.user),
                "deputy": str(vote.deputy) if vote.deputy else None,
                "answer": vote.answer,
                "answered_by": str(vote.answered_by) if vote.answered_by else None,
                "answered_at": vote.answered_at,
                "note": vote.note,
            }
            for vote in view.votes
        ],
    }


@router.get(_AT + "/approvals", response={200: list[ApprovalOut], **REFUSALS}, summary="一张工单的批准事项")
def approvals(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The questions put for consent on a ticket, the latest first."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, [_approval(view) for view in selectors.approvals_of(found, request.actor)])


@router.post(
    _AT + "/approvals",
    response={201: list[ApprovalOut], **REFUSALS},
    summary="提请批准：分步骤、任一或全部同意、代理人、期限",
)
def ask(request: HttpRequest, slug: Slug, number: Number, told: ApprovalIn, key: Key = None) -> Any:
    """Put something for consent: steps in order, any or all of their people, deputies, a deadline."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        services.ask_approval(
            actor=request.actor,
            ticket=found,
            act=told.act,
            subject_text=told.subject,
            steps=_plans(found, told.steps),
            deadline_at=told.deadline_at,
        )
        return {"rows": [_approval(view) for view in selectors.approvals_of(found, request.actor)]}

    asked = f"ask {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do)["rows"])


def _plans(ticket: Ticket, steps: list[StepIn]) -> list[services.StepPlan]:
    able = {user.username: user for user in people(ticket.contract_id, *_APPROVERS)}

    def person(name: str) -> User:
        if name not in able:
            raise DomainError("api.unknown_person", name=name)
        return able[name]

    return [
        services.StepPlan(
            people=tuple(person(name) for name in dict.fromkeys(step.people)),
            mode=step.mode,
            deputies=tuple((person(of).pk, person(who)) for of, who in step.deputies.items()),
        )
        for step in steps
    ]


@router.post(
    _AT + "/approvals/{approval_id}/answer",
    response={200: list[ApprovalOut], **REFUSALS},
    summary="答复批准事项",
)
def answer(
    request: HttpRequest, slug: Slug, number: Number, approval_id: Id, told: AnswerIn, key: Key = None
) -> Any:
    """Consent or refuse, as the one asked or as their deputy."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    _inside(request, found, *_APPROVERS)

    def do() -> dict[str, Any]:
        asked = {view.approval.pk: view.approval for view in selectors.approvals_of(found, request.actor)}
        if approval_id not in asked:
            raise Http404
        services.answer(actor=request.actor, approval=asked[approval_id], yes=told.yes, note=told.note)
        return {"rows": [_approval(view) for view in selectors.approvals_of(found, request.actor)]}

    said = f"answer {slug} {number} {approval_id} {told.model_dump_json()}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=said, do=do)["rows"])


@router.get("/my/approvals", response={200: list[WaitingOut], **REFUSALS}, summary="等我答复的批准事项")
def my_approvals(request: HttpRequest) -> Any:
    """What waits for one's own consent, over all contracts."""
    must(request, "tickets:read")
    return Status(
        200,
        [
            {
                "contract": vote.step.approval.ticket.contract.slug,
                "number": vote.step.approval.ticket.number,
                "title": vote.step.approval.ticket.title,
                "approval": vote.step.approval_id,
                "subject": vote.step.approval.subject,
                "deadline_at": vote.step.approval.deadline_at,
            }
            for vote in services.waiting_for(request.actor)[:200]
        ],
    )


@router.put(_AT + "/watch", response={200: WatchOut, **REFUSALS}, summary="关注或取消关注")
def watch(request: HttpRequest, slug: Slug, number: Number, told: WatchIn) -> Any:
    """Be told of this ticket, or no longer."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    set_watching(actor=request.actor, ticket=found, on=told.on)
    names = [str(user) for user in selectors.watchers_of(found)]
    return Status(200, {"watching": told.on, "watchers": names})


@router.get(_AT + "/watch", response={200: WatchOut, **REFUSALS}, summary="关注的人")
def watchers(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Who is told of this ticket beside those concerned."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    users = selectors.watchers_of(found)
    mine = any(user.pk == request.actor.user_id for user in users)
    return Status(200, {"watching": mine, "watchers": [str(user) for user in users]})


@router.post(_AT + "/callback", response={201: TicketOut, **REFUSALS}, summary="登记回访")
def call_back(request: HttpRequest, slug: Slug, number: Number, told: CallBackIn, key: Key = None) -> Any:
    """Note what the unit said when it was called back."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> object:
        return services.call_back(actor=request.actor, ticket=found, **told.model_dump())

    asked = f"callback {slug} {number} {told.model_dump_json()}"
    return Status(201, _doing(request, key, asked, do, found))
