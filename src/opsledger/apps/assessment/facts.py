"""What the desk, the duties and the monitoring found becomes facts for the scheme: the one place for it.

Each gatherer returns facts (core.scoring) and, for each reference that a fact carries, where the evidence
can be looked at.  Nothing here decides what a fact costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.urls import reverse

from opsledger.apps.assessment.periods import Span, spans
from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.apps.watch import selectors as watch
from opsledger.core.compliance import Source, occurrence_facts, timer_facts
from opsledger.core.scoring import Fact
from opsledger.kernel.access import SYSTEM


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a reference leads: what it is called, its address, and the item it belongs to."""

    label: str
    url: str


@dataclass(slots=True)
class Gathered:
    """Facts with the evidence that their references name."""

    facts: list[Fact] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def add(self, other: Gathered) -> None:
        """Take over what another gatherer found."""
        self.facts += other.facts
        self.evidence |= other.evidence


def gather(contract: Contract, since: date, until: date, *, at: datetime) -> Gathered:
    """Every fact of the contract that happened from `since` to `until` (days, both included), as known at `at`."""
    found = Gathered()
    for gatherer in (_timers, _rules, _occurrences, _availability, _findings, _staff):
        found.add(gatherer(contract, since, until, at))
    return found


def moments(contract: Contract, since: date, until: date) -> tuple[datetime, datetime]:
    """The half-open span of moments that the days cover in the contract's zone."""
    zone = ZoneInfo(contract.time_zone)
    return (
        datetime.combine(since, time.min, zone),
        datetime.combine(until + timedelta(days=1), time.min, zone),
    )


