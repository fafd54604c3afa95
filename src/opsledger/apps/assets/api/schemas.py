"""Assets as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Path, Schema
from pydantic import Field

from opsledger.apps.assets import selectors
from opsledger.apps.assets.lifecycle import STATES, TABLE
from opsledger.apps.assets.models import Asset, Relation
from opsledger.apps.assets.types import support_end
from opsledger.kernel.access import Actor
from opsledger.kernel.wire import Day, Strict, Text

Code = Annotated[str, Path(min_length=1, max_length=40)]
# tuple[...] of the table's own words: a new state or step is in the description of the API by itself.
State = Literal[tuple(STATES)]  # type: ignore[valid-type]
Step = Literal[tuple(sorted({one.action for one in TABLE.transitions} - {"register"}))]  # type: ignore[valid-type]
RelationKind = Literal[tuple(Relation.Kind.values)]  # type: ignore[valid-type]


class FieldOut(Schema):
    id: str
    label: str
    kind: str = Field(description="text、number、date")


class AssetTypeOut(Schema):
    key: str
    name: str
    klass: str
    class_word: str
    fields: list[FieldOut]


class AssetRow(Schema):
    code: str
    kind: str
    kind_word: str
    klass: str
    class_word: str
    name: str
    model: str
    serial: str
    item: str | None = Field(description="服务项序号")
    place: str
    quantity: int
    vendor: str
    domestic: bool | None = Field(description="信创；未标注为空")
    acquired_on: date | None
    warranty_until: date | None
    expires_on: date | None
    state: str
    state_word: str
    version: int


class RelationOut(Schema):
    """One relation as read from this asset: `uses` that it hangs on the other."""

    id: int
    kind: str
    word: str
    uses: bool
    code: str
    name: str


class HitOut(Schema):
    """What fails as well if this asset fails."""

    code: str
    name: str
    item: str | None
    steps: int
    by: str
    word: str


class PartUsedOut(Schema):
    part: str
    quantity: int
    ticket: str
    note: str
    at: datetime
    by: str | None


class AssetOut(AssetRow):
    note: str
    holder: str
    source: str = Field(description="合同清单出处")
    accepted_at: datetime | None
    accepted_by: str | None
    found_quantity: int | None
    found_model: str
    fields: dict[str, str]
    support_ends_on: date | None
    support_of: str
    relations: list[RelationOut]
    impact: list[HitOut] = Field(description="本资产故障时一并受影响的资产")
    parts: list[PartUsedOut]
    allowed: list[str] = Field(description="本人现在可以办理的操作")


class AssetIn(Strict):
    kind: Text = Field(max_length=20, description="类型，见资产类型")
    name: Text = Field(min_length=1, max_length=120)
    code: Text = Field("", max_length=40, pattern=r"^[^/]*$", description="不填即自动编号")
    model: Text = Field("", max_length=200)
    serial: Text = Field("", max_length=80)
    item: Text = Field("", max_length=20, description="服务项序号")
    place: Text = Field("", max_length=120)
    quantity: int = Field(1, ge=1, le=999_999)
    vendor: Text = Field("", max_length=80)
    domestic: bool | None = None
    acquired_on: Day | None = None
    warranty_until: Day | None = None
    expires_on: Day | None = None
    note: Text = Field("", max_length=300)
    fields: dict[str, Text] = Field(default_factory=dict, max_length=50, description="该类型的专有字段")


class AssetChange(Strict):
    """Only what is given is changed; of `fields` too."""

    version: int | None = Field(None, ge=0, le=2_000_000_000, description="所见的版本；不同则拒绝")
    kind: Text | None = Field(None, max_length=20)
    name: Text | None = Field(None, min_length=1, max_length=120)
    model: Text | None = Field(None, max_length=200)
    serial: Text | None = Field(None, max_length=80)
    item: Text | None = Field(None, max_length=20, description="服务项序号；空字符串为不指定")
    place: Text | None = Field(None, max_length=120)
    quantity: int | None = Field(None, ge=1, le=999_999)
    vendor: Text | None = Field(None, max_length=80)
    domestic: bool | None = None
    acquired_on: Day | None = None
    warranty_until: Day | None = None
    expires_on: Day | None = None
    note: Text | None = Field(None, max_length=300)
    fields: dict[str, Text] | None = Field(None, max_length=50)


class AssetStepIn(Strict):
    place: Text = Field("", max_length=120)
    reason: Text = Field("", max_length=300)
    to: Text = Field("", max_length=60, description="借用人")
    found_quantity: int | None = Field(
        None, ge=0, le=999_999, description="接管核对的实际数量；不填即与清单相同"
    )
    found_model: Text = Field("", max_length=200, description="接管核对的实物型号")
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class RelationIn(Strict):
    kind: RelationKind
    code: Text = Field(min_length=1, max_length=40, description="对方资产编号")


def row(asset: Asset) -> dict[str, Any]:
    """An asset in a list."""
    names = (
        "code kind kind_word klass class_word name model serial place quantity vendor domestic acquired_on"
    )
    names += " warranty_until expires_on state version"
    return {
        **{name: getattr(asset, name) for name in names.split()},
        "item": asset.item.no if asset.item else None,
        "state_word": asset.get_state_display(),
    }


def whole(asset: Asset, actor: Actor) -> dict[str, Any]:
    """An asset with what hangs on it and what may be done."""
    support = support_end(asset.name, asset.model, *map(str, asset.fields.values()))
    names = "note holder source accepted_at found_quantity found_model fields"
    return {
        **row(asset),
        **{name: getattr(asset, name) for name in names.split()},
        "accepted_by": str(asset.accepted_by) if asset.accepted_by else None,
        "support_ends_on": support[0] if support else None,
        "support_of": support[1] if support else "",
        "relations": [_relation(one, asset) for one in selectors.relations_of(asset)],
        "impact": [
            {
                "code": hit.asset.code,
                "name": hit.asset.name,
                "item": hit.asset.item.no if hit.asset.item else None,
                "steps": hit.steps,
                "by": hit.by.code,
                "word": hit.word,
            }
            for hit in selectors.impact_of(asset)
        ],
        "parts": [
            {
                "part": str(move.part),
                "quantity": move.quantity,
                "ticket": move.ticket_ref,
                "note": move.note,
                "at": move.at,
                "by": str(move.by) if move.by else None,
            }
            for move in selectors.parts_used_on(asset)
        ],
        "allowed": [one.action for one in TABLE.allowed(asset.state, actor.roles(asset.contract_id))],
    }


def _relation(one: Relation, asset: Asset) -> dict[str, Any]:
    uses = one.source_id == asset.pk
    other = one.target if uses else one.source
    return {
        "id": one.pk,
        "kind": one.kind,
        "word": one.get_kind_display(),
        "uses": uses,
        "code": other.code,
        "name": other.name,
    }
