"""One ticket through its life, by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

from opsledger.core.calendars import ServiceWindow, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.limits import Limit, Unit
from opsledger.core.sla import Event, State, Timer, TimerTerm, fold

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar.china()
CLOCKS = {
    "any": ServiceClock(CHINA, ServiceWindow.always()),
    "business": ServiceClock(CHINA, parse_window("5x8")),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def event(number: int, kind: str, when: str, **data: str) -> Event:
    return Event(f"e{number}", kind, at(when), at(when), data)


def only(timers: tuple[Timer, ...], metric: str) -> Timer:
    (found,) = [timer for timer in timers if timer.metric == metric]
    return found


TERMS = [
    TimerTerm("t-respond", "respond", Limit(30, Unit.MINUTE)),
    TimerTerm(
        "t-resolve", "resolve", Limit(4, Unit.HOUR), clock="business", pause_reasons=frozenset({"customer"})
    ),
]


def test_a_pause_pushes_the_due_moment_and_is_named() -> None:
    events = [
        event(1, "reported", "2026-03-05 10:00"),
        event(2, "accepted", "2026-03-05 10:20"),
        event(3, "suspended", "2026-03-05 11:00", reason="customer", waiting_for="信息科"),
        event(4, "resumed", "2026-03-05 13:00"),
        event(5, "resolved", "2026-03-05 15:00"),
    ]
    timers = fold(events, TERMS, CLOCKS, at("2026-03-06 09:00"))
    respond, resolve = only(timers, "respond"), only(timers, "resolve")
    assert (respond.state, respond.due, respond.elapsed) == (
        State.MET,
        at("2026-03-05 10:30"),
        timedelta(minutes=20),
    )
    # 10:00 + 4 h + 2 h paused = 16:00; 10:00-11:00 and 13:00-15:00 counted = 3 h.
    assert (resolve.state, resolve.due) == (State.MET, at("2026-03-05 16:00"))
    assert (resolve.elapsed, resolve.paused) == (timedelta(hours=3), timedelta(hours=2))
    assert [(pause.reason, pause.waiting_for) for pause in resolve.pauses] == [("customer", "信息科")]


def test_unmet_past_due_is_a_breach_though_nobody_looked() -> None:
    timers = fold([event(1, "reported", "2026-03-05 10:00")], TERMS, CLOCKS, at("2026-03-05 15:00"))
    resolve = only(timers, "resolve")
    assert (resolve.state, resolve.breached_at) == (State.BREACHED, at("2026-03-05 14:00"))
    assert resolve.remaining == -timedelta(hours=1)


def test_arrival_order_does_not_matter() -> None:
    events = [
        event(1, "reported", "2026-03-05 10:00", severity="一般"),
        event(2, "suspended", "2026-03-05 11:00", reason="customer"),
        event(3, "resumed", "2026-03-05 12:00"),
        event(4, "severity_changed", "2026-03-05 12:00", severity="重大"),
        event(5, "resolved", "2026-03-05 15:00"),
    ]
    answers = {fold(order, TERMS, CLOCKS, at("2026-03-06 09:00")) for order in permutations(events)}
    assert len(answers) == 1
