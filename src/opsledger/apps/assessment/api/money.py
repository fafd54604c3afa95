"""Payments, the forecast, and the readings on which both depend."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assessment import computing, selectors, services
from opsledger.apps.assessment.api.sheets import open_basis
from opsledger.apps.assessment.basis import plan_of
from opsledger.apps.assessment.policies import READERS
from opsledger.apps.contracts.selectors import contract_for
from opsledger.core.payment import TRIGGER_WORDS
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Key, Slug, Strict, Text, must

router = Router(tags=["assessment"])


class InstalmentOut(Schema):
    """One instalment: `instalment` = `deduction` + `payable` + `withheld`."""

    id: str
    title: str
    trigger: str
    trigger_word: str
    period: str | None = Field(description="所依的考核期；不依考核为空")
    instalment_cny: str
    deduction_cny: str
    payable_cny: str
    withheld_cny: str
    capitals: str = Field(description="应付金额大写")
    due_on: date | None = Field(description="最迟付款日；待定为空")
    begun: bool
    final: bool = Field(description="考核已签署，或不依考核")
    steps: list[str] = Field(description="怎样算出")


class PaymentsOut(Schema):
    price_cny: str | None
    plan: str
    assessed: bool = Field(description="合同是否约定考核扣款")
    payable_cny: str
    deduction_cny: str
    withheld_cny: str
    instalments: list[InstalmentOut]


class OutlookOut(Schema):
    """The present period and the whole term, if nothing else is missed."""

    period: str
    period_title: str
    score: str
    band: str
    deduction_cny: str | None
    payable_cny: str | None
    term_score: str
    term_band: str
    term_deduction_cny: str
    term_payable_cny: str
    term_withheld_cny: str
    next_step: str = Field(description="再有什么会改变得分")
    next_band: str


class ReadingOut(Schema):
    id: str
    text: str
    chosen: bool
    term_deduction_cny: str
    term_payable_cny: str
    term_withheld_cny: str


class OpenPointOut(Schema):
    """Something that the scheme leaves open, with the money of the term under each reading."""

    id: str
    question: str
    clause: str
    settled: bool
    readings: list[ReadingOut]


class ChosenIn(Strict):
    reading: Text = Field(min_length=1, max_length=60)
    ground: Text = Field(min_length=1, max_length=300, description="依据")


def _money(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _instalment(line: selectors.PaymentLine) -> dict[str, Any]:
    sheet = line.sheet
    return {
        "id": sheet.milestone.id,
        "title": sheet.milestone.title,
        "trigger": sheet.milestone.trigger.value,
        "trigger_word": TRIGGER_WORDS[sheet.milestone.trigger],
        "period": line.assessment.period_id if line.assessment else None,
        **{
            f"{name}_cny": str(getattr(sheet, name))
            for name in ("instalment", "deduction", "payable", "withheld")
        },
        "capitals": line.capitals,
        "due_on": sheet.due_on,
        "begun": line.begun,
        "final": line.final,
        "steps": [step.text for step in sheet.trace],
    }


@router.get(
    "/contracts/{slug}/payments",
    response={200: PaymentsOut, **REFUSALS},
    summary="各期付款：金额、扣款、应付、最迟付款日",
)
def payments(request: HttpRequest, slug: Slug) -> Any:
    """Every instalment as it stands now."""
    must(request, "assessment:read")
    contract = contract_for(request.actor, slug)
    request.actor.must(contract.pk, *READERS)
    services.open_periods(contract=contract)
    found = selectors.payment_lines(contract, at=clock.now())
    if found is None:
        raise Http404
    assessed, lines = found
    plan = plan_of(contract)
    sums = {
        f"{name}_cny": str(sum((getattr(line.sheet, name) for line in lines), Decimal(0)))
        for name in ("payable", "deduction", "withheld")
    }
    return {
        "price_cny": _money(plan.price_cny if plan else None),
        "plan": plan.title if plan else "",
        "assessed": assessed,
        **sums,
        "instalments": [_instalment(line) for line in lines],
    }


@router.get(
    "/contracts/{slug}/assessment-outlook",
    response={200: OutlookOut, **REFUSALS},
    summary="考核预测：本期与服务期，如后续不再扣分",
)
def outlook(request: HttpRequest, slug: Slug) -> Any:
    """The forecast that stands above the list of periods."""
    must(request, "assessment:read")
    basis, at = open_basis(request, slug), clock.now()
    card = selectors.card_of(basis, computing.outlook(basis, at=at), at)
    return {
        "period": card.period_id,
        "period_title": card.period_title,
        "score": str(card.score),
        "band": card.band_title,
        "deduction_cny": _money(card.deduction),
        "payable_cny": _money(card.payable),
        "term_score": str(card.term_score),
        "term_band": card.term_band,
        "term_deduction_cny": str(card.term_deduction),
        "term_payable_cny": str(card.term_payable),
        "term_withheld_cny": str(card.term_withheld),
        "next_step": card.next_step,
        "next_band": card.next_band,
    }


def _points(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    basis = open_basis(request, slug)
    return [
        {
            "id": one.point.id,
            "question": one.point.question,
            "clause": one.point.clause,
            "settled": one.settled,
            "readings": [
                {
                    "id": reading.id,
                    "text": reading.text,
                    "chosen": chosen,
                    "term_deduction_cny": str(term.deduction_cny),
                    "term_payable_cny": str(term.payable_cny),
                    "term_withheld_cny": str(term.withheld_cny),
                }
                for reading, chosen, term in one.readings
            ],
        }
        for one in selectors.open_readings(basis, at=clock.now())
    ]


@router.get(
    "/contracts/{slug}/scheme-readings",
    response={200: list[OpenPointOut], **REFUSALS},
    summary="考核方案未写明之处：各种读法及其金额",
)
def readings(request: HttpRequest, slug: Slug) -> Any:
    """What the scheme leaves open, with both readings and the money each means."""
    must(request, "assessment:read")
    return _points(request, slug)


@router.put(
    "/contracts/{slug}/scheme-readings/{point}",
    response={200: list[OpenPointOut], **REFUSALS},
    summary="采购人约定采用哪一种读法",
)
def choose(request: HttpRequest, slug: Slug, point: Slug, told: ChosenIn, key: Key = None) -> Any:
    """Settle one open point; what is not signed follows at once."""
    must(request, "assessment:write")
    contract = open_basis(request, slug).contract

    def do() -> dict[str, Any]:
        services.choose_reading(actor=request.actor, contract=contract, point=point, **told.dict())
        return {"points": _points(request, slug)}

    return once_for(request, key, told, do)["points"]
