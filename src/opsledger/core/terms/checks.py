"""What must hold between the fields of one term."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.terms.facts import Anchor, Evidence
from opsledger.core.terms.kinds import (
    ApprovalTerm,
    DeliverableTerm,
    DutyTerm,
    KpiTerm,
    LicenceTerm,
    QuotaTerm,
    RetentionTerm,
    SlaTerm,
    StaffingTerm,
    Term,
)
from opsledger.core.terms.vocabulary import KpiUnit, Period, TimeUnit

UNCOUNTED = frozenset({Period.UNSPECIFIED, Period.CONTINUOUS})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with the data of a term: the field, a stable code and the facts for its sentence."""

    field: str
    code: str
    facts: dict[str, object] = dataclasses.field(default_factory=dict)


def check(term: Term) -> list[FieldProblem]:
    """All contradictions between the fields of `term`; empty when it is sound."""
    found = [*_key(term), *_evidence(term.evidence)]
    match term:
        case SlaTerm():
            found += _sla(term)
        case DutyTerm():
            found += _duty(term)
        case KpiTerm():
            found += _kpi(term)
        case QuotaTerm():
            found += _not_negative("value", term.value)
        case DeliverableTerm():
            found += [*_months(term.months), *_anchors(term.anchors)]
        case LicenceTerm():
            found += _licence(term)
        case StaffingTerm():
            found += _at_least_one("min", term.min)
        case RetentionTerm() | ApprovalTerm():
            found += _pair("value", term.value, term.unit)
    return found


def _key(term: Term) -> Iterator[FieldProblem]:
    if not term.key.strip():
        yield FieldProblem("key", "term.missing_field", {})


def _evidence(evidence: Evidence) -> Iterator[FieldProblem]:
    for name in ("photos", "files"):
        if getattr(evidence, name) < 0:
            yield FieldProblem(f"evidence.{name}", "term.negative", {"value": getattr(evidence, name)})


def _sla(term: SlaTerm) -> Iterator[FieldProblem]:
    yield from _not_negative("value", term.value)
    if term.unit is TimeUnit.SAME_DAY and term.value != 1:
        yield FieldProblem("value", "term.same_day_is_one", {"value": term.value})


def _duty(term: DutyTerm) -> Iterator[FieldProblem]:
    yield from _months(term.months)
    yield from _anchors(term.anchors)
    yield from _at_least_one("every", term.every)
    if term.period in UNCOUNTED and term.count is not None:
        yield FieldProblem("count", "term.count_not_allowed", {"period": term.period.label})
    if term.period not in UNCOUNTED and term.period is not Period.EVENT and term.count is None:
        yield FieldProblem("count", "term.count_needed", {"period": term.period.label})
    if term.count is not None:
        yield from _at_least_one("count", term.count)
    if term.period is Period.EVENT and not term.anchors:
        yield FieldProblem("anchors", "term.anchor_needed", {})


def _kpi(term: KpiTerm) -> Iterator[FieldProblem]:
    yield from _not_negative("value", term.value)
    if term.unit is KpiUnit.PERCENT and term.value > 100:
        yield FieldProblem("value", "term.percent_over_100", {"value": term.value})


def _licence(term: LicenceTerm) -> Iterator[FieldProblem]:
    if term.start and term.end and term.end < term.start:
        yield FieldProblem("end", "term.ends_before_start", {"start": term.start, "end": term.end})


def _months(months: tuple[int, ...]) -> Iterator[FieldProblem]:
    for month in months:
        if not 1 <= month <= 12:
            yield FieldProblem("months", "term.no_such_month", {"value": month})


def _anchors(anchors: tuple[Anchor, ...]) -> Iterator[FieldProblem]:
    for anchor in anchors:
        yield from _pair("anchors.value", anchor.value, anchor.unit)


def _pair(name: str, value: Decimal | None, unit: TimeUnit | None) -> Iterator[FieldProblem]:
    if (value is None) != (unit is None):
        yield FieldProblem(name, "term.value_and_unit", {})
    if value is not None:
        yield from _not_negative(name, value)


def _not_negative(name: str, value: Decimal) -> Iterator[FieldProblem]:
    if value < 0:
        yield FieldProblem(name, "term.negative", {"value": value})


def _at_least_one(name: str, value: int) -> Iterator[FieldProblem]:
    if value < 1:
        yield FieldProblem(name, "term.at_least_one", {"value": value})
