"""The list of periods and the sheet of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from opsledger.apps.assessment import computing, selectors, services
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.periods import KINDS
from opsledger.apps.assessment.policies import MAY, READERS
from opsledger.apps.assessment.services.signing import PARTIES
from opsledger.apps.assessment.states import STATES, TONES
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard(*READERS)
def periods(request: HttpRequest, slug: str) -> HttpResponse:
    """Every period with its score and money, the forecast, and what the contract leaves open."""
    contract = contract_for(request.actor, slug)
    basis = basis_of(contract)
    if basis is None:
        return page(request, "assessment/none.html", {"contract": contract, "tab": "periods"})
    services.open_periods(contract=contract, basis=basis)
    at = clock.now()
    lines = selectors.overview(basis, at=at)
    outlook = computing.outlook(basis, at=at)
    told = {
        "contract": contract,
        "tab": "periods",
        "groups": [
            (word, [line for line in lines if line.assessment.kind == kind]) for kind, word in KINDS.items()
        ],
        "paid_kind": basis.paid_kind,
        "card": selectors.card_of(basis, outlook, at),
        "outlook": outlook,
        "others": _others(outlook),
        "chart": _chart(basis, lines),
        "tones": TONES,
        "states": STATES,
    }
    return page(request, "assessment/periods.html", told)


def _others(outlook: computing.Outlook) -> list[dict[str, Any]]:
    """The term's money under each other reading, beside the difference to the chosen one."""
    chosen = outlook.forecast.term
    return [
        {
            "question": other.question,
            "text": other.text,
            "deduction": told.term.deduction_cny,
            "payable": told.term.payable_cny,
            "withheld": told.term.withheld_cny,
            "difference": told.term.payable_cny - chosen.payable_cny,
        }
        for other, told in outlook.others
    ]


def _chart(basis: Basis, lines: list[selectors.PeriodLine]) -> dict[str, Any]:
    """Scores by month (or by the shortest period there is) against the edges of the bands."""
    begun = [line for line in lines if line.assessment.kind == "month" and line.begun]
    contract_years = {line.assessment.starts_on.year for line in begun}
    edges = [band for band in basis.scheme.bands if band.interval.low is not None and band.interval.low > 0]
    return {
        "labels": [_label(line, contract_years) for line in begun],
        "scores": [float(line.score) for line in begun],
        "edges": [{"at": float(band.interval.low or 0), "title": band.title} for band in edges],
        "top": float(basis.scheme.base),
    }


def _label(line: selectors.PeriodLine, years: set[int]) -> str:
    first = line.assessment.starts_on
    return f"{first.month}月" if len(years) < 2 else f"{first.year % 100}年{first.month}月"


@guard(*READERS)
def period(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    """One period's sheet: the contract's own table with every deduction, its clause and its evidence."""
    contract = contract_for(request.actor, slug)
    basis = basis_of(contract)
    if basis is None:
        return page(request, "assessment/none.html", {"contract": contract, "tab": "periods"})
    services.open_periods(contract=contract, basis=basis)
    assessment = selectors.assessment_for(contract, period_id)
    at = clock.now()
    edition = request.GET.get("edition", "")
    kept = next((one for one in assessment.editions.all() if str(one.number) == edition), None)
    sheet = kept.result if kept else selectors.sheet_for(basis, assessment, at=at)
    roles = request.actor.roles(contract.pk)
    allowed = frozenset() if kept else selectors.open_acts(roles, assessment)
    told = {
        "contract": contract,
        "tab": "periods",
        "assessment": assessment,
        "sheet": sheet,
        "readings_matter": _readings_matter(sheet),
        "allowed": allowed,
        "may_decide": "decide" in {name for name, may in MAY.items() if roles & may}
        and assessment.state != "signed"
        and not kept,
        "objections_over": bool(assessment.objections_until and clock.today() > assessment.objections_until),
        "kept": kept,
        "editions": list(assessment.editions.all()),
        "manual_rows": list(selectors.manual_rows_of(assessment)),
        "exclusions": list(selectors.exclusions_of(assessment)),
        "objections": list(selectors.objections_of(assessment)),
        "signatures": [
            (PARTIES.get(one.party, one.party), one)
            for one in assessment.signatures.filter(edition=assessment.edition)
        ],
        "paid": _paid(basis, contract, assessment),
        "over": assessment.ends_on < clock.today(),
        "tone": TONES[assessment.state],
        "state_word": STATES[assessment.state],
        "titles": _titles(basis),
    }
    return page(request, "assessment/period.html", told)


def _titles(basis: Basis) -> dict[str, str]:
    return {row.id: row.title for row in basis.scheme.indicators}


def _paid(basis: Basis, contract: Contract, assessment: Any) -> Any:
    """The paid period in which a shorter period lies."""
    span = basis.paid_span_of(assessment.starts_on)
    if span is None or span.id == assessment.period_id or span.ends_on < assessment.ends_on:
        return None
    return span


def _readings_matter(sheet: dict[str, Any]) -> bool:
    """Whether any other reading gives another score or another sum in this period."""
    told = (sheet["score"], sheet["band"], sheet["money"] and sheet["money"]["payable"])
    return any(
        (other["score"], other["band"], other["money"] and other["money"]["payable"]) != told
        for other in sheet["alternatives"]
    )
