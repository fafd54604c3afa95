"""What a report on a stretch of the term tells, gathered once from the rooms below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opsledger.apps.accounts.selectors import memberships_of
from opsledger.apps.assessment import selectors as assessments
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.facts import moments
from opsledger.apps.assessment.periods import Span
from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.desk import selectors as desk
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors import TimerRow
from opsledger.apps.duties import selectors as duties
from opsledger.apps.duties.words import activity_word
from opsledger.apps.watch import selectors as watch
from opsledger.apps.watch.selectors import ItemAvailability
from opsledger.core.compliance import Duty, OccurrenceOutcome, Source
from opsledger.core.tickets import KINDS
from opsledger.kernel import access
from opsledger.kernel.access import SYSTEM

DELIVERABLES = "交付物"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something fell due, and what became of them."""

    word: str
    fulfilled: int = 0
    late: int = 0
    missed: int = 0
    open: int = 0
    waived: int = 0

    @property
    def due(self) -> int:
        """Those that were to be done: waived ones are left out."""
        return self.fulfilled + self.late + self.missed + self.open


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one metric was met in time."""

    word: str
    met: int
    breached: int


@dataclass(frozen=True, slots=True)
class Undone:
    """Something that was late or missed: where, what, when it was due, what became of it."""

    item: str
    title: str
    due_at: datetime
    became: str
    clause: str


@dataclass(frozen=True, slots=True)
class Operations:
    """Everything that a periodic report prints."""

    contract: Contract
    span: Span
    at: datetime
    tickets: tuple[Ticket, ...]
    by_kind: Mapping[str, int]
    by_source: Mapping[str, int]
    by_severity: Mapping[str, int]
    by_unit: Mapping[str, int]
    open_tickets: tuple[Ticket, ...]
    rates: tuple[Rate, ...]
    breaches: tuple[TimerRow, ...]
    tallies: tuple[Tally, ...]
    undone: tuple[Undone, ...]
    coming: tuple[Tally, ...]
    availability: tuple[ItemAvailability, ...]
    satisfaction: tuple[Decimal | None, int]
    people: tuple[tuple[str, str], ...]
    sheet: Mapping[str, Any] | None

    @property
    def tally(self) -> Tally:
        """All duties and deliverables together."""
        return summed("合计", self.tallies)

    @property
    def resolved(self) -> int:
        """How many of the period's tickets have been brought to an end."""
        return sum(1 for ticket in self.tickets if ticket.over or ticket.resolved_at is not None)


def summed(word: str, tallies: Iterable[Tally]) -> Tally:
    """Several tallies in one."""
    found = list(tallies)
    return Tally(
        word,
        sum(one.fulfilled for one in found),
        sum(one.late for one in found),
        sum(one.missed for one in found),
        sum(one.open for one in found),
        sum(one.waived for one in found),
    )


def operations(contract: Contract, span: Span, *, at: datetime, brief: bool = False) -> Operations:
    """The figures of one stretch of the term as known at `at`; `brief` leaves out availability and what comes."""
    since, until = moments(contract, span.starts_on, span.ends_on)
    rows = desk.tickets_for(SYSTEM, contract).filter(reported_at__gte=since, reported_at__lt=until)
    tickets = tuple(rows.order_by("reported_at", "pk"))
    timers = desk.timer_outcomes(contract, since, until)
    outcomes, sources = duties.occurrence_outcomes(contract, span.starts_on, span.ends_on, at=at)
    names = {item.no: item.numbered for item in items_for(SYSTEM, contract)}
    return Operations(
        contract=contract,
        span=span,
        at=at,
        tickets=tickets,
        by_kind=_counted(KINDS.get(ticket.kind, ticket.kind) for ticket in tickets),
        by_source=_counted(ticket.get_source_display() for ticket in tickets),
        by_severity=_counted(ticket.severity or "未定级" for ticket in tickets),
        by_unit=_counted(str(ticket.unit or "未注明") for ticket in tickets),
        open_tickets=tuple(ticket for ticket in tickets if not ticket.over and ticket.resolved_at is None),
        rates=_rates(timers),
        breaches=tuple(row for row in timers if row.is_late),
        tallies=_tallies(outcomes, sources),
        undone=tuple(_undone(outcomes, sources, names)),
        coming=() if brief else _coming(contract, span, at),
        availability=() if brief else _availability(contract, since, until, at),
        satisfaction=desk.satisfaction(contract, since, until),
        people=_people(contract),
        sheet=_sheet(contract, span, at),
    )


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(words).most_common())


