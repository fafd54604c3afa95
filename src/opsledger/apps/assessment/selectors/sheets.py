"""Reading assessments: the list, one sheet, the forecast for the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from opsledger.apps.assessment import computing
from opsledger.apps.assessment import sheet as sheets
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.computing import Outlook
from opsledger.apps.assessment.models import Assessment, FactExclusion, ManualRow, Objection
from opsledger.apps.assessment.parts import money_of
from opsledger.apps.assessment.periods import KINDS
from opsledger.apps.assessment.policies import actions_for
from opsledger.apps.assessment.rolling import sum_of
from opsledger.apps.contracts.models import Contract
from opsledger.core.scoring.readings import with_readings
from opsledger.core.scoring.rollup import term_of
from opsledger.kernel import clock


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period in the list: its figures as issued, or as they stand; `begun` is False before it starts."""

    assessment: Assessment
    score: Decimal
    band_id: str
    band_title: str
    deduction: Decimal | None
    payable: Decimal | None
    settled: bool
    begun: bool
    over: bool


def assessments_of(contract: Contract) -> QuerySet[Assessment]:
    """The periods of a contract; the caller has checked that the contract may be seen."""
    return Assessment.objects.filter(contract=contract).select_related("contract")


def assessment_for(contract: Contract, period_id: str) -> Assessment:
    """One period's assessment; Http404 if there is none."""
    rows = assessments_of(contract).select_related(
        "contract__buyer", "contract__provider", "contract__supervisor"
    )
    found = rows.filter(period_id=period_id).first()
    if found is None:
        raise Http404
    return found


def sheet_for(basis: Basis, assessment: Assessment, *, at: datetime) -> dict[str, Any]:
    """The sheet of a period: as issued or signed, else worked out as known at `at`."""
    if assessment.result:
        return dict(assessment.result)
    span = basis.span(assessment.period_id)
    if span is None:
        raise Http404
    return sheets.build(basis, span, at=at)


def sheet_or_edition(
    basis: Basis, assessment: Assessment, *, edition: int | None, at: datetime
) -> dict[str, Any]:
    """The sheet as it stands, or exactly as one edition was signed; Http404 if there is no such edition."""
    if edition is None:
        return sheet_for(basis, assessment, at=at)
    kept = assessment.editions.filter(number=edition).first()
    if kept is None:
        raise Http404
    return dict(kept.result)


def open_acts(roles: frozenset[str], assessment: Assessment) -> frozenset[str]:
    """What somebody with these roles may do now; objections end with their time."""
    allowed = actions_for(roles, assessment.state)
    until = assessment.objections_until
    over = until is not None and clock.today() > until
    return allowed - {"object"} if over else allowed


def overview(basis: Basis, *, at: datetime) -> list[PeriodLine]:
    """Every period with its figures, in the order of kinds; the facts of the term are read once."""
    rows = list(assessments_of(basis.contract))
    inputs = computing.whole_term(basis, at=at)
    paid = basis.paid_kind
    short = [span for span in basis.spans() if list(KINDS).index(span.kind) <= list(KINDS).index(paid)]
    evaluated = {
        span.id: one for span, one in computing.series(basis, short, inputs, computing.signed_results(basis))
    }
    resolved = with_readings(basis.scheme, basis.settings.readings)
    today = clock.local(at).date()
    found = []
    for row in rows:
        if row.result:
            found.append(_issued_line(row, today))
            continue
        one = evaluated.get(row.period_id)
        if one is not None:
            found.append(_line(row, one.score, one.band, one.money, today))
            continue
        inside = [
            evaluated[span.id]
            for span in basis.paid_spans()
            if row.starts_on <= span.starts_on and span.ends_on <= row.ends_on
        ]
        if inside:
            whole = basis.term_money() if resolved.pays_on_term and row.kind == "term" else None
            term = term_of(resolved, tuple(inside), whole)
            money = term.money or sum_of(inside)
            found.append(_line(row, term.score, term.band, money, today))
    order = list(KINDS)
    return sorted(found, key=lambda line: (order.index(line.assessment.kind), line.assessment.starts_on))


