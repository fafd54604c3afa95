"""Spare parts for programs: what lies there, and every piece that comes, is set aside, used, lent, counted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.models import SpareMove, SparePart
from opsledger.apps.assets.policies import SPARES_READERS
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Paging, Slug, Strict, Text, must, paged

router = Router(tags=["stock"])
MoveKind = Literal[tuple(SpareMove.Kind.values)]  # type: ignore[valid-type]


class PartOut(Schema):
    id: int
    name: str
    model: str
    unit: str
    place: str
    price_cny: str | None
    stock: int
    reserved: int
    loaned: int
    free: int = Field(description="可用：库存减已预留")
    minimum: int
    short: bool = Field(description="可用数低于最低库存")


class MoveOut(Schema):
    id: int
    part: int
    part_name: str
    kind: str
    word: str
    quantity: int
    ticket: str
    asset: str | None
    note: str
    at: datetime
    by: str | None


class HeldOut(Schema):
    """Pieces that are reserved or lent, and for what."""

    part: int
    part_name: str
    word: str
    what_for: str
    quantity: int


class PartIn(Strict):
    name: Text = Field(min_length=1, max_length=120)
    model: Text = Field("", max_length=120)
    unit: Text = Field("个", min_length=1, max_length=10)
    place: Text = Field("", max_length=120)
    price_cny: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=2)
    minimum: int = Field(0, ge=0, le=999_999)


class PartMoveIn(Strict):
    kind: MoveKind
    quantity: int = Field(1, ge=0, le=999_999, description="盘点为盘到的数量，其余须大于零")
    ticket: Text = Field("", max_length=60, description="工单号")
    asset: Text = Field("", max_length=40, description="用于哪项资产（编号）")
    note: Text = Field("", max_length=200)


def _part(one: SparePart) -> dict[str, Any]:
    names = "name model unit place stock reserved loaned free minimum short"
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names.split()},
        "price_cny": None if one.price_cny is None else f"{one.price_cny:.2f}",
    }


def _move(one: SpareMove) -> dict[str, Any]:
    return {
        "id": one.pk,
        "part": one.part_id,
        "part_name": str(one.part),
        "kind": one.kind,
        "word": one.get_kind_display(),
        "quantity": one.quantity,
        "ticket": one.ticket_ref,
        "asset": one.asset.code if one.asset else None,
        "note": one.note,
        "at": one.at,
        "by": str(one.by) if one.by else None,
    }


def _stock(request: HttpRequest, slug: str) -> Contract:
    """The contract, if its stock is for this person to read."""
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *SPARES_READERS)
    return contract


@router.get("/contracts/{slug}/spares", response={200: PageOf[PartOut], **REFUSALS}, summary="备品备件及库存")
def spares(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """The spare parts of a contract."""
    must(request, "assets:read")
    contract = _stock(request, slug)
    return paged(selectors.parts_of(contract).order_by("name", "model", "pk"), **paging.dict(), show=_part)


@router.post(
    "/contracts/{slug}/spares",
    response={201: PartOut, **REFUSALS},
    summary="登记一种备件；同名同型号即更新其单价、存放和最低库存",
)
def add(request: HttpRequest, slug: Slug, told: PartIn, key: Key = None) -> Any:
    """A kind of part; the same name and model twice is the same part."""
    must(request, "assets:write")
    contract = _stock(request, slug)

    def do() -> dict[str, Any]:
        return _part(services.add_part(actor=request.actor, contract=contract, **told.dict()))

    return Status(201, once_for(request, key, told, do))


@router.get(
    "/contracts/{slug}/spares/moves",
    response={200: PageOf[MoveOut], **REFUSALS},
    summary="备件出入记录，新的在前；part 为备件号",
)
def moves(
    request: HttpRequest,
    slug: Slug,
    paging: Query[Paging],
    part: Annotated[int | None, Query(ge=1, le=9_000_000_000_000_000)] = None,
) -> Any:
    """What happened to the stock."""
    must(request, "assets:read")
    contract = _stock(request, slug)
    return paged(selectors.move_rows(contract, part), **paging.dict(), show=_move)


@router.get(
    "/contracts/{slug}/spares/held",
    response={200: PageOf[HeldOut], **REFUSALS},
    summary="现在预留和借出的备件，各为哪张工单或借给谁",
)
def held(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """Who has to give back what."""
    must(request, "assets:read")
    contract = _stock(request, slug)

    def show(one: selectors.Held) -> dict[str, Any]:
        return {
            "part": one.part.pk,
            "part_name": str(one.part),
            "word": one.word,
            "what_for": one.what_for,
            "quantity": one.quantity,
        }

    return paged(selectors.held_of(contract), **paging.dict(), show=show)


@router.post(
    "/contracts/{slug}/spares/{part_id}/moves",
    response={201: PartOut, **REFUSALS},
    summary="入库、预留、取消预留、领用、借出备机、归还、盘点；请带 Idempotency-Key",
)
def move(request: HttpRequest, slug: Slug, part_id: Id, told: PartMoveIn, key: Key = None) -> Any:
    """Change the stock; the same call under the same key moves the pieces once."""
    must(request, "assets:write")
    contract = _stock(request, slug)
    part = selectors.part_for(contract, part_id)
    asset = selectors.asset_for(request.actor, contract, told.asset) if told.asset else None

    def do() -> dict[str, Any]:
        moved = services.move_part(
            actor=request.actor,
            part=part,
            kind=told.kind,
            quantity=told.quantity,
            ticket_ref=told.ticket,
            asset=asset,
            note=told.note,
        )
        return _part(moved)

    return Status(201, once_for(request, key, told, do))