def _rates(timers: Iterable[TimerRow]) -> tuple[Rate, ...]:
    """By metric in the order in which they are met; clocks still running are undecided and left out."""
    found: dict[str, list[int]] = {}
    for row in timers:
        if row.is_late or row.met_at is not None:
            found.setdefault(row.metric_word, [0, 0])[1 if row.is_late else 0] += 1
    return tuple(Rate(word, met, late) for word, (met, late) in found.items())


def _word(source: Source) -> str:
    if source.duty is Duty.DELIVERABLE:
        return DELIVERABLES
    return activity_word(str(source.attributes.get("activity", ""))) or "授权与许可"


def _tallies(outcomes: Iterable[OccurrenceOutcome], sources: Mapping[str, Source]) -> tuple[Tally, ...]:
    found: dict[str, Counter[str]] = {}
    for one in outcomes:
        found.setdefault(_word(sources[one.obligation_id]), Counter())[one.outcome] += 1
    made = [
        Tally(
            word,
            fulfilled=counts["fulfilled"],
            late=counts["late"],
            missed=counts["missed"],
            open=counts["due"] + counts["upcoming"],
            waived=counts["waived"],
        )
        for word, counts in found.items()
    ]
    return tuple(sorted(made, key=lambda one: -one.due))


_BECAME = {"late": "逾期完成", "missed": "未完成"}


def _undone(
    outcomes: Iterable[OccurrenceOutcome], sources: Mapping[str, Source], names: Mapping[str, str]
) -> Iterable[Undone]:
    for one in outcomes:
        if one.outcome in _BECAME:
            source = sources[one.obligation_id]
            item = names.get(source.item_no, "合同全部")
            yield Undone(item, titled(one.title), one.due_at, _BECAME[one.outcome], source.clause)


def _coming(contract: Contract, span: Span, at: datetime) -> tuple[Tally, ...]:
    """What falls due in the stretch of the same length that follows, within the term."""
    first = span.ends_on + timedelta(days=1)
    length = (span.ends_on - span.starts_on).days
    last = min(first + timedelta(days=length), contract.ends_on)
    if span.kind == "month":
        last = min(_month_end(first), contract.ends_on)
    if first > contract.ends_on:
        return ()
    return _tallies(*duties.occurrence_outcomes(contract, first, last, at=at))


def _month_end(day: date) -> date:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def _availability(
    contract: Contract, since: datetime, until: datetime, at: datetime
) -> tuple[ItemAvailability, ...]:
    """The items for which a target is set or something was observed."""
    end = min(until, max(since, at))
    known = watch.records(contract, since, end)
    rows = [
        watch.availability(contract, item, since, until, at=at, known=known)
        for item in items_for(SYSTEM, contract)
    ]
    return tuple(row for row in rows if row.figures.measured is not None or row.outages)


def _people(contract: Contract) -> tuple[tuple[str, str], ...]:
    shown = (access.MANAGER, access.ENGINEER)
    rows = [row for row in memberships_of(contract.pk) if row.role in shown]
    rows.sort(key=lambda row: shown.index(row.role))
    return tuple((str(row.user), row.user.title or row.get_role_display()) for row in rows)


def _sheet(contract: Contract, span: Span, at: datetime) -> Mapping[str, Any] | None:
    basis = basis_of(contract)
    if basis is None or basis.span(span.id) is None:
        return None
    return assessments.sheet_for(basis, assessments.assessment_for(contract, span.id), at=at)
