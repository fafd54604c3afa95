"""Take-over for programs: the contract's own lists against what is there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assets import selectors, services
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.kernel.wire import REFUSALS, Key, PageOf, Paging, Slug, Strict, Text, must, paged

router = Router(tags=["stock"])
ListKey = Annotated[str, Path(min_length=1, max_length=60)]


class DiscrepancyOut(Schema):
    """A printed total that is not the sum of its rows."""

    clause: str
    title: str
    printed: int
    counted: int
    sentence: str


class ListOut(Schema):
    """One list of the contract and how far its take-over is."""

    key: str
    title: str
    clause: str
    item: str | None
    rows: int
    promised: int = Field(description="清单件数")
    found: int = Field(description="已核对到的件数")
    open: int = Field(description="待核对行数")
    differing: int = Field(description="有差异的行数")
    confirmed_at: datetime | None
    confirmed_by: str | None
    confirmed_note: str


class TakeoverOut(Schema):
    lists: list[ListOut]
    discrepancies: list[DiscrepancyOut]


class LineOut(Schema):
    """One row of a list: what is printed, the asset made of it, how that differs."""

    place: int
    name: str
    model: str
    unit: str
    count: int | None
    code: str | None
    found_quantity: int | None
    found_model: str
    standing_at: str = Field(description="位置")
    outcome: str
    checked_by: str | None
    checked_at: datetime | None


class AcceptIn(Strict):
    codes: list[Text] = Field(min_length=1, max_length=2000, description="资产编号")
    place: Text = Field(min_length=1, max_length=120)


class AcceptedOut(Schema):
    accepted: int


class ConfirmIn(Strict):
    note: Text = Field("", max_length=300, description="差异如何处理")


def _list(one: selectors.Takeover) -> dict[str, Any]:
    listed = one.listed
    return {
        **{
            name: getattr(listed, name)
            for name in ("key", "title", "clause", "confirmed_at", "confirmed_note")
        },
        **{name: getattr(one, name) for name in ("promised", "found", "open", "differing")},
        "item": listed.item.no if listed.item else None,
        "rows": len(one.rows),
        "confirmed_by": str(listed.confirmed_by) if listed.confirmed_by else None,
    }


def _line(row: Any) -> dict[str, Any]:
    asset = row.asset
    return {
        "place": row.place,
        **{name: row.said[name] for name in ("name", "model", "unit", "count")},
        "code": asset.code if asset else None,
        "found_quantity": asset.found_quantity if asset else None,
        "found_model": asset.found_model if asset else "",
        "standing_at": asset.place if asset else "",
        "outcome": row.outcome[1],
        "checked_by": str(asset.accepted_by) if asset and asset.accepted_by else None,
        "checked_at": asset.accepted_at if asset else None,
    }


def _whole(request: HttpRequest, slug: str) -> dict[str, Any]:
    contract = contract_at_hand(request.actor, slug)
    return {
        "lists": [_list(one) for one in selectors.takeovers(request.actor, contract)],
        "discrepancies": [
            {name: getattr(one, name) for name in ("clause", "title", "printed", "counted", "sentence")}
            for one in selectors.discrepancies(contract)
        ],
    }


@router.get(
    "/contracts/{slug}/takeover",
    response={200: TakeoverOut, **REFUSALS},
    summary="合同设备清单的接管进度，及合计对不上的清单",
)
def takeover(request: HttpRequest, slug: Slug) -> Any:
    """Every list with how far it is, and the totals that do not add up."""
    must(request, "assets:read")
    return _whole(request, slug)


@router.get(
    "/contracts/{slug}/takeover/{list_key}/rows",
    response={200: PageOf[LineOut], **REFUSALS},
    summary="一份清单逐行的核对结果",
)
def rows(request: HttpRequest, slug: Slug, list_key: ListKey, paging: Query[Paging]) -> Any:
    """The rows of one list against what was found."""
    must(request, "assets:read")
    contract = contract_at_hand(request.actor, slug)
    shown = selectors.takeovers(request.actor, contract)
    found = next((one for one in shown if one.listed.key == list_key), None)
    if found is None:
        raise Http404
    return paged(found.rows, **paging.dict(), show=_line)


@router.post(
    "/contracts/{slug}/takeover/accept",
    response={200: AcceptedOut, **REFUSALS},
    summary="与清单相同的多项资产一次接管；有差异的请逐项办理“接管核对”",
)
def accept(request: HttpRequest, slug: Slug, told: AcceptIn, key: Key = None) -> Any:
    """Take over several rows as the list prints them, all at one place; all of them or none."""
    must(request, "assets:write")
    contract = contract_at_hand(request.actor, slug)

    def do() -> dict[str, Any]:
        found = selectors.listed_assets(request.actor, contract, told.codes)
        return {"accepted": services.accept_rows(actor=request.actor, assets=found, place=told.place)}

    return once_for(request, key, told, do)


@router.post(
    "/contracts/{slug}/takeover/{list_key}/confirm",
    response={200: TakeoverOut, **REFUSALS},
    summary="采购人确认一份清单的接管结果",
)
def confirm(request: HttpRequest, slug: Slug, list_key: ListKey, told: ConfirmIn, key: Key = None) -> Any:
    """The buyer's word on what was found."""
    must(request, "assets:write")
    listed = selectors.list_for(contract_at_hand(request.actor, slug), list_key)

    def do() -> dict[str, Any]:
        services.confirm_takeover(actor=request.actor, listed=listed, note=told.note)
        return _whole(request, slug)

    return once_for(request, key, told, do)