def _timers(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Limits that were not kept: one fact for each timer, on the day of its due moment."""
    first, last = moments(contract, since, until)
    found = Gathered()
    sources: dict[str, Source] = {}
    outcomes = []
    for row in desk.timer_outcomes(contract, first, last):
        key = f"{row.term_id}:{row.item_no}"
        sources.setdefault(
            key,
            Source(
                title=f"{row.item_name}：{row.metric_word}",
                item_no=row.item_no,
                item_category=row.item_category,
                clause=row.clause,
            ),
        )
        outcomes.append(row.outcome(key))
        address = reverse("desk:ticket", args=[contract.slug, row.ticket_number])
        found.evidence[f"ticket:{row.ticket_id}"] = Evidence(f"工单{row.ticket_number}", address)
    found.facts = list(timer_facts(outcomes, sources, at=at, zone=ZoneInfo(contract.time_zone)))
    return _only_used(found)


def _rules(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Limits on how often something may fail that were passed: one fact for each ticket that passed one."""
    first, last = moments(contract, since, until)
    zone = ZoneInfo(contract.time_zone)
    found = Gathered()
    for hit in desk.term_hits(contract, first, min(last, at)):
        item, ref = hit.ticket.item, f"ticket:{hit.ticket_id}"
        found.facts.append(
            Fact(
                id=f"rule:{hit.pk}",
                kind="target_missed",
                happened_on=hit.hit_at.astimezone(zone).date(),
                title=f"{item}：{hit.told}",
                measure=Decimal(hit.count),
                item_no=item.no,
                item_category=item.category,
                clause=hit.clause,
                refs=(ref,),
                attributes={"metric": "fault_count", "rule": hit.rule},
            )
        )
        address = reverse("desk:ticket", args=[contract.slug, hit.ticket.number])
        found.evidence[ref] = Evidence(f"工单{hit.ticket.number}", address)
    return found


def _occurrences(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Duties and deliverables that were late or missed, on their due day."""
    outcomes, sources = duties.occurrence_outcomes(contract, since, until, at=at)
    made = occurrence_facts(outcomes, sources, zone=ZoneInfo(contract.time_zone))
    found = Gathered([replace(fact, title=titled(fact.title)) for fact in made])
    for fact in found.facts:
        for ref in fact.refs:
            number = ref.partition(":")[2]
            address = reverse("duties:occurrence", args=[contract.slug, number])
            found.evidence[ref] = Evidence(f"任务{number}", address)
    return found


def _staff(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Posts with fewer people than promised: one fact for each post and day that is over."""
    today = at.astimezone(ZoneInfo(contract.time_zone)).date()
    found = Gathered()
    for row in duties.shortfalls(contract, since, until, today=today):
        ref = f"staff:{row.obligation.pk}:{row.day}"
        item = row.obligation.item
        away = f"（请假：{'、'.join(row.away)}）" if row.away else ""
        found.facts.append(
            Fact(
                id=ref,
                kind="staff_below",
                happened_on=row.day,
                title=f"{row.obligation.title}：承诺{row.promised}人，在岗{row.present}人{away}",
                measure=Decimal(row.promised - row.present),
                item_no=item.no if item else "",
                item_category=item.category if item else "",
                clause=row.obligation.term.clause,
                refs=(ref,),
            )
        )
        address = reverse("duties:staff", args=[contract.slug]) + f"?day={row.day}"
        found.evidence[ref] = Evidence(f"{row.day:%m月%d日}出勤", address)
    return found


def _availability(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Availability under its target: one fact for each item and month that has ended, on the month's last day.

    Only a plain miss is a fact; insufficient evidence and missing data are for people to settle.
    """
    found = Gathered()
    promised = watch.promises(contract)
    months = [
        month
        for month in spans("month", since, until)
        if moments(contract, month.starts_on, month.ends_on)[1] <= at
    ]
    if not promised or not months:
        return found
    items = [one for one in items_for(SYSTEM, contract) if one.pk in promised or 0 in promised]
    first, last = moments(contract, months[0].starts_on, months[-1].ends_on)
    known = watch.records(contract, first, last, [one.pk for one in items])
    for month in months:
        for item in items:
            _availability_of(contract, item, month, at, known, found)
    return found


def _availability_of(
    contract: Contract,
    item: ServiceItem,
    month: Span,
    at: datetime,
    known: watch.Records,
    found: Gathered,
) -> None:
    first, last = moments(contract, month.starts_on, month.ends_on)
    row = watch.availability(contract, item, first, last, at=at, known=known)
    if row.verdict != "fail" or row.promise is None:
        return
    ref = f"availability:{item.pk}:{month.id}"
    found.facts.append(
        Fact(
            id=ref,
            kind="availability_below",
            happened_on=month.ends_on,
            title=f"{item}：{month.title}可用性{row.measured}%，约定{row.promise.percent}%",
            measure=Decimal(row.measured),
            item_no=item.no,
            item_category=item.category,
            clause=row.promise.clause,
            refs=(ref,),
        )
    )
    address = reverse("watch:item", args=[contract.slug, item.no]) + f"?month={month.id}"
    found.evidence[ref] = Evidence(f"{month.title}监测", address)


def _findings(contract: Contract, since: date, until: date, at: datetime) -> Gathered:
    """Findings that were not mended in time: on the day of the limit, once it has passed."""
    first, last = moments(contract, since, until)
    found = Gathered()
    zone = ZoneInfo(contract.time_zone)
    for row in duties.overdue_findings(contract, first, min(last, at)):
        seconds = int(((row.fixed_at or at) - row.due_at).total_seconds())
        ref = f"finding:{row.pk}"
        found.facts.append(
            Fact(
                id=ref,
                kind="finding_overdue",
                happened_on=row.due_at.astimezone(zone).date(),
                title=f"隐患逾期未整改：{row.summary}",
                measure=Decimal(seconds * 100 // 3600) / 100,
                item_no=row.item.no,
                item_category=row.item.category,
                clause=row.item.clause,
                refs=(ref,),
                attributes={"level": row.level},
            )
        )
        found.evidence[ref] = Evidence(
            f"隐患{row.pk}", reverse("duties:finding", args=[contract.slug, row.pk])
        )
    return found


def _only_used(found: Gathered) -> Gathered:
    used = {ref for fact in found.facts for ref in fact.refs}
    found.evidence = {ref: one for ref, one in found.evidence.items() if ref in used}
    return found
