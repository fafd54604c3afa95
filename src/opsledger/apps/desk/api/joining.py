"""One more with the same trouble: what is open already, and joining it instead of reporting it twice."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.intake import AT_THE_PHONE, REPORTS, CallerOut, caller_out
from opsledger.apps.desk.api.lists import TicketNumber
from opsledger.apps.desk.api.on_ticket import AT, doing
from opsledger.apps.desk.api.routes import contract_with, find
from opsledger.apps.desk.api.schemas import TicketOut, TicketRow
from opsledger.kernel.wire import REFUSALS, Key, Line, Number, Slug, Strict, Words

router = Router(tags=["intake"])


class AroundOut(Schema):
    """What the desk sees while somebody calls."""

    caller: CallerOut | None = Field(description="来电人；不认识或同名分不清的为空")
    namesakes: list[CallerOut] = Field(description="同名的人；以电话区分")
    last: list[TicketRow] = Field(description="来电人最近报的，最多 5 张")
    open_number: int = Field(description="该系统未办结的张数")
    open: list[TicketRow] = Field(description="该系统未办结的，像的在前，最多 5 张")
    near: int = Field(description="open 里前几张与所写的标题相像")


class AroundAsked(Schema):
    caller: Line = ""
    phone: Line = ""
    item: Line = Field("", description="系统的名称或其中几个字")
    title: Line = ""


class JoinIn(Strict):
    title: Annotated[Line, StringConstraints(max_length=120)] = ""
    description: Words = ""
    phone: Annotated[Line, StringConstraints(max_length=40)] = Field("", description="另外的联系电话")


class JoinCallIn(Strict):
    number: TicketNumber = Field(description="来电所说的工单")
    caller: Annotated[Line, StringConstraints(min_length=1, max_length=60)] = Field(description="来电人")
    phone: Annotated[Line, StringConstraints(max_length=40)] = ""
    title: Annotated[Line, StringConstraints(max_length=120)] = ""
    description: Words = ""
    minutes_ago: int | None = Field(None, ge=0, le=1440, description="几分钟前来电")
    remind: bool = Field(False, description="来电人是在催办")


@router.get(
    "/contracts/{slug}/alike",
    response={200: list[TicketRow], **REFUSALS},
    summary="报修前查重：同一系统未办结且相像的工单，最多 5 张",
)
def alike(request: HttpRequest, slug: Slug, item: Line, title: Line) -> Any:
    """Open reports that may be about the same thing; a service unit is told its own alone."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *REPORTS)
    found = item_at_hand(request.actor, contract, item)
    rows = selectors.alike_reports(request.actor, contract, found, title)
    return Status(200, [shown.row(row, request.actor) for row in rows])


@router.post(
    AT + "/join", response={201: TicketOut, **REFUSALS}, summary="我也遇到了：关注并补充到这张工单，不另报"
)
def join(request: HttpRequest, slug: Slug, number: Number, told: JoinIn, key: Key = None) -> Any:
    """Join a ticket instead of reporting the same thing again."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> object:
        return services.me_too(actor=request.actor, ticket=found, **told.model_dump())

    return Status(201, doing(request, key, f"join {slug} {number} {told.model_dump_json()}", do, found))


@router.get(
    "/contracts/{slug}/calls/around",
    response={200: AroundOut, **REFUSALS},
    summary="来电时：来电人是谁、最近报过什么、该系统未办结的工单",
)
def around(request: HttpRequest, slug: Slug, asked: Query[AroundAsked]) -> Any:
    """What stands beside the form while a call is noted."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *AT_THE_PHONE)
    told = selectors.at_the_phone(request.actor, contract, **asked.dict())
    return Status(
        200,
        {
            "caller": caller_out(told.caller) if told.caller else None,
            "namesakes": [caller_out(user) for user in told.namesakes],
            "last": [shown.row(row, request.actor) for row in told.last],
            "open_number": told.number_open,
            "open": [shown.row(row, request.actor) for row in told.open_now],
            "near": min(told.near, len(told.open_now)),
        },
    )


@router.post(
    "/contracts/{slug}/calls/join",
    response={201: TicketOut, **REFUSALS},
    summary="来电说的是已有的工单：记到那张工单，不另开",
)
def join_call(request: HttpRequest, slug: Slug, told: JoinCallIn, key: Key = None) -> Any:
    """A call about a ticket that is there; a reminder only where the caller asks for haste."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *AT_THE_PHONE)

    def do() -> dict[str, Any]:
        said = told.model_dump()
        found = selectors.ticket_numbered(request.actor, contract, said.pop("number"))
        services.join_call(actor=request.actor, ticket=found, **said)
        return shown.whole(selectors.ticket_for(request.actor, contract, found.number), request.actor)

    asked = f"join call {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))
