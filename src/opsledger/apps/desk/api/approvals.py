"""Consent on a ticket: asked for in steps, answered, waiting for one's own word."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.services import people
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api.on_ticket import AT, BESIDE, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.models import Ticket
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Moment, Number, Slug, Strict, Words

router = Router(tags=["beside"])
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


@router.get(
    AT + "/approvals",
    response={200: list[ApprovalOut], **REFUSALS},
    summary="一张工单的批准事项",
    operation_id=BESIDE + "approvals",
)
def approvals(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The questions put for consent on a ticket, the latest first."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, [_approval(view) for view in selectors.approvals_of(found, request.actor)])


@router.post(
    AT + "/approvals",
    response={201: list[ApprovalOut], **REFUSALS},
    summary="提请批准：分步骤、任一或全部同意、代理人、期限",
    operation_id=BESIDE + "ask",
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
    AT + "/approvals/{approval_id}/answer",
    response={200: list[ApprovalOut], **REFUSALS},
    summary="答复批准事项",
    operation_id=BESIDE + "answer",
)
def answer(
    request: HttpRequest, slug: Slug, number: Number, approval_id: Id, told: AnswerIn, key: Key = None
) -> Any:
    """Consent or refuse, as the one asked or as their deputy."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *_APPROVERS)

    def do() -> dict[str, Any]:
        asked = {view.approval.pk: view.approval for view in selectors.approvals_of(found, request.actor)}
        if approval_id not in asked:
            raise Http404
        services.answer(actor=request.actor, approval=asked[approval_id], yes=told.yes, note=told.note)
        return {"rows": [_approval(view) for view in selectors.approvals_of(found, request.actor)]}

    said = f"answer {slug} {number} {approval_id} {told.model_dump_json()}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=said, do=do)["rows"])


@router.get(
    "/my/approvals",
    response={200: list[WaitingOut], **REFUSALS},
    summary="等我答复的批准事项",
    operation_id=BESIDE + "my_approvals",
)
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
