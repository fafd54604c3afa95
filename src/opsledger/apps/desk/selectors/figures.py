"""Figures of the desk for the rooms above: outcomes of timers, rates, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db.models import Avg, Count, Q

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket, Timer
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.policies import visible_tickets
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core.compliance import SlaRate, TimerOutcome
from opsledger.core.compliance import sla_rate as rate_of
from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class TimerRow:
    """One timer with everything that an assessment row prints; `state` as in `core.sla`.

    Item and unit are those for which the timer counts.  What had ended before its ticket was moved stays where it
    happened: it was met or missed under that item's clause.  What still ran counts for the item to which it went.
    """

    timer_id: int
    ticket_id: int
    ticket_number: str
    ticket_title: str
    kind: str
    item_id: int
    item_no: str
    item_name: str
    item_category: str
    unit_id: int | None
    severity: str
    metric: str
    metric_word: str
    term_id: int
    clause: str
    limit_text: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    state: str
    overrun_seconds: int

    @property
    def is_late(self) -> bool:
        return self.breached_at is not None

    @property
    def overrun_hours(self) -> Decimal:
        """Counted hours over the limit, cut to hundredths."""
        return (Decimal(self.overrun_seconds) / 3600).quantize(Decimal("0.01"), ROUND_DOWN)

    def outcome(self, obligation_id: str) -> TimerOutcome:
        """The same for `core.compliance`."""
        return TimerOutcome(
            id=str(self.timer_id),
            obligation_id=obligation_id,
            state=self.state,
            due_at=self.due_at,
            overrun_hours=self.overrun_hours if self.is_late else None,
            title=f"工单{self.ticket_number} {self.ticket_title}：{self.metric_word}超时",
            refs=(f"ticket:{self.ticket_id}",),
            attributes={"metric": self.metric, "severity": self.severity, "ticket_kind": self.kind},
        )


def _row(timer: Timer) -> TimerRow:
    ticket = timer.ticket
    item = timer.item or ticket.item
    return TimerRow(
        timer_id=timer.pk,
        ticket_id=ticket.pk,
        ticket_number=ticket.number,
        ticket_title=ticket.title,
        kind=ticket.kind,
        item_id=item.pk,
        item_no=item.no,
        item_name=str(item),
        item_category=item.category,
        unit_id=timer.item.unit_id if timer.item else ticket.unit_id,
        severity=ticket.severity,
        metric=timer.metric,
        metric_word=METRIC_WORDS[timer.metric],
        term_id=timer.term_id,
        clause=timer.term.clause,
        limit_text=timer.limit_text,
        started_at=timer.started_at,
        due_at=timer.due_at,
        met_at=timer.met_at,
        breached_at=timer.breached_at,
        state=timer.state,
        overrun_seconds=timer.overrun_seconds,
    )


def timer_outcomes(contract: Contract, since: datetime, until: datetime) -> list[TimerRow]:
    """Every timer due in [since, until) that counts (cancelled ones do not), by due moment; one query."""
    rows = (
        Timer.objects.filter(ticket__contract=contract, due_at__gte=since, due_at__lt=until)
        .exclude(state=Timer.State.CANCELLED)
        .select_related("ticket", "ticket__item", "term", "item")
        .order_by("due_at", "pk")
    )
    return [_row(timer) for timer in rows]


def sla_rate(contract: Contract, since: datetime, until: datetime, at: datetime) -> SlaRate:
    """The share of timers due in [since, until) that were met in time, as `core.compliance` counts it."""
    return rate_of((row.outcome("") for row in timer_outcomes(contract, since, until)), at)


def recent_breaches(contract: Contract, since: datetime, until: datetime) -> list[TimerRow]:
    """Breaches in [since, until), the latest first, each with the item under which it happened."""
    rows = (
        Timer.objects.filter(ticket__contract=contract, breached_at__gte=since, breached_at__lt=until)
        .exclude(state=Timer.State.CANCELLED)
        .select_related("ticket", "ticket__item", "term", "item")
        .order_by("-breached_at", "-pk")
    )
    return [_row(timer) for timer in rows]


def open_counts(actor: Actor, contract: Contract, at: datetime) -> Mapping[str, int]:
    """How many of the tickets that `actor` sees wait for what; one query.

    Keys: open (the provider still has something to do), unassigned, working, suspended, to_confirm, overdue, soon (due within two hours), mine.
    """
    live = Q(over__in=NOT_OVER) & ~Q(state="resolved")
    late = Q(due_at__lt=at) & live
    near = Q(due_at__gte=at, due_at__lt=at + timedelta(hours=2)) & live
    found = (
        # Of what is over nothing is counted: a long past must not be read for it.
        Ticket.objects.filter(contract=contract, over__in=NOT_OVER)
        .filter(visible_tickets(actor, contract.pk))
        .aggregate(
            open=Count("pk", filter=live),
            unassigned=Count("pk", filter=Q(state="reported")),
            working=Count("pk", filter=Q(state__in=["dispatched", "working"])),
            suspended=Count("pk", filter=Q(state="suspended")),
            to_confirm=Count("pk", filter=Q(state="resolved", over__in=NOT_OVER)),
            overdue=Count("pk", filter=late),
            soon=Count("pk", filter=near),
            mine=Count("pk", filter=live & Q(assignee_id=actor.user_id)),
        )
    )
    return {key: int(value) for key, value in found.items()}


def satisfaction(contract: Contract, since: datetime, until: datetime) -> tuple[Decimal | None, int]:
    """The mean mark of tickets confirmed in [since, until), to two places, and how many were rated."""
    found = Ticket.objects.filter(
        contract=contract, confirmed_at__gte=since, confirmed_at__lt=until, rating__isnull=False
    ).aggregate(mean=Avg("rating"), number=Count("pk"))
    mean = found["mean"]
    return (None if mean is None else Decimal(str(mean)).quantize(Decimal("0.01")), int(found["number"]))
