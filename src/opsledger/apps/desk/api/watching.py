"""Following a ticket, bringing others in, and calling back after it was closed."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.api.on_ticket import AT, BESIDE, doing
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.watching import bring_in as bring_others
from opsledger.apps.desk.services.watching import let_go as let_other_go
from opsledger.apps.desk.services.watching import watch as set_watching
from opsledger.core.errors import DomainError
from opsledger.kernel.wire import REFUSALS, Id, Key, Number, Slug, Strict, Words

router = Router(tags=["beside"])


class WatchIn(Strict):
    on: bool


class WatchOut(Schema):
    watching: bool
    watchers: list[str]


class CallableOut(Schema):
    id: int
    name: str
    role: str


class OthersIn(Strict):
    people: list[Annotated[int, Field(ge=1, le=9_000_000_000_000_000)]] = Field(
        min_length=1, max_length=100, description="人员号，取自 /people"
    )


class CallBackIn(Strict):
    reached: bool
    satisfied: bool = False
    note: Words = ""


def _following(request: HttpRequest, found: Ticket) -> dict[str, Any]:
    users = selectors.followers_of(request.actor, found)
    mine = any(user.pk == request.actor.user_id for user in users)
    return {"watching": mine, "watchers": [str(user) for user in users]}


@router.put(
    AT + "/watch",
    response={200: WatchOut, **REFUSALS},
    summary="关注或取消关注",
    operation_id=BESIDE + "watch",
)
def watch(request: HttpRequest, slug: Slug, number: Number, told: WatchIn) -> Any:
    """Be told of this ticket, or no longer."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    set_watching(actor=request.actor, ticket=found, on=told.on)
    return Status(200, _following(request, found))


@router.get(
    AT + "/watch",
    response={200: WatchOut, **REFUSALS},
    summary="关注的人",
    operation_id=BESIDE + "watchers",
)
def watchers(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Who is told of this ticket beside those concerned."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, _following(request, found))


@router.post(
    AT + "/watch/others",
    response={200: WatchOut, **REFUSALS},
    summary="知会他人：所给的人从此收到这张工单的消息",
)
def bring_in(request: HttpRequest, slug: Slug, number: Number, told: OthersIn, key: Key = None) -> Any:
    """Have others told of this ticket; those who are told already stay so."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    known = {one.user.pk: one.user for one in selectors.may_be_called(found, by=request.actor)}
    unknown = next((pk for pk in told.people if pk not in known), None)
    if unknown is not None:
        raise DomainError("ticket.not_to_be_told", name=str(unknown))

    def do() -> dict[str, Any]:
        bring_others(actor=request.actor, ticket=found, users=[known[pk] for pk in told.people])
        return _following(request, found)

    return Status(200, once_for(request, key, told, do))


@router.delete(
    AT + "/watch/others/{user_id}",
    response={200: WatchOut, **REFUSALS},
    summary="不再知会某人（本人，或由项目经理）",
)
def let_go(request: HttpRequest, slug: Slug, number: Number, user_id: Id) -> Any:
    """Have somebody told no longer."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    user = next((one for one in selectors.followers_of(request.actor, found) if one.pk == user_id), None)
    if user is not None:
        let_other_go(actor=request.actor, ticket=found, user=user)
    return Status(200, _following(request, found))


@router.get(
    AT + "/people",
    response={200: list[CallableOut], **REFUSALS},
    summary="说明中可以用 @ 提到的人",
    operation_id=BESIDE + "people",
)
def people(request: HttpRequest, slug: Slug, number: Number, private: bool = False) -> Any:
    """Whom a note may call by “@name”; in a private note only the provider's people."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    if not policies.may_take_part(request.actor, found):
        raise DomainError("access.denied")
    inside = private and policies.is_provider(request.actor, found.contract_id)
    known = selectors.may_be_called(found, private=inside, by=request.actor)
    return Status(200, [{"id": one.user.pk, "name": str(one.user), "role": one.role} for one in known])


@router.post(
    AT + "/callback",
    response={201: TicketOut, **REFUSALS},
    summary="登记回访",
    operation_id=BESIDE + "call_back",
)
def call_back(request: HttpRequest, slug: Slug, number: Number, told: CallBackIn, key: Key = None) -> Any:
    """Note what the unit said when it was called back."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> object:
        return services.call_back(actor=request.actor, ticket=found, **told.model_dump())

    asked = f"callback {slug} {number} {told.model_dump_json()}"
    return Status(201, doing(request, key, asked, do, found))
