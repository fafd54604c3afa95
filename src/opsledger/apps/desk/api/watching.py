"""Following a ticket, and calling back after it was closed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.api.on_ticket import AT, BESIDE, doing
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.services.watching import watch as set_watching
from opsledger.core.errors import DomainError
from opsledger.kernel.wire import REFUSALS, Key, Number, Slug, Strict, Words

router = Router(tags=["beside"])


class WatchIn(Strict):
    on: bool


class WatchOut(Schema):
    watching: bool
    watchers: list[str]


class PersonOut(Schema):
    id: int
    name: str
    role: str


class CallBackIn(Strict):
    reached: bool
    satisfied: bool = False
    note: Words = ""


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
    names = [str(user) for user in selectors.watchers_of(found)]
    return Status(200, {"watching": told.on, "watchers": names})


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
    users = selectors.watchers_of(found)
    mine = any(user.pk == request.actor.user_id for user in users)
    return Status(200, {"watching": mine, "watchers": [str(user) for user in users]})


@router.get(
    AT + "/people",
    response={200: list[PersonOut], **REFUSALS},
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
