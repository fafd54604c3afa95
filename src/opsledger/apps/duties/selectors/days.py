"""The calendar: what falls due on each day, beside what the official calendar says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors.compliance import due_day, standing_case
from opsledger.apps.duties.selectors.rows import occurrences_for
from opsledger.apps.duties.services.planning import calendar_of
from opsledger.core.calendars import DayKind
from opsledger.kernel.access import Actor

KIND_WORDS = {DayKind.HOLIDAY: "休", DayKind.MAKEUP: "班"}


@dataclass(slots=True)
class CalendarDay:
    """One day: its mark (休, 班 or nothing), the holiday's name, whether it rests, and what falls due."""

    day: date
    mark: str = ""
    holiday: str = ""
    rests: bool = False
    provisional: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    rows: list[Occurrence] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def calendar_days(
    actor: Actor, contract: Contract, first: date, last: date, *, at: datetime, mine: bool = False
) -> list[CalendarDay]:
    """Every day from `first` to `last` with the occurrences that fall due on it, each with `.standing`."""
    zone = ZoneInfo(contract.time_zone)
    calendar = calendar_of(contract)
    days = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        days[day] = CalendarDay(
            day,
            mark=KIND_WORDS.get(calendar.kind_of(day), ""),
            holiday=calendar.holiday_name(day),
            rests=not calendar.is_working_day(day),
            provisional=not calendar.covers(day.year),
        )
    rows = (
        occurrences_for(actor, contract)
        .exclude(state="cancelled")
        .filter(
            due_at__gt=datetime.combine(first, time.min, zone),
            due_at__lte=datetime.combine(last + timedelta(days=1), time.min, zone),
        )
        .annotate(standing=standing_case(at))
        .order_by("item__position", "id")
    )
    if mine:
        rows = rows.filter(assignee_id=actor.user_id)
    for row in rows:
        day = days.get(due_day(row.due_at, zone))
        if day is not None:
            day.rows.append(row)
            day.counts[row.standing] = day.counts.get(row.standing, 0) + 1
    return list(days.values())
