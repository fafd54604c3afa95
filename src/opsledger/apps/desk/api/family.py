"""Major incidents: the children of a ticket, one more of them, all of them resolved together."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.lists import OutcomeOut
from opsledger.apps.desk.api.on_ticket import AT, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut, TicketRow
from opsledger.apps.desk.services.linking import MAX_CHILDREN
from opsledger.core.errors import DomainError
from opsledger.kernel.wire import REFUSALS, Key, Line, Moment, Number, Slug, Strict, Words

router = Router(tags=["beside"])


class StateOut(Schema):
    word: str
    number: int


class FamilyOut(Schema):
    """The children that one may see, those still open first."""

    total: int
    open: int = Field(description="未办结的张数")
    states: list[StateOut]
    tickets: list[TicketRow]


class ChildIn(Strict):
    title: Annotated[Line, StringConstraints(min_length=1)]
    item: Line | None = Field(None, description="服务项序号；不写与主工单相同")
    severity: Line = ""
    description: Words = ""


class ResolveChildrenIn(Strict):
    solution: Words = Field("", description="处理结果；不写用主工单的")
    cause: Words = Field("", description="故障原因；不写用主工单的")
    happened_at: Moment | None = Field(None, description="实际时间；不写为现在")


class ResolvedOut(Schema):
    done: int
    outcomes: list[OutcomeOut]


@router.get(AT + "/children", response={200: FamilyOut, **REFUSALS}, summary="子工单：几张、各在什么状态")
def children(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The children of a ticket, as far as one may see them."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    told = selectors.family(selectors.children_of(request.actor, found))
    return Status(
        200,
        {
            "total": told.total,
            "open": told.still_open,
            "states": [{"word": one.state_word, "number": count} for one, count in told.states],
            "tickets": [shown.row(one, request.actor) for one in told.children],
        },
    )


@router.post(AT + "/children", response={201: TicketOut, **REFUSALS}, summary="新建子工单，时限从现在起算")
def new_child(request: HttpRequest, slug: Slug, number: Number, told: ChildIn, key: Key = None) -> Any:
    """One more ticket under this one; the answer is the new ticket."""
    must(request, "tickets:write")
    contract, found = find(request, slug, number)
    must_be(request, found, *policies.PROVIDER_ROLES)

    def do() -> dict[str, Any]:
        said = told.model_dump()
        item = item_at_hand(request.actor, contract, said.pop("item")) if told.item else None
        made = services.new_child(actor=request.actor, ticket=found, **{**said, "item": item})
        return shown.whole(selectors.ticket_for(request.actor, contract, made.number), request.actor)

    asked = f"child {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    AT + "/children/resolve",
    response={200: ResolvedOut, **REFUSALS},
    summary="一并办结未办结的子工单；不能办结的写明原因",
)
def resolve_children(
    request: HttpRequest, slug: Slug, number: Number, told: ResolveChildrenIn, key: Key = None
) -> Any:
    """Every open child by its own table with the same words; what one refuses does not hold up the others."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, *policies.PROVIDER_ROLES)

    def do() -> dict[str, Any]:
        words = {"solution": told.solution or found.solution, "cause": told.cause or found.cause}
        if not words["solution"].strip():
            raise DomainError("transitions.fact_missing", fact="solution", label="处理结果", action="办结")
        part = services.resolve_children(
            actor=request.actor, ticket=found, happened_at=told.happened_at, most=MAX_CHILDREN, **words
        )
        rows = [
            {"number": one.ticket.number, "title": one.ticket.title, "done": one.done, "why": one.why}
            for one in part.outcomes
        ]
        return {"done": part.done, "outcomes": rows}

    asked = f"children {slug} {number} {told.model_dump_json()}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=asked, do=do))
