"""Payments, and the readings on which they depend."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.assessment import computing, selectors, services
from opsledger.apps.assessment.basis import basis_of, plan_of
from opsledger.apps.assessment.forms import ReadingForm
from opsledger.apps.assessment.policies import READERS
from opsledger.apps.contracts.selectors import contract_for
from opsledger.core.payment import TRIGGER_WORDS
from opsledger.core.quantities import capitals
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard(*READERS)
def payments(request: HttpRequest, slug: str) -> HttpResponse:
    """Every instalment: base, deduction, payable, when it is due, in figures and in capitals."""
    contract = contract_for(request.actor, slug)
    basis, plan = basis_of(contract), plan_of(contract)
    if basis is None and not contract.payment:
        return page(request, "assessment/none.html", {"contract": contract, "tab": "payments"})
    if basis is None:
        lines = selectors.plain_payments(plan)
    else:
        services.open_periods(contract=contract, basis=basis)
        lines = selectors.payments(basis, at=clock.now())
    total = sum((line.sheet.payable for line in lines), Decimal(0))
    told = {
        "contract": contract,
        "tab": "payments",
        "plan": plan,
        "assessed": basis is not None,
        "lines": lines,
        "triggers": TRIGGER_WORDS,
        "total": total,
        "total_capitals": capitals(total),
        "total_deduction": sum((line.sheet.deduction for line in lines), Decimal(0)),
        "total_withheld": sum((line.sheet.withheld for line in lines), Decimal(0)),
    }
    return page(request, "assessment/payments.html", told)


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
    outlook = computing.outlook(basis, at=clock.now())
    under = {(other.point_id, other.reading_id): told.term for other, told in outlook.others}
    points = [
        {
            "point": point,
            "settled": point.id in basis.settings.readings,
            "readings": [
                {
                    "reading": one,
                    "chosen": one.id == basis.settings.readings.get(point.id, point.default),
                    "term": under.get((point.id, one.id), outlook.forecast.term),
                }
                for one in point.readings
            ],
        }
        for point in basis.scheme.open_points
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
