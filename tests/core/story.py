"""How the SLA tests tell a ticket: short events on the days of one week, in Shanghai."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from opsledger.core.calendars import ServiceWindow, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.limits import Limit
from opsledger.core.sla import Event, Timer, TimerTerm, fold

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar.china()
CLOCKS = {
    "any": ServiceClock(CHINA, ServiceWindow.always()),
    "business": ServiceClock(CHINA, parse_window("5x8")),
}
_DAYS = {"mon": 2, "tue": 3, "wed": 4, "thu": 5, "fri": 6, "sat": 7, "sun": 8, "mon2": 9}


def at(text: str) -> datetime:
    """ "thu 10:00" in the first week of March 2026 (Monday is the 2nd)."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-03-{_DAYS[day]:02d}T{clock}").replace(tzinfo=SHANGHAI)


def story(*steps: tuple[str, str] | tuple[str, str, dict[str, str]]) -> list[Event]:
    """Events e1, e2 … from (kind, moment, data); recorded when they happened."""
    events = []
    for number, step in enumerate(steps, 1):
        data = step[2] if len(step) == 3 else {}
        events.append(Event(f"e{number}", step[0], at(step[1]), at(step[1]), data))
    return events


def term(metric: str, value: float, unit: str = "hour", **settings: Any) -> TimerTerm:
    """A term called after its metric unless `id` says otherwise."""
    name = settings.pop("id", metric)
    return TimerTerm(name, metric, Limit(value, unit), **settings)


def timers(events: list[Event], terms: list[TimerTerm], when: str) -> tuple[Timer, ...]:
    """The fold at a moment of that week."""
    return fold(events, terms, CLOCKS, at(when))


def one(events: list[Event], only: TimerTerm, when: str) -> Timer:
    """The single timer of a single term."""
    (timer,) = timers(events, [only], when)
    return timer
