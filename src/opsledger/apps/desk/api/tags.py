"""Tags of tickets."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api.on_ticket import AT, doing
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import Tags, TicketOut
from opsledger.kernel.wire import REFUSALS, Key, Number, Slug, Strict

router = Router(tags=["beside"])
_MOST = 100


class TagsIn(Strict):
    tags: Tags = Field(description="全部标签，没有列出的会去掉")


class TagOut(Schema):
    word: str
    tickets: int = Field(description="用在几张我看得到的工单上")


@router.put(
    AT + "/tags", response={200: TicketOut, **REFUSALS}, summary="设定标签：最多 10 个，每个最多 20 字"
)
def set_tags(request: HttpRequest, slug: Slug, number: Number, told: TagsIn, key: Key = None) -> Any:
    """The ticket has these tags and no others."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> object:
        return services.set_tags(actor=request.actor, ticket=found, tags=told.tags)

    asked = f"tags {slug} {number} {told.model_dump_json()}"
    return Status(200, doing(request, key, asked, do, found))


@router.get(
    "/contracts/{slug}/tags", response={200: list[TagOut], **REFUSALS}, summary="用过的标签，常用的在前"
)
def tags(request: HttpRequest, slug: Slug, q: Annotated[str, Query(max_length=20)] = "") -> Any:
    """The tags in use on the contract's tickets that one sees; `q` is a part of the word."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    found = selectors.tags_in_use(request.actor, contract, q, _MOST)
    return Status(200, [{"word": word, "tickets": number} for word, number in found])
