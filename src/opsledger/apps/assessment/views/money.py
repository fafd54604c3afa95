"""Payments, and the readings on which they depend."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import basis_of, plan_of
from opsledger.apps.assessment.forms import ReadingForm
from opsledger.apps.assessment.policies import READERS
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.core.payment import TRIGGER_WORDS
from opsledger.core.quantities import capitals
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard(*READERS)
def payments(request: HttpRequest, slug: str) -> HttpResponse:
    """Every instalment: base, deduction, payable, when it is due, in figures and in capitals."""
    contract = contract_for(request.actor, slug)
    services.open_periods(contract=contract)
    found = selectors.payment_lines(contract, at=clock.now())
    if found is None:
        return page(request, "assessment/none.html", {"contract": contract, "tab": "payments"})
    assessed, lines = found
    if request.GET.get("export") == "xlsx":
        return _workbook(contract, lines)
    total = sum((line.sheet.payable for line in lines), Decimal(0))
    told = {
        "contract": contract,
        "tab": "payments",
        "plan": plan_of(contract),
        "assessed": assessed,
        "lines": lines,
        "triggers": TRIGGER_WORDS,
        "total": total,
        "total_capitals": capitals(total),
        "total_deduction": sum((line.sheet.deduction for line in lines), Decimal(0)),
        "total_withheld": sum((line.sheet.withheld for line in lines), Decimal(0)),
    }
    return page(request, "assessment/payments.html", told)


def _workbook(contract: Contract, lines: list[selectors.PaymentLine]) -> HttpResponse:
    """The instalments as they stand, each with the steps of its sum."""
    rows = [
        (
            line.sheet.milestone.title,
            line.sheet.instalment,
            line.sheet.deduction,
            line.sheet.withheld,
            line.sheet.payable,
            line.capitals,
            line.sheet.due_on,
            "已定" if line.final else "预计",
            "\n".join(step.text for step in line.sheet.trace) if line.begun else "",
        )
        for line in lines
    ]
    headings = ("期次", "本期金额", "扣款", "暂不支付", "应付", "大写", "最迟付款日", "状态", "算法")
    return tables.workbook(f"{contract}-付款.xlsx", headings, rows)


@guard(*READERS)
def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """What the scheme leaves open: both readings with the money each means; the buyer chooses."""
    contract = contract_for(request.actor, slug)
    basis = basis_of(contract)
    if basis is None:
        return page(request, "assessment/none.html", {"contract": contract, "tab": "readings"})
    form = ReadingForm(request.POST or None)

    def save() -> object:
        data = form.cleaned_data
        return services.choose_reading(
            actor=request.actor,
            contract=contract,
            point=data["point"],
            reading=data["reading"],
            ground=data["ground"],
        )

    if request.method == "POST" and act(request, form, save):
        messages.success(request, "已记入台账，未签署的得分与金额已按新的约定重新计算。")
        return redirect("assessment:readings", slug)
    points = [
        {
            "point": one.point,
            "settled": one.settled,
            "readings": [
                {"reading": reading, "chosen": chosen, "term": term} for reading, chosen, term in one.readings
            ],
        }
        for one in selectors.open_readings(basis, at=clock.now())
    ]
    told = {
        "contract": contract,
        "tab": "readings",
        "points": points,
        "form": form,
        "may_settle": access.BUYER in request.actor.roles(contract.pk),
        "objection_days": basis.objection_days,
    }
    return page(request, "assessment/readings.html", told)
