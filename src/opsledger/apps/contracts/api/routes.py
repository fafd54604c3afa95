"""Contracts, service items and terms, each with its clause."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts import selectors, services
from opsledger.apps.contracts.api.schemas import (
    ContractOut,
    ContractRow,
    ItemNo,
    OwnerIn,
    PeriodIn,
    ServiceItemOut,
    ServiceItemRow,
    TermOut,
    contract_told,
    item_told,
    obligation_told,
    term_told,
)
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Key, PageOf, Paging, Slug, Text, must, paged

router = Router(tags=["contracts"])
TermKind = Literal[tuple(KIND_WORDS)]  # type: ignore[valid-type]
_ITEM = "/contracts/{slug}/service-items/{no}"


@router.get("/contracts", response={200: PageOf[ContractRow], **REFUSALS}, summary="本人可见的合同")
def contracts(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The contracts on which one holds a role."""
    must(request, "contracts:read")
    rows = selectors.contracts_for(request.actor).order_by("-starts_on", "slug")
    return paged(rows, **paging.dict(), show=lambda row: contract_told(row, request))


@router.get("/contracts/{slug}", response={200: ContractOut, **REFUSALS}, summary="一份合同的概况")
def contract(request: HttpRequest, slug: Slug) -> Any:
    """A contract as its first page shows it."""
    must(request, "contracts:read")
    found = selectors.contract_for(request.actor, slug)
    return {
        **contract_told(found, request),
        "counts": selectors.counts_of(request.actor, found),
        "kinds": [
            {"kind": kind, "word": word, "number": number}
            for kind, word, number in selectors.term_counts(request.actor, found)
        ],
        "units": [unit.name for unit in selectors.units_of(request.actor, found)],
        "windows": [
            {"id": key, "name": one["name"], "hours": one.get("hours"), "note": one.get("note") or ""}
            for key, one in found.windows.items()
        ],
        "office_hours": found.office_hours.get("default") or "",
        "sources": [one["name"] for one in found.sources],
    }


class ItemsAsked(Paging):
    q: Text = Field("", max_length=100, description="序号、名称、单位中的文字")


@router.get(
    "/contracts/{slug}/service-items",
    response={200: PageOf[ServiceItemRow], **REFUSALS},
    summary="服务项及其条款数、待约定数、责任工程师",
)
def items(request: HttpRequest, slug: Slug, asked: Query[ItemsAsked]) -> Any:
    """The items that one may see, in the contract's order."""
    must(request, "contracts:read")
    found = selectors.contract_at_hand(request.actor, slug)
    rows = selectors.items_with_counts(request.actor, found)
    if asked.q:
        rows = rows.filter(_holding(asked.q, selectors.ITEMS_SEARCHED))
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=item_told)


def _holding(words: str, names: tuple[str, ...]) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": words})
    return found


@router.get(
    _ITEM, response={200: ServiceItemOut, **REFUSALS}, summary="一个服务项：概况、等级、义务、未写明之处"
)
def item(request: HttpRequest, slug: Slug, no: ItemNo) -> Any:
    """One item; its terms are in the list of terms."""
    must(request, "contracts:read")
    return _item(request, slug, no)


def _item(request: HttpRequest, slug: str, no: str) -> dict[str, Any]:
    contract = selectors.contract_for(request.actor, slug)
    found = selectors.counted_item_for(request.actor, contract, no)
    return {
        **item_told(found),
        "location": found.location,
        "facts": found.facts,
        "open_points": found.open_points,
        "levels": [
            {"kind": kind, "word": one.word, "definition": one.definition, "rank": one.rank}
            for kind, rows in selectors.severity_sets_of(found).items()
            for one in rows
        ],
        "obligations": [
            obligation_told(row)
            for row in selectors.obligations_for(request.actor, contract).filter(item=found)
        ],
    }


@router.put(
    _ITEM + "/owner", response={200: ServiceItemOut, **REFUSALS}, summary="指定或撤去服务项的责任工程师"
)
def owner(request: HttpRequest, slug: Slug, no: ItemNo, told: OwnerIn, key: Key = None) -> Any:
    """Name the engineer who answers for an item."""
    must(request, "contracts:write")
    contract = selectors.contract_for(request.actor, slug)
    found = selectors.item_for(request.actor, contract, no)

    def do() -> dict[str, Any]:
        able = {user.username: user for user in people(contract.pk, access.ENGINEER)}
        if told.username and told.username not in able:
            raise DomainError("item.not_an_engineer", name=told.username)
        chosen = able[told.username] if told.username else None
        services.assign_item(actor=request.actor, item=found, owner=chosen)
        return _item(request, slug, no)

    return once_for(request, key, told, do)


@router.put(_ITEM + "/period", response={200: ServiceItemOut, **REFUSALS}, summary="确认服务项的服务期")
def period(request: HttpRequest, slug: Slug, no: ItemNo, told: PeriodIn, key: Key = None) -> Any:
    """Fix the period of an item whose start hung on an event."""
    must(request, "contracts:write")
    contract = selectors.contract_for(request.actor, slug)
    found = selectors.item_for(request.actor, contract, no)

    def do() -> dict[str, Any]:
        services.confirm_item_period(actor=request.actor, item=found, **told.dict())
        return _item(request, slug, no)

    return once_for(request, key, told, do)


class TermsAsked(Paging):
    kind: TermKind | None = None
    item: Text = Field("", max_length=20, description="服务项序号")
    q: Text = Field("", max_length=100, description="内容、条款出处、服务项中的文字")


@router.get(
    "/contracts/{slug}/terms",
    response={200: PageOf[TermOut], **REFUSALS},
    summary="条款：内容、出处、状态",
)
def terms(request: HttpRequest, slug: Slug, asked: Query[TermsAsked]) -> Any:
    """The live terms that one may see, each with its clause."""
    must(request, "contracts:read")
    found = selectors.contract_at_hand(request.actor, slug)
    rows = selectors.terms_for(request.actor, found).order_by("item__position", "key")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.item:
        rows = rows.filter(item__no=asked.item)
    if asked.q:
        rows = rows.filter(_holding(asked.q, selectors.TERMS_SEARCHED))
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=term_told)
