"""Tickets at a glance: the board by state, the wall, the calendar of what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.selectors.figures import open_counts, sla_rate
from opsledger.apps.desk.selectors.lists import due_between, due_first, tickets_for
from opsledger.apps.desk.selectors.rosters import on_duty
from opsledger.core.compliance import SlaRate
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_COLUMNS = [
    ("待派单", ("reported", "returned", "approving")),
    ("待接单", ("dispatched",)),
    ("处理中", ("working",)),
    ("已挂起", ("suspended",)),
    ("待确认", ("resolved",)),
]
_IN_COLUMN = 30
_ON_WALL = 12
_IN_DAY = 4
_MOST_DUE = 2000


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column: how many tickets stand in it, and the first of them, those due first on top."""

    word: str
    states: tuple[str, ...]
    number: int
    tickets: list[Ticket]

    @property
    def more(self) -> int:
        return self.number - len(self.tickets)


def board_of(actor: Actor, contract: Contract) -> list[BoardColumn]:
    """The open reports that `actor` sees, by what they wait for; one query."""
    rows = tickets_for(actor, contract).filter(
        over__in=NOT_OVER, kind__in=["incident", "request", "question"]
    )
    live = list(due_first(rows)[:500])
    held = [(word, states, [one for one in live if one.state in states]) for word, states in _COLUMNS]
    return [BoardColumn(word, states, len(rows), rows[:_IN_COLUMN]) for word, states, rows in held]


@dataclass(frozen=True, slots=True)
class Wall:
    """What can be read from six metres: counts, the nearest deadlines, the rate of thirty days, who is on duty."""

    counts: Mapping[str, int]
    due: list[Ticket]
    rate: SlaRate
    on_duty: object


def wall_of(actor: Actor, contract: Contract, at: datetime) -> Wall:
    """The figures of the wall as of `at`."""
    rows = tickets_for(actor, contract).filter(over__in=NOT_OVER, due_at__isnull=False)
    return Wall(
        counts=open_counts(actor, contract, at),
        due=list(due_first(rows.exclude(state="resolved"))[:_ON_WALL]),
        rate=sla_rate(contract, at - timedelta(days=30), at, at),
        on_duty=on_duty(contract.pk, at),
    )


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day: how many tickets are due on it, and those of them that are shown."""

    day: date
    number: int
    tickets: list[Ticket]
    outside: bool

    @property
    def more(self) -> int:
        return self.number - len(self.tickets)


@dataclass(frozen=True, slots=True)
class DueCalendar:
    """Whole weeks around a month, or one week; `first` to `last` are the days that were asked for."""

    first: date
    last: date
    days: list[DueDay]

    @property
    def total(self) -> int:
        return sum(cell.number for cell in self.days if not cell.outside)


def due_calendar(actor: Actor, contract: Contract, day: date, *, week: bool) -> DueCalendar:
    """Open tickets by the day of their nearest deadline: the month of `day` with a few of each, or its week with all."""
    first = day - timedelta(days=day.weekday()) if week else day.replace(day=1)
    after = first + timedelta(days=7) if week else (first + timedelta(days=32)).replace(day=1)
    opens = first - timedelta(days=first.weekday())
    closes = after + timedelta(days=-after.weekday() % 7)
    by_day: dict[date, list[Ticket]] = {}
    for ticket in due_between(actor, contract, clock.midnight(opens), clock.midnight(closes))[:_MOST_DUE]:
        if ticket.due_at:
            by_day.setdefault(clock.local(ticket.due_at).date(), []).append(ticket)
    shown = None if week else _IN_DAY
    days = [
        DueDay(one, len(by_day.get(one, ())), by_day.get(one, [])[:shown], not first <= one < after)
        for one in (opens + timedelta(days=number) for number in range((closes - opens).days))
    ]
    return DueCalendar(first, after - timedelta(days=1), days)
