"""How fast the rules of time are, beside two packages from PyPI, in one run on one core.

Everything is measured in this process with the same moments; ratios are calls a second of ours over
theirs, everything in processor seconds, so that a busy machine does not count.  The two
packages are in requirements/bench.txt; without them their lines say so.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from opsledger.core.calendars import DayKind, ServiceWindow, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.limits import Limit, Unit
from opsledger.core.recurrence import Period, PerPeriod, ServicePeriod, windows
from opsledger.core.sla import Event, TimerTerm, fold

CHINA = WorkingCalendar.china()
OFFICE = "周一至周五 9:00-12:00,13:00-18:00"
MONTH, THREE_YEARS = 30, 1095
MIN_CALLS = 150_000
TICKETS, OBLIGATIONS = 100_000, 1_000


def moments(days: int, count: int) -> list[tuple[datetime, datetime]]:
    """Pairs of moments so many days apart, in 2022 to 2025, so that official holidays lie ahead of each."""
    random_ = random.Random(20260101)
    first = datetime(2022, 1, 1, tzinfo=UTC)
    room = 4 * 365 - days - 1
    starts = [first + timedelta(minutes=random_.randrange(room * 1440)) for _ in range(count)]
    return [(start, start + timedelta(days=days)) for start in starts]


def rate(call: Callable[[datetime, object], object], pairs: Sequence[tuple[datetime, object]]) -> float:
    """Calls a processor second: the best of five passes over the same pairs."""
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        for first, second in pairs:
            call(first, second)
        best = min(best, time.process_time() - begun)
    return len(pairs) / best


def verdict(name: str, value: float, target: float, unit: str = "", *, at_most: bool = False) -> bool:
    """Print a figure beside its target; whether it was reached."""
    reached = value <= target if at_most else value >= target
    bound = "at most" if at_most else "at least"
    digits = 2 if value < 100 else 0
    told = f"{value:,.{digits}f}{unit}"
    print(f"{name:<62} {told:>12}  ({bound} {target:,g}{unit}) {'ok' if reached else 'MISSED'}", flush=True)
    return reached


def clock_speed() -> list[bool]:
    """`add` and `between` by themselves: calls a second, and what the span costs."""
    clock = ServiceClock(CHINA, parse_window(OFFICE))
    rates: dict[tuple[str, int], float] = {}
    for days in (MONTH, THREE_YEARS):
        spans = moments(days, 20_000)
        amounts = [(start, clock.between(start, end)) for start, end in spans]
        rates["add", days] = rate(clock.add, amounts)
        rates["between", days] = rate(clock.between, spans)
    done = []
    for name in ("add", "between"):
        done.append(verdict(f"{name}, {MONTH} days, calls a second", rates[name, MONTH], MIN_CALLS))
        grows = rates[name, MONTH] / rates[name, THREE_YEARS]
        done.append(verdict(f"{name}, cost of 3 years over 30 days", grows, 1.5, "x", at_most=True))
    return done


def beside_businesstimedelta() -> list[bool]:
    """The same office hours and holidays in businesstimedelta, which knows no make-up days."""
    try:
        import businesstimedelta as theirs
    except ImportError:
        print("businesstimedelta is not installed: pip install -r requirements/bench.txt")
        return []
    weekdays = list(range(5))
    work = theirs.WorkDayRule(time_of_day(9), time_of_day(18), weekdays)
    lunch = theirs.LunchTimeRule(time_of_day(12), time_of_day(13), weekdays)
    first = date(2021, 1, 1)
    days = [first + timedelta(days=number) for number in range(7 * 365)]
    off = theirs.HolidayRule({day: "off" for day in days if CHINA.kind_of(day) is DayKind.HOLIDAY})
    rules = theirs.Rules([work, lunch, off])
    clock = ServiceClock(CHINA, parse_window(OFFICE), "UTC")
    spans = moments(MONTH, 40)
    amounts = [(start, clock.between(start, end)) for start, end in spans]
    their_amounts = [(start, theirs.BusinessTimeDelta(rules, timedelta=amount)) for start, amount in amounts]
    return [
        verdict(
            "add, times businesstimedelta",
            rate(clock.add, amounts * 50) / rate(lambda start, amount: start + amount, their_amounts),
            500,
            "x",
        ),
        verdict(
            "between, times businesstimedelta",
            rate(clock.between, spans * 50) / rate(rules.difference, spans),
            500,
            "x",
        ),
    ]


def beside_business_duration() -> list[bool]:
    """business-duration only measures spans, and knows neither lunch nor make-up days."""
    try:
        from business_duration import businessDuration
    except ImportError:
        print("business-duration is not installed: pip install -r requirements/bench.txt")
        return []
    off = {
        day: "off"
        for day in (date(2021, 1, 1) + timedelta(days=number) for number in range(7 * 365))
        if CHINA.kind_of(day) is DayKind.HOLIDAY
    }
    clock = ServiceClock(CHINA, parse_window(OFFICE), "UTC")
    spans = moments(MONTH, 40)
    naive = [(start.replace(tzinfo=None), end.replace(tzinfo=None)) for start, end in spans]

    def their_between(start: datetime, end: object) -> object:
        return businessDuration(start, end, time_of_day(9), time_of_day(18), holidaylist=off, unit="min")

    ratio = rate(clock.between, spans * 50) / rate(their_between, naive)
    print("add, times business-duration: nothing to compare, it only measures spans and has no add")
    return [verdict("between, times business-duration", ratio, 10, "x")]


CLOCKS = {
    "any": ServiceClock(CHINA, ServiceWindow.always()),
    "business": ServiceClock(CHINA, parse_window(OFFICE)),
}
_WAITS = frozenset({"customer", "third_party"})
TERMS = [
    TimerTerm("respond", "respond", Limit(30, Unit.MINUTE)),
    TimerTerm("respond-major", "respond", Limit(10, Unit.MINUTE), severity="重大"),
    TimerTerm("arrive", "arrive", Limit(2, Unit.HOUR), clock="business", pause_reasons=_WAITS),
    TimerTerm("resolve", "resolve", Limit(8, Unit.HOUR), clock="business", pause_reasons=_WAITS),
    TimerTerm(
        "resolve-major",
        "resolve",
        Limit(4, Unit.HOUR),
        clock="business",
        severity="重大",
        pause_reasons=_WAITS,
    ),
    TimerTerm("report", "report", Limit(3, Unit.WORKDAY), clock="business"),
]


def ticket(number: int, start: datetime) -> list[Event]:
    """A ticket of eight events that wakes four timers, re-targets two and pauses two."""
    steps: list[tuple[str, int, dict[str, str]]] = [
        ("reported", 0, {"severity": "一般"}),
        ("accepted", 12, {}),
        ("severity_changed", 30, {"severity": "重大"}),
        ("arrived", 90, {}),
        ("suspended", 120, {"reason": "customer", "waiting_for": "信息科"}),
        ("resumed", 300, {}),
        ("resolved", 600, {}),
        ("report_delivered", 3000, {}),
    ]
    moment = {minutes: start + timedelta(minutes=minutes) for _, minutes, _ in steps}
    return [
        Event(f"{number}-{step}", kind, moment[minutes], moment[minutes], data)
        for step, (kind, minutes, data) in enumerate(steps)
    ]


def fold_speed() -> list[bool]:
    """A province's history: only the folding is timed, the building of the events is not."""
    random_ = random.Random(8)
    first, at = datetime(2023, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    spent: dict[int, float] = {}
    for count in (TICKETS // 10, TICKETS):
        total = 0.0
        for lot in range(0, count, 5_000):
            tickets = [
                ticket(number, first + timedelta(minutes=random_.randrange(1300 * 1440)))
                for number in range(lot, min(lot + 5_000, count))
            ]
            begun = time.process_time()
            for events in tickets:
                fold(events, TERMS, CLOCKS, at)
            total += time.process_time() - begun
        spent[count] = total
    bends = spent[TICKETS] / spent[TICKETS // 10] / 10
    return [
        verdict(f"fold of {TICKETS:,} tickets, 8 events, 4 timers", spent[TICKETS], 15, " s", at_most=True),
        verdict("fold, a ticket of 100,000 over one of 10,000", bends, 1.25, "x", at_most=True),
    ]


def planning_speed() -> list[bool]:
    """Five years of a thousand obligations, a tenth of them daily."""
    frequencies = [
        PerPeriod(1, Period.WORKDAY),
        PerPeriod(1, Period.WEEK),
        PerPeriod(2, Period.WEEK),
        PerPeriod(1, Period.WEEK, 2),
        PerPeriod(1, Period.MONTH),
        PerPeriod(2, Period.MONTH),
        PerPeriod(1, Period.QUARTER),
        PerPeriod(4, Period.YEAR),
        PerPeriod(1, Period.HALFYEAR),
        PerPeriod(3, Period.TERM),
    ]
    random_ = random.Random(9)
    begun = time.process_time()
    planned = 0
    for number in range(OBLIGATIONS):
        first = date(2022, 1, 1) + timedelta(days=random_.randrange(300))
        period = ServicePeriod(first, first + timedelta(days=5 * 365))
        planned += len(windows(frequencies[number % len(frequencies)], period, CHINA))
    seconds = time.process_time() - begun
    name = f"planning {OBLIGATIONS:,} obligations for 5 years, {planned:,} windows"
    return [verdict(name, seconds, 5, " s", at_most=True)]


def main() -> int:
    """Every measurement; 1 when a target was missed."""
    done = [*clock_speed(), *beside_businesstimedelta(), *beside_business_duration()]
    done += [*fold_speed(), *planning_speed()]
    print(f"{sum(done)} of {len(done)} targets reached")
    return 0 if all(done) else 1


if __name__ == "__main__":
    raise SystemExit(main())
