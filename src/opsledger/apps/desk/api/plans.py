"""Changes and problems: their lists, a new one.  Their plan is written and changed through the acts of the ticket."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand, item_at_hand
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.api.schemas import TicketOut, TicketRow
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors import narrowing
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor
from opsledger.kernel.wire import REFUSALS, Key, Line, PageOf, Paging, Slug, Strict, Words, paged

router = Router(tags=["changes"])
PlanKind = Annotated[Literal["change", "problem"], Path()]


class PlanRow(TicketRow):
    """A change with its window, or a problem with its root cause."""

    planned_from: datetime | None
    planned_to: datetime | None
    root_cause: str


class PlansAsked(Paging):
    state: Line = Field("", max_length=20)
    q: Line = Field("", max_length=100, description="编号、标题或服务项中的字")


class PlanIn(Strict):
    item: Line = Field(description="服务项序号，如 03")
    title: Annotated[Line, StringConstraints(min_length=1)]
    description: Annotated[Words, StringConstraints(min_length=1)] = Field(description="内容与原因")
    touches: list[Literal["data_change", "shutdown", "replace_part", "access"]] = Field(
        default_factory=list, description="变更涉及的事项"
    )


def _row(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    return {
        **shown.row(ticket, actor),
        "planned_from": ticket.planned_from,
        "planned_to": ticket.planned_to,
        "root_cause": str(ticket.details.get("root_cause", "")),
    }


@router.get(
    "/contracts/{slug}/plans/{kind}",
    response={200: PageOf[PlanRow], **REFUSALS},
    summary="变更（change）或问题（problem）列表，新的在前",
)
def plans(
    request: HttpRequest,
    slug: Slug,
    kind: PlanKind,
    asked: Query[PlansAsked],
) -> Any:
    """All changes, or all problems."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    rows = selectors.tickets_for(request.actor, contract).filter(kind=kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.q:
        rows = rows.filter(narrowing.plan_named(asked.q))
    found = rows.order_by("-number", "-pk")
    show = partial(_row, actor=request.actor)
    page = {"limit": asked.limit, "offset": asked.offset, "count": asked.count}
    return Status(200, paged(found, **page, show=show))


@router.post(
    "/contracts/{slug}/plans/{kind}",
    response={201: TicketOut, **REFUSALS},
    summary="起草变更（写明涉及的事项），或登记问题",
)
def new_plan(request: HttpRequest, slug: Slug, kind: PlanKind, told: PlanIn, key: Key = None) -> Any:
    """A new change or problem; what its plan needs is told by the acts of the ticket."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, access.MANAGER, access.ENGINEER)
    if kind == "problem" and told.touches:
        raise DomainError("api.fact_unknown", action="登记问题", facts="touches")

    def do() -> dict[str, Any]:
        said = told.model_dump()
        item = item_at_hand(request.actor, contract, said.pop("item"))
        made = services.draft_plan(
            actor=request.actor, item=item, kind=kind, reporter=request.user, source=Ticket.Source.API, **said
        )
        again = selectors.ticket_for(request.actor, contract, made.number)
        return shown.whole(again, request.actor)

    asked = f"plan {slug} {kind} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))
