"""How the register stands: counts, what runs out, the map of a system."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from opsledger.apps.assets import selectors
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, PageOf, Paging, Slug, must, paged

router = Router(tags=["assets"])


class ShareOut(Schema):
    """How many pieces of a class are domestic IT, are not, or are not marked."""

    klass: str
    word: str
    total: int
    domestic: int
    foreign: int
    unknown: int
    percent: int | None


class SummaryOut(Schema):
    all: int = Field(description="不含已报废")
    listed: int = Field(description="待接管")
    missing: int = Field(description="未找到")
    differ: int = Field(description="核对数量与清单不符")
    takeover: dict[str, int] = Field(description="合同清单：行数、应有件数、已找到件数、待核对行数")
    domestic: list[ShareOut] = Field(description="各类别的信创占比")


@router.get(
    "/contracts/{slug}/asset-summary",
    response={200: SummaryOut, **REFUSALS},
    summary="资产概况：各类件数、接管进度、信创占比",
)
def summary(request: HttpRequest, slug: Slug) -> Any:
    """How many there are, and how they stand."""
    must(request, "assets:read")
    contract = contract_at_hand(request.actor, slug)
    return {
        **selectors.counts_of(request.actor, contract),
        "takeover": selectors.takeover_of(contract),
        "domestic": selectors.domestic_share(request.actor, contract),
    }


class EndingOut(Schema):
    code: str
    name: str
    item: str | None
    what: str = Field(description="warranty、expires、battery、support")
    word: str
    on: date
    days_left: int = Field(description="已过为负")


@router.get(
    "/contracts/{slug}/asset-endings",
    response={200: PageOf[EndingOut], **REFUSALS},
    summary="到期：保修、授权、证书、域名、电池、厂商支持，前半年至后一年",
)
def endings(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """What runs out, the earliest first."""
    must(request, "assets:read")
    contract = contract_at_hand(request.actor, slug)
    rows = selectors.endings(request.actor, contract, today=clock.today())

    def show(one: selectors.Ending) -> dict[str, Any]:
        return {
            "code": one.asset.code,
            "name": one.asset.name,
            "item": one.asset.item.no if one.asset.item else None,
            "what": one.key,
            "word": one.word,
            "on": one.on,
            "days_left": one.left,
        }

    return paged(rows, **paging.dict(), show=show)


class NodeOut(Schema):
    code: str
    name: str
    kind: str
    klass: str
    word: str
    state: str


class EdgeOut(Schema):
    source: str
    target: str
    kind: str
    word: str


class MapOut(Schema):
    nodes: list[NodeOut]
    edges: list[EdgeOut] = Field(description="source 依赖 target")
    left_out: int = Field(description="超出图面而未列出的资产数")


@router.get(
    "/contracts/{slug}/asset-map",
    response={200: MapOut, **REFUSALS},
    summary="系统关系图：资产及其依赖；item 为服务项序号，不填即全部",
)
def asset_map(request: HttpRequest, slug: Slug, item: Annotated[str, Query(max_length=20)] = "") -> Any:
    """The assets of an item with what they hang on."""
    must(request, "assets:read")
    contract = contract_at_hand(request.actor, slug)
    drawn = selectors.map_of(request.actor, contract, item)
    return {
        "nodes": drawn.data["nodes"],
        "edges": [
            {"source": source, "target": target, "kind": kind, "word": drawn.data["words"][kind]}
            for source, target, kind in drawn.data["edges"]
        ],
        "left_out": drawn.left_out,
    }
