"""The register for programs: read, registered, changed, moved through their lives, related; what runs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.api.schemas import (
    AssetChange,
    AssetIn,
    AssetOut,
    AssetRow,
    AssetStepIn,
    AssetTypeOut,
    Code,
    RelationIn,
    State,
    Step,
    row,
    whole,
)
from opsledger.apps.assets.models import Asset
from opsledger.apps.assets.types import classes, known_fields, types
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand, item_at_hand
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger.api import EntryOut, entry_told
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Paging, Slug, Text, must, paged

router = Router(tags=["assets"])
_AT = "/contracts/{slug}/assets/{code}"
MAY_BE_EMPTY = ("domestic", "acquired_on", "warranty_until", "expires_on")


def find(request: HttpRequest, slug: str, code: str) -> tuple[Contract, Asset]:
    contract = contract_at_hand(request.actor, slug)
    return contract, selectors.asset_for(request.actor, contract, code)


@router.get("/asset-types", response={200: list[AssetTypeOut], **REFUSALS}, summary="资产类型及其专有字段")
def asset_types(request: HttpRequest) -> Any:
    """The types with the fields that each has of its own."""
    must(request, "assets:read")
    return [
        {
            "key": one.key,
            "name": one.name,
            "klass": one.of,
            "class_word": classes()[one.of],
            "fields": [{"id": field.id, "label": field.label, "kind": field.kind} for field in one.fields],
        }
        for one in types().values()
    ]


class AssetsNarrowed(Paging):
    klass: Text = Field("", max_length=20, description="类别")
    kind: Text = Field("", max_length=20, description="类型")
    state: State | None = None
    warranty: Literal["over", "soon"] | None = Field(None, description="over 已过保，soon 90天内过保")
    item: Text = Field("", max_length=20, description="服务项序号")
    q: Text = Field("", max_length=100, description="编号、名称、型号、序列号、位置、厂商中的文字")


@router.get(
    "/contracts/{slug}/assets", response={200: PageOf[AssetRow], **REFUSALS}, summary="资产列表，按编号排列"
)
def assets(request: HttpRequest, slug: Slug, asked: Query[AssetsNarrowed]) -> Any:
    """The assets that one may see, narrowed as on the page."""
    must(request, "assets:read")
    contract = contract_at_hand(request.actor, slug)
    rows = selectors.assets_for(request.actor, contract).order_by("code")
    for name, value in (
        ("klass", asked.klass),
        ("kind", asked.kind),
        ("state", asked.state),
        ("item__no", asked.item),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if asked.warranty:
        rows = rows.filter(selectors.out_of_warranty(asked.warranty, clock.today()))
    if asked.q:
        rows = rows.filter(selectors.assets_found_by(asked.q))
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=row)


def _said(request: HttpRequest, contract: Contract, told: dict[str, Any], kind: str) -> dict[str, Any]:
    """What was sent as the services take it: the item by its number, only fields that the type has."""
    if "item" in told:
        told["item"] = item_at_hand(request.actor, contract, told["item"]) if told["item"] else None
    if told.get("fields"):
        known_fields(kind, told["fields"])
    return told


@router.post("/contracts/{slug}/assets", response={201: AssetOut, **REFUSALS}, summary="登记一项资产")
def register(request: HttpRequest, slug: Slug, told: AssetIn, key: Key = None) -> Any:
    """Register an asset; the same code or serial number twice is refused."""
    must(request, "assets:write")
    contract = contract_at_hand(request.actor, slug)

    def do() -> dict[str, Any]:
        said = _said(request, contract, told.dict(), told.kind)
        made = services.register_asset(actor=request.actor, contract=contract, said=said, code=told.code)
        return whole(selectors.asset_for(request.actor, contract, made.code), request.actor)

    return Status(201, once_for(request, key, told, do))


@router.get(
    _AT, response={200: AssetOut, **REFUSALS}, summary="一项资产：关系、影响面、更换的备件、可办的操作"
)
def asset(request: HttpRequest, slug: Slug, code: Code) -> Any:
    """One asset with everything that its page shows; the history is a list of its own."""
    must(request, "assets:read")
    _, found = find(request, slug, code)
    return whole(found, request.actor)


@router.get(
    _AT + "/history", response={200: PageOf[EntryOut], **REFUSALS}, summary="一项资产的经历，先后为序"
)
def history(request: HttpRequest, slug: Slug, code: Code, paging: Query[Paging]) -> Any:
    """What happened to an asset, the first first."""
    must(request, "assets:read")
    _, found = find(request, slug, code)
    rows = ledger_rows.history_of("asset", str(found.pk))
    return paged(rows, **paging.dict(), show=entry_told)


@router.patch(_AT, response={200: AssetOut, **REFUSALS}, summary="修改一项资产；只改给出的内容")
def change(request: HttpRequest, slug: Slug, code: Code, told: AssetChange, key: Key = None) -> Any:
    """Change what is written of an asset; what it was stays in the ledger."""
    must(request, "assets:write")
    contract, found = find(request, slug, code)
    given = {
        name: value
        for name, value in told.dict(exclude_unset=True).items()
        if value is not None or name in MAY_BE_EMPTY
    }
    version = given.pop("version", None)

    def do() -> object:
        said = _said(request, contract, given, given.get("kind") or found.kind)
        return services.change_asset_parts(actor=request.actor, asset=found, said=said, version=version)

    return _doing(request, slug, code, key, told, do)


@router.post(
    _AT + "/acts/{action}",
    response={200: AssetOut, **REFUSALS},
    summary="接管、移位、入库、启用、借出、归还、送修、修复、报废、未找到",
)
def act(
    request: HttpRequest, slug: Slug, code: Code, action: Step, told: AssetStepIn, key: Key = None
) -> Any:
    """Take one step of an asset's life."""
    must(request, "assets:write")
    _, found = find(request, slug, code)

    def do() -> object:
        return services.act_on_asset(actor=request.actor, asset=found, action=action, **told.dict())

    return _doing(request, slug, code, key, told, do)


@router.post(
    _AT + "/relations", response={200: AssetOut, **REFUSALS}, summary="登记本资产依赖、连接的另一资产"
)
def relate(request: HttpRequest, slug: Slug, code: Code, told: RelationIn, key: Key = None) -> Any:
    """Say what this asset hangs on."""
    must(request, "assets:write")
    contract, found = find(request, slug, code)
    other = selectors.asset_for(request.actor, contract, told.code)

    def do() -> object:
        return services.relate(actor=request.actor, source=found, target=other, kind=told.kind)

    return _doing(request, slug, code, key, told, do)


@router.delete(_AT + "/relations/{relation_id}", response={204: None, **REFUSALS}, summary="删去一个关系")
def unrelate(request: HttpRequest, slug: Slug, code: Code, relation_id: Id) -> Any:
    """Take a relation away."""
    must(request, "assets:write")
    _, found = find(request, slug, code)
    row_ = next((one for one in selectors.relations_of(found) if one.pk == relation_id), None)
    if row_ is None:
        raise Http404
    services.unrelate(actor=request.actor, relation=row_)
    return Status(204, None)


def _doing(
    request: HttpRequest, slug: str, code: str, key: str | None, told: Schema, do: Callable[[], object]
) -> dict[str, Any]:
    def run() -> dict[str, Any]:
        do()
        return whole(find(request, slug, code)[1], request.actor)

    return once_for(request, key, told, run)