def _line(row: Assessment, score: Decimal, band: Any, money: Any, today: date) -> PeriodLine:
    return PeriodLine(
        assessment=row,
        score=score,
        band_id=band.id,
        band_title=band.title,
        deduction=money.deduction if money else None,
        payable=money.payable if money else None,
        settled=money.settled if money else True,
        begun=row.starts_on <= today,
        over=row.ends_on < today,
    )


def _issued_line(row: Assessment, today: date) -> PeriodLine:
    money = money_of(row.result["money"])
    return PeriodLine(
        assessment=row,
        score=Decimal(row.result["score"]),
        band_id=row.result["band"]["id"],
        band_title=row.result["band"]["title"],
        deduction=money.deduction if money else None,
        payable=money.payable if money else None,
        settled=money.settled if money else True,
        begun=True,
        over=row.ends_on < today,
    )


@dataclass(frozen=True, slots=True)
class ForecastCard:
    """What the home page tells of a contract's assessment; None figures where no price is known."""

    period_title: str
    period_id: str
    score: Decimal
    band_title: str
    deduction: Decimal | None
    payable: Decimal | None
    term_score: Decimal
    term_band: str
    term_deduction: Decimal
    term_payable: Decimal
    term_withheld: Decimal
    next_step: str
    next_band: str


def forecast(contract: Contract, at: datetime) -> ForecastCard | None:
    """The present paid period and the term if nothing else is missed; None where there is no scheme."""
    basis = basis_of(contract)
    if basis is None:
        return None
    return card_of(basis, computing.outlook(basis, at=at), at)


def card_of(basis: Basis, outlook: Outlook, at: datetime) -> ForecastCard:
    """The forecast in the few figures that fit on a card."""
    term, today = outlook.forecast.term, clock.local(at).date()
    begun = [one for one in term.evaluations if one.period.start_on <= today] or [term.evaluations[0]]
    now = begun[-1]
    change, band = outlook.forecast.next_change, outlook.forecast.next_band
    return ForecastCard(
        period_title=now.period.title,
        period_id=now.period.id,
        score=now.score,
        band_title=now.band.title,
        deduction=now.money.deduction if now.money else None,
        payable=now.money.payable if now.money else None,
        term_score=term.score,
        term_band=term.band.title,
        term_deduction=term.deduction_cny,
        term_payable=term.payable_cny,
        term_withheld=term.withheld_cny,
        next_step=change.text if change else "",
        next_band=band.text if band else "",
    )


def manual_rows_of(assessment: Assessment) -> QuerySet[ManualRow]:
    """What was entered by hand for a period, withdrawn rows too."""
    return assessment.manual_rows.select_related("by", "item").order_by("id")


def manual_row_for(assessment: Assessment, row_id: int) -> ManualRow:
    """One row entered by hand; Http404 if it is not of this period."""
    found = assessment.manual_rows.select_related("assessment").filter(pk=row_id).first()
    if found is None:
        raise Http404
    return found


def exclusions_of(assessment: Assessment) -> QuerySet[FactExclusion]:
    """Grounds asked for in a period."""
    return assessment.exclusions.select_related("asked_by", "decided_by")


def objections_of(assessment: Assessment) -> QuerySet[Objection]:
    """Objections raised in a period."""
    return assessment.objections.select_related("raised_by", "decided_by")


def exclusion_for(assessment: Assessment, exclusion_id: int) -> FactExclusion:
    """One ground asked for; Http404 if it is not of this period."""
    found = assessment.exclusions.select_related("assessment__contract").filter(pk=exclusion_id).first()
    if found is None:
        raise Http404
    return found


def objection_for(assessment: Assessment, objection_id: int) -> Objection:
    """One objection; Http404 if it is not of this period."""
    found = assessment.objections.select_related("assessment__contract").filter(pk=objection_id).first()
    if found is None:
        raise Http404
    return found
