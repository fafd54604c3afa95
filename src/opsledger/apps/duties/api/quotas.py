"""Bounded amounts of service for programs: how they stand, uses, corrections, what was agreed beyond."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api.doing import INSIDERS, READ, WRITE, doing_once, open_contract
from opsledger.apps.duties.api.schemas import MAX_ID
from opsledger.apps.duties.api.shown import name_of
from opsledger.apps.duties.models import QuotaDraw
from opsledger.apps.duties.quotas import Balance, period_of
from opsledger.apps.duties.services.quota_tickets import KINDS
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Day, Id, Key, Line, PageOf, Paging, Slug, Strict, Text, paged

router = Router(tags=["quotas"])
_AT = "/contracts/{slug}/quotas"
_USE = "/contracts/{slug}/quota-uses"
_WRITERS = (access.MANAGER, access.ENGINEER, access.BUYER)
Kind = Literal["incident", "request", "question", "change"]
Amount = Annotated[Decimal, Field(max_digits=10, decimal_places=2)]
Why = Annotated[Text, Field(max_length=200)]


class QuotaRuleOut(Schema):
    """Which closing tickets draw on a quota."""

    kinds: list[str]
    onsite: bool
    per_ticket: str | None = Field(description="每单扣减；为空则按工单的起止时间折算人日")


class QuotaBalance(Schema):
    """A quota in the present period; amounts are decimal text."""

    first: date
    last: date
    limit: str
    drawn: str
    extra: str
    pending: str
    left: str
    percent: int


class QuotaOut(Schema):
    id: int
    title: str
    item: str | None
    clause: str
    unit: str
    starts_on: date
    ends_on: date
    balance: QuotaBalance | None = Field(description="没有限量的为空")
    rule: QuotaRuleOut | None = Field(description="工单关闭时如何扣减；不扣减为空")


class QuotaUseQuery(Paging):
    """Which uses; everything left out asks nothing."""

    quota: int | None = Field(None, ge=1, le=MAX_ID)
    standing: Literal["counted", "pending", "agreed", "refused"] | None = None


class QuotaUseOut(Schema):
    """One use of a quota."""

    id: int
    quota: int
    title: str
    amount: str
    on: date
    standing: str
    standing_word: str
    estimated: bool
    note: str
    ticket: str
    agreement: str
    correction: str
    by: str | None
    recorded_at: datetime


class QuotaUseIn(Strict):
    amount: Amount
    on: Day
    note: Text = Field(min_length=1, max_length=300)
    ticket_ref: Line = Field("", max_length=60, description="工单号；同一工单只扣一次")
    agreement: Why = Field("", description="超额约定依据，仅在超出限量时由采购人填写")


class QuotaRuleIn(Strict):
    kinds: list[Kind] = Field(max_length=len(KINDS), description="空则不按工单扣减")
    onsite: bool = Field(False, description="只算到过现场的")
    per_ticket: Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)] | None = None


class QuotaCorrectIn(Strict):
    amount: Amount = Field(description="正确的数量；0 为撤销")
    reason: Why


class QuotaExtraIn(Strict):
    agree: bool
    agreement: Why = Field(description="约定的依据，或不同意的理由")


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _quota(row: Obligation, balance: Balance | None) -> dict[str, Any]:
    rule = row.draws_by  # type: ignore[attr-defined]
    return {
        "id": row.pk,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "clause": row.term.clause,
        "unit": str(row.term.data.get("unit") or ""),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "balance": _balance(row, balance) if balance else None,
        "rule": {
            "kinds": list(rule.kinds),
            "onsite": rule.onsite,
            "per_ticket": None if rule.per_ticket is None else _text(rule.per_ticket),
        }
        if rule
        else None,
    }


def _balance(row: Obligation, found: Balance) -> dict[str, Any]:
    first, last = period_of(row.term.data, clock.today(), row.starts_on, row.ends_on)
    named = ("limit", "drawn", "extra", "pending", "left")
    return {
        "first": first,
        "last": last,
        "percent": found.percent,
        **{name: _text(getattr(found, name)) for name in named},
    }


def _use(row: QuotaDraw) -> dict[str, Any]:
    named = ("on", "standing", "estimated", "note", "agreement", "correction", "recorded_at")
    return {
        "id": row.pk,
        "quota": row.obligation_id,
        "title": row.obligation.title,
        "amount": _text(row.amount),
        "standing_word": row.get_standing_display(),
        "ticket": row.ticket_ref,
        "by": name_of(row.by),
        **{name: getattr(row, name) for name in named},
    }


def _rows(request: HttpRequest, contract: Contract) -> list[tuple[Obligation, Balance | None]]:
    return selectors.quota_rows(request.actor, contract, clock.today())


def _bounded(request: HttpRequest, contract: Contract, quota_id: int) -> Obligation:
    """A quota that has a bound; 404 for any other."""
    for row, balance in _rows(request, contract):
        if row.pk == quota_id and balance is not None:
            return row
    raise Http404


@router.get(_AT, response={200: list[QuotaOut], **REFUSALS}, summary="限量服务及本期余量")
def quotas(request: HttpRequest, slug: Slug) -> Any:
    """Every quota of the contract with how it stands today."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    return Status(200, [_quota(row, balance) for row, balance in _rows(request, contract)])


