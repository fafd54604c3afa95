"""Facts and marks as the scheme takes them: what was gathered, with what people entered laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from opsledger.apps.assessment import facts as sources
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.facts import Evidence, Gathered
from opsledger.apps.assessment.models import FactExclusion, ManualRow
from opsledger.apps.assessment.models import Objection as ObjectionRow
from opsledger.apps.assessment.periods import Span
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import items_for
from opsledger.core.scoring import FACT_KINDS, Exclusion, Fact, Mark, Objection, Scheme
from opsledger.core.scoring.choices import Gives
from opsledger.core.scoring.scheme import Indicator, Manual
from opsledger.kernel.access import SYSTEM

# What other rooms find by themselves is not entered by hand.
FOUND_BY_ITSELF = frozenset(
    {
        "sla_breach",
        "occurrence_missed",
        "occurrence_late",
        "deliverable_missing",
        "deliverable_late",
        "availability_below",
    }
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that goes into the scoring of some stretch of the term."""

    facts: tuple[Fact, ...]
    evidence: Mapping[str, Evidence]
    rows: tuple[ManualRow, ...]
    items: Mapping[str, str]
    kinds: Mapping[str, str]

    def within(self, since: date, until: date) -> tuple[Fact, ...]:
        """The facts of some days."""
        return tuple(fact for fact in self.facts if since <= fact.happened_on <= until)


def collect(basis: Basis, since: date, until: date, *, at: datetime) -> Inputs:
    """The facts from `since` to `until` as known at `at`, with exclusions, objections and manual facts."""
    contract = basis.contract
    gathered = sources.gather(contract, since, until, at=at)
    rows = tuple(_rows(contract))
    gathered.add(_manual_facts(contract, basis.scheme, rows, since, until))
    items = {item.no: str(item) for item in items_for(SYSTEM, contract)}
    kinds = {**FACT_KINDS, **basis.scheme.kinds}
    return Inputs(tuple(_overlaid(contract, gathered.facts)), gathered.evidence, rows, items, kinds)


def _rows(contract: Contract) -> Iterable[ManualRow]:
    return ManualRow.objects.filter(assessment__contract=contract, withdrawn_at=None).select_related(
        "assessment", "item", "by"
    )


def _manual_facts(
    contract: Contract, scheme: Scheme, rows: Iterable[ManualRow], since: date, until: date
) -> Gathered:
    found = Gathered()
    known = {row.id: row for row in scheme.indicators}
    for row in rows:
        if not row.kind or row.happened_on is None or not since <= row.happened_on <= until:
            continue
        indicator = known.get(row.indicator_id)
        if indicator is None:
            continue
        ref = f"manual:{row.pk}"
        found.facts.append(
            Fact(
                id=ref,
                kind=row.kind,
                happened_on=row.happened_on,
                title=row.reason,
                measure=row.measure,
                item_no=row.item.no if row.item else "",
                item_category=row.item.category if row.item else "",
                clause=indicator.clause,
                refs=(ref,),
                attributes=attributes_for(indicator),
            )
        )
        address = reverse("assessment:period", args=[contract.slug, row.assessment.period_id])
        found.evidence[ref] = Evidence(f"人工登记{row.pk}", f"{address}#row-{row.pk}")
    return found


def attributes_for(indicator: Indicator) -> dict[str, str]:
    """Attributes that make a manual fact fall into its row where the row looks at some."""
    if indicator.match is None:
        return {}
    return {
        name: values[0] for name, values in indicator.match.where.items() if name not in ("kind", "item_no")
    }


def _overlaid(contract: Contract, facts: Iterable[Fact]) -> Iterable[Fact]:
    excluded = {
        row.fact_id: row
        for row in FactExclusion.objects.filter(assessment__contract=contract)
        .exclude(state=FactExclusion.State.REFUSED)
        .select_related("decided_by")
    }
    objected = {row.fact_id: row for row in ObjectionRow.objects.filter(assessment__contract=contract)}
    for fact in facts:
        exclusion, objection = excluded.get(fact.id), objected.get(fact.id)
        if exclusion is not None:
            fact = replace(fact, exclusion=_exclusion(exclusion))
        if objection is not None:
            fact = replace(fact, objection=Objection(objection.state))
        yield fact


def _exclusion(row: FactExclusion) -> Exclusion:
    approved = row.state == FactExclusion.State.APPROVED
    return Exclusion(reason=row.reason, approved_by=str(row.decided_by or "采购人") if approved else None)


def marks_for(scheme: Scheme, rows: Iterable[ManualRow], span: Span) -> tuple[Mark, ...]:
    """The marks of one period, one for each row and assessor.

    Deductions entered in shorter periods inside it count as well, and are summed up to the row's limit; awarded
    points count in their own period only, the latest of several.
    """
    known = {row.id: row for row in scheme.indicators}
    summed: dict[tuple[str, str], Mark] = {}
    for row in rows:
        indicator = known.get(row.indicator_id)
        if row.points is None or indicator is None or not _belongs(indicator, row, span):
            continue
        key = (row.indicator_id, row.assessor_id)
        mark = Mark(
            indicator_id=row.indicator_id,
            period_id=span.id,
            points=row.points,
            reason=row.reason,
            assessor_id=row.assessor_id,
            refs=(f"manual:{row.pk}",),
        )
        before = summed.get(key)
        if before is not None and deducts(indicator):
            limit = limit_of(indicator)
            points = before.points + mark.points
            mark = replace(
                mark,
                points=points if limit is None else min(points, limit),
                reason=f"{before.reason}；{mark.reason}",
                refs=before.refs + mark.refs,
            )
        summed[key] = mark
    return tuple(summed.values())


def limit_of(indicator: Indicator) -> Decimal | None:
    """The most that may be entered on a row; None without limit."""
    if deducts(indicator) and indicator.cap is not None:
        return indicator.cap
    return indicator.points


def deducts(indicator: Indicator) -> bool:
    """Whether what is entered on the row is a deduction (or an addition), not awarded points."""
    return isinstance(indicator.rule, Manual) and indicator.rule.gives is not Gives.POINTS


def _belongs(indicator: Indicator, row: ManualRow, span: Span) -> bool:
    own = row.assessment
    if own.period_id == span.id:
        return True
    return deducts(indicator) and span.starts_on <= own.starts_on and own.ends_on <= span.ends_on
