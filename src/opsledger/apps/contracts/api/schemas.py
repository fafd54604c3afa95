"""Contracts, items and terms as they come in and go out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema
from pydantic import AfterValidator, Field

from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term
from opsledger.apps.contracts.words import KIND_WORDS, described
from opsledger.kernel import clock
from opsledger.kernel.wire import Day, Strict, Text, printable

ItemNo = Annotated[str, Path(min_length=1, max_length=20), AfterValidator(printable)]


class ContractRow(Schema):
    slug: str
    name: str
    short_name: str
    number: str
    buyer: str
    provider: str | None
    supervisor: str | None
    price_cny: str | None
    starts_on: date
    ends_on: date
    tracked_from: date | None = Field(description="自此日起在本系统记录履约；空为自服务期起")
    status: str
    phase: str = Field(description="起草、未开始、履行中、已期满、已结束")
    roles: list[str] = Field(description="本人在合同上的角色")


class ContractWindowOut(Schema):
    id: str
    name: str
    hours: Any = Field(description="7x24，或每周各日的时段")
    note: str


class KindCount(Schema):
    kind: str
    word: str
    number: int


class ContractOut(ContractRow):
    """A contract as its first page shows it."""

    counts: dict[str, int] = Field(description="本人可见的服务项、条款、义务、待约定的条数")
    kinds: list[KindCount]
    units: list[str]
    windows: list[ContractWindowOut]
    office_hours: str
    sources: list[str] = Field(description="依据文件")


class ServiceItemRow(Schema):
    no: str
    name: str
    short_name: str
    unit: str | None
    category: str
    windows: list[str]
    starts_on: date
    ends_on: date
    period_provisional: bool = Field(description="起始日待确认")
    clause: str
    owner: str | None = Field(description="责任工程师的用户名")
    owner_name: str | None
    terms: int
    gaps: int


class TermOut(Schema):
    """One binding term with the clause it was read from; `data` is the term as the rules take it."""

    key: str
    kind: str
    kind_word: str
    item: str | None = Field(description="服务项序号；整份合同的条款为空")
    clause: str
    summary: str
    described: str
    state: str
    state_word: str
    valid_from: date | None
    valid_until: date | None
    data: dict[str, Any]


class ItemLevelOut(Schema):
    kind: str = Field(description="incident、request、question")
    word: str
    definition: str
    rank: int


class ItemObligation(Schema):
    id: int
    kind: str
    title: str
    status: str
    status_word: str
    rule: str


class ServiceItemOut(ServiceItemRow):
    location: str
    facts: dict[str, Any] = Field(description="系统概况")
    open_points: list[dict[str, Any]] = Field(description="合同未写明之处及现在采用的读法")
    levels: list[ItemLevelOut]
    obligations: list[ItemObligation]


class OwnerIn(Strict):
    username: Text | None = Field(max_length=150, description="合同工程师的用户名；空为不指定")


class PeriodIn(Strict):
    starts_on: Day
    ends_on: Day
    note: Text = Field(min_length=1, max_length=200, description="确认依据")


def contract_told(row: Contract, request: HttpRequest) -> dict[str, Any]:
    """A contract in a list."""
    names = "slug name short_name number starts_on ends_on tracked_from status"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "buyer": row.buyer.name,
        "provider": row.provider.name if row.provider else None,
        "supervisor": row.supervisor.name if row.supervisor else None,
        "price_cny": None if row.price_cny is None else f"{row.price_cny:.2f}",
        "phase": row.phase_on(clock.today()),
        "roles": sorted(request.actor.roles(row.pk)),
    }


def item_told(row: ServiceItem) -> dict[str, Any]:
    """An item in a list; it comes with its counts."""
    names = "no name short_name category windows starts_on ends_on period_provisional clause"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "unit": row.unit.name if row.unit else None,
        "owner": row.owner.username if row.owner else None,
        "owner_name": str(row.owner) if row.owner else None,
        "terms": row.term_count,  # type: ignore[attr-defined]
        "gaps": row.gap_count,  # type: ignore[attr-defined]
    }


def term_told(row: Term) -> dict[str, Any]:
    """A term with its clause."""
    names = "key kind clause summary state valid_from valid_until data"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "kind_word": KIND_WORDS.get(row.kind, row.kind),
        "item": row.item.no if row.item else None,
        "described": described(row),
        "state_word": row.get_state_display(),
    }


def obligation_told(row: Obligation) -> dict[str, Any]:
    """An obligation beside its item."""
    told = {"id": row.pk, "rule": row.rule_text, "status_word": row.get_status_display()}
    return {**told, **{name: getattr(row, name) for name in ("kind", "title", "status")}}