@router.get(_USE, response={200: PageOf[QuotaUseOut], **REFUSALS}, summary="限量服务的使用记录，新的在前")
def uses(request: HttpRequest, slug: Slug, asked: Query[QuotaUseQuery]) -> Any:
    """What drew on the quotas; `standing=pending` waits for the buyer's word."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    rows = selectors.all_uses(contract)
    if asked.quota:
        rows = rows.filter(obligation_id=asked.quota)
    if asked.standing:
        rows = rows.filter(standing=asked.standing)
    page = paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_use)
    return Status(200, page)


@router.post(_AT + "/{quota_id}/uses", response={201: QuotaUseOut, **REFUSALS}, summary="记一次使用")
def draw(request: HttpRequest, slug: Slug, quota_id: Id, told: QuotaUseIn, key: Key = None) -> Any:
    """Use up a part of a quota; beyond the bound it takes the buyer and an agreement."""
    contract = open_contract(request, slug, WRITE, *_WRITERS)

    def do() -> dict[str, Any]:
        quota = _bounded(request, contract, quota_id)
        return _use(services.draw_quota(actor=request.actor, obligation=quota, **told.model_dump()))

    return doing_once(request, key, f"quota {slug} {quota_id} {told.model_dump_json()}", do, 201)


@router.put(
    _AT + "/{quota_id}/rule", response={200: QuotaOut, **REFUSALS}, summary="设定哪些工单关闭时扣减、每单多少"
)
def rule(request: HttpRequest, slug: Slug, quota_id: Id, told: QuotaRuleIn) -> Any:
    """Which tickets draw on a quota from now on."""
    contract = open_contract(request, slug, WRITE, *_WRITERS)
    quota = _bounded(request, contract, quota_id)
    said = {**told.model_dump(), "kinds": list(dict.fromkeys(told.kinds))}
    services.set_rule(actor=request.actor, obligation=quota, **said)
    found = next(one for one in _rows(request, contract) if one[0].pk == quota_id)
    return Status(200, _quota(*found))


@router.post(
    _USE + "/{use_id}/correct", response={200: QuotaUseOut, **REFUSALS}, summary="更正一条使用记录的数量"
)
def correct(request: HttpRequest, slug: Slug, use_id: Id, told: QuotaCorrectIn, key: Key = None) -> Any:
    """Set a use right; both amounts and the reason stay in the ledger."""
    contract = open_contract(request, slug, WRITE, *_WRITERS)

    def do() -> dict[str, Any]:
        row = selectors.quota_draw_for(request.actor, contract, str(use_id))
        return _use(services.correct_draw(actor=request.actor, draw=row, **told.model_dump()))

    return doing_once(request, key, f"use {slug} {use_id} {told.model_dump_json()}", do)


@router.post(
    _USE + "/{use_id}/decide",
    response={200: QuotaUseOut, **REFUSALS},
    summary="采购人约定或不同意一条超额使用",
)
def decide(request: HttpRequest, slug: Slug, use_id: Id, told: QuotaExtraIn, key: Key = None) -> Any:
    """The buyer agrees to what is beyond the bound, naming what that rests on, or refuses with the reason."""
    contract = open_contract(request, slug, WRITE, *_WRITERS)

    def do() -> dict[str, Any]:
        row = selectors.quota_draw_for(request.actor, contract, str(use_id))
        return _use(services.decide_extra(actor=request.actor, draw=row, **told.model_dump()))

    return doing_once(request, key, f"extra {slug} {use_id} {told.model_dump_json()}", do)
