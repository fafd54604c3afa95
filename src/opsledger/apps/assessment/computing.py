"""The figures of a period, of the term and of the forecast, each a pure function of the inputs and `at`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from opsledger.apps.assessment import thawing
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.inputs import Inputs, collect, marks_for
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.periods import Span
from opsledger.core.scoring import Assessment as Scored
from opsledger.core.scoring import (
    Evaluation,
    Fact,
    Forecast,
    Mark,
    OtherReading,
    Settings,
    TermAssessment,
    assess,
    assess_term,
    evaluate,
    forecast,
    other_readings,
)
from opsledger.kernel import clock


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One period worked out, with what went into it."""

    span: Span
    scored: Scored
    inputs: Inputs
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The term as it would end, and under each other reading of what the contract leaves open."""

    forecast: Forecast
    others: tuple[tuple[OtherReading, Forecast], ...]


def period_figures(basis: Basis, span: Span, *, at: datetime) -> PeriodFigures:
    """The period's result as known at `at`: facts after it are unknown, marks that are missing are pending."""
    inputs = collect(basis, span.starts_on, span.ends_on, at=at)
    marks = marks_for(basis.scheme, inputs.rows, span)
    scored = assess(
        basis.scheme, inputs.facts, period=basis.period(span), marks=marks, settings=basis.settings
    )
    return PeriodFigures(span, scored, inputs, marks)


def series(
    basis: Basis, spans: list[Span], inputs: Inputs, signed: Mapping[str, dict[str, Any]] | None = None
) -> list[tuple[Span, Evaluation]]:
    """Several periods evaluated from inputs that cover them all; the signed ones exactly as they were signed."""
    return [(span, _evaluated(basis, span, inputs, (signed or {}).get(span.id))) for span in spans]


def _evaluated(basis: Basis, span: Span, inputs: Inputs, signed: dict[str, Any] | None) -> Evaluation:
    period = basis.period(span)
    if signed is None:
        return evaluate(
            basis.scheme,
            inputs.within(span.starts_on, span.ends_on),
            period=period,
            marks=marks_for(basis.scheme, inputs.rows, span),
            settings=basis.settings,
        )
    return evaluate(
        basis.scheme,
        tuple(thawing.facts_of(signed)),
        period=period,
        marks=tuple(thawing.marks_of(signed)),
        settings=Settings(readings={one["point"]: one["chosen"] for one in signed["readings"]}),
    )


def whole_term(basis: Basis, *, at: datetime) -> Inputs:
    """The inputs of the whole term; signed periods give the facts under which they were signed."""
    contract = basis.contract
    return collect(basis, contract.starts_on, contract.ends_on, at=at)


def signed_results(basis: Basis) -> Mapping[str, dict[str, Any]]:
    """The signed sheets of the paid periods, by period."""
    paid = [span.id for span in basis.paid_spans()]
    rows = Assessment.objects.filter(contract=basis.contract, state="signed", period_id__in=paid)
    return dict(rows.values_list("period_id", "result"))


def as_signed(
    basis: Basis, inputs: Inputs, signed: Mapping[str, dict[str, Any]]
) -> tuple[tuple[Fact, ...], tuple[Mark, ...]]:
    """Facts and marks of the term, in signed periods exactly those that were signed."""
    facts: list[Fact] = []
    marks: list[Mark] = []
    for span in basis.paid_spans():
        if span.id in signed:
            facts += thawing.facts_of(signed[span.id])
            marks += thawing.marks_of(signed[span.id])
        else:
            facts += inputs.within(span.starts_on, span.ends_on)
            marks += marks_for(basis.scheme, inputs.rows, span)
    return tuple(facts), tuple(marks)


def outlook(basis: Basis, *, at: datetime, inputs: Inputs | None = None) -> Outlook:
    """The forecast for the term if nothing else is missed, under the chosen and the other readings."""
    inputs = inputs or whole_term(basis, at=at)
    facts, marks = as_signed(basis, inputs, signed_results(basis))
    periods = [basis.period(span) for span in basis.paid_spans()]
    day = _day(at)

    def under(settings: Any) -> Forecast:
        return forecast(
            basis.scheme,
            facts,
            periods=periods,
            at=day,
            marks=marks,
            money=basis.term_money() if basis.scheme.pays_on_term else None,
            settings=settings,
        )

    others = tuple((one, under(one.settings)) for one in other_readings(basis.scheme, basis.settings))
    return Outlook(under(basis.settings), others)


def term_result(basis: Basis, *, at: datetime, inputs: Inputs | None = None) -> TermAssessment:
    """All paid periods rolled up as they stand at `at`."""
    inputs = inputs or whole_term(basis, at=at)
    facts, marks = as_signed(basis, inputs, signed_results(basis))
    return assess_term(
        basis.scheme,
        facts,
        periods=[basis.period(span) for span in basis.paid_spans()],
        marks=marks,
        money=basis.term_money() if basis.scheme.pays_on_term else None,
        settings=basis.settings,
    )


def _day(at: datetime) -> date:
    return clock.local(at).date()
