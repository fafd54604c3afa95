"""Limits of every unit, and the moment at which each runs out.

Minutes and hours run from the moment of the report, in the service window or on the wall clock.  Day
limits follow Civil Code art. 200-204: the first day does not count, a month ends on the corresponding
day or the last of the month, a last day off moves to the next working day, and the day ends at the
close of business, else at 24:00.  Every one of these is a named setting of `LimitRules`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.errors import DomainError

_MICROS_OF = {"minute": 60_000_000, "hour": 3_600_000_000}
_HOURS_A_DAY = 24


class Unit(StrEnum):
    """The units in which contracts state a limit."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SAME_DAY = "same_day"
    NEXT_WORKDAY = "next_workday"


UNIT_WORDS = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "天",
    Unit.WORKDAY: "个工作日",
    Unit.WEEK: "周",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
}


class DayEnd(StrEnum):
    """When the last day of a day limit ends."""

    CLOSE = "close"
    MIDNIGHT = "midnight"
    SAME_TIME = "same_time"


@dataclass(frozen=True, slots=True)
class LimitRules:
    """How a limit is counted; the defaults are the Civil Code's.

    `hours_run`: "window" (service hours) or "wall" (自然小时).
    `first_day_counts`: whether the day of the report is day one (art. 201: no).
    `roll_last_day`: a last day off moves to the next working day (art. 203), for day, week and month.
    `day_ends`, `workday_ends`: close of business, 24:00, or the same time of day as the report.
    `week_ends_sunday`: a week limit ends with the Sunday of its last week instead of the same weekday.
    `day_is_24_hours`: a "day" is 24 hours on the wall clock, not a calendar day.
    `outside_counts_from_opening`: a report outside the window counts as made at the next opening, so
    that day limits start from that day.
    """

    hours_run: str = "window"
    first_day_counts: bool = False
    roll_last_day: bool = True
    day_ends: DayEnd = DayEnd.CLOSE
    workday_ends: DayEnd = DayEnd.CLOSE
    week_ends_sunday: bool = False
    day_is_24_hours: bool = False
    outside_counts_from_opening: bool = False

    def __post_init__(self) -> None:
        if self.hours_run not in ("window", "wall"):
            raise DomainError("limit.unknown_rule", rule="hours_run", value=self.hours_run)


CIVIL_CODE = LimitRules()


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of one unit: ``Limit(4, Unit.HOUR)``; fractions only of minutes and hours.

    Zero is 立即.  Negative: ``limit.negative``; part of a day: ``limit.part_of_day``.
    """

    value: Decimal
    unit: Unit

    def __init__(self, value: Decimal | float | str, unit: Unit | str) -> None:
        try:
            object.__setattr__(self, "unit", Unit(unit))
        except ValueError:
            raise DomainError("limit.unknown_unit", unit=unit) from None
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise DomainError("limit.not_a_number", value=value) from None
        if not amount.is_finite():
            raise DomainError("limit.not_a_number", value=value)
        if amount < 0:
            raise DomainError("limit.negative", value=value, unit=self.unit)
        if self.unit not in (Unit.MINUTE, Unit.HOUR) and amount != amount.to_integral_value():
            raise DomainError("limit.part_of_day", value=value, unit=self.unit)
        object.__setattr__(self, "value", amount)

    @classmethod
    def of_micros(cls, micros: int) -> Limit:
        """A limit in minutes that is exactly `micros` long."""
        return cls(Decimal(micros) / 60_000_000, Unit.MINUTE)

    @property
    def runs_on_clock(self) -> bool:
        """True for minutes and hours, which are counted; False for limits that end with a day."""
        return self.unit in _MICROS_OF

    @property
    def micros(self) -> int:
        """The amount in microseconds, for minutes and hours."""
        return int((self.value * _MICROS_OF[self.unit]).to_integral_value())

    @property
    def text(self) -> str:
        """The limit as people say it: 4小时, 3个工作日, 当天."""
        if self.unit is Unit.SAME_DAY:
            return "当天"
        if self.unit is Unit.NEXT_WORKDAY:
            return "下一个工作日"
        number = self.value.quantize(Decimal(1)) if self.value == self.value.to_integral() else self.value
        return f"{number.normalize():f}{UNIT_WORDS[self.unit]}"


def due_of(limit: Limit, start: datetime, clock: ServiceClock, rules: LimitRules = CIVIL_CODE) -> datetime:
    """The moment at which `limit`, begun at `start`, runs out.

    For minutes and hours the earliest moment at which that much has run.  For day limits the end of
    the last day.  Aware moments only; the answer is in the clock's zone.
    """
    to_micros(start)
    if limit.runs_on_clock:
        if rules.hours_run == "wall":
            return (start + timedelta(microseconds=limit.micros)).astimezone(clock.tz)
        return clock.add(start, timedelta(microseconds=limit.micros))
    if limit.unit is Unit.DAY and rules.day_is_24_hours:
        return (start + timedelta(hours=_HOURS_A_DAY * int(limit.value))).astimezone(clock.tz)
    begun = clock.next_open(start) if rules.outside_counts_from_opening else start
    if limit.unit is Unit.SAME_DAY:
        return _end_of_service_day(begun, clock)
    last = day_limit_end(limit, clock.local_date(begun), clock.calendar, rules)
    return _end_of(last, begun, clock, _day_end(limit, rules))


def day_limit_end(
    limit: Limit, first: date, calendar: WorkingCalendar, rules: LimitRules = CIVIL_CODE
) -> date:
    """The date on which a day limit begun on `first` ends, moved off days off as the rules say.

    ``limit.not_a_day_limit`` for minutes, hours and the same day.
    """
    count = int(limit.value)
    if limit.unit is Unit.NEXT_WORKDAY:
        return calendar.add_working_days(first, 1)
    if limit.unit is Unit.WORKDAY:
        if rules.first_day_counts and count and calendar.is_working_day(first):
            count -= 1
        return calendar.add_working_days(first, count)
    less = timedelta(days=1 if rules.first_day_counts and count else 0)
    if limit.unit is Unit.DAY:
        last = first + timedelta(days=count) - less
    elif limit.unit is Unit.WEEK:
        last = first + timedelta(weeks=count) - less
        if rules.week_ends_sunday:
            last += timedelta(days=6 - last.weekday())
    elif limit.unit in (Unit.MONTH, Unit.YEAR):
        last = add_months(first, count * (12 if limit.unit is Unit.YEAR else 1)) - less
    else:
        raise DomainError("limit.not_a_day_limit", unit=limit.unit)
    return calendar.roll_forward(last) if rules.roll_last_day else last


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of that month (Civil Code art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise DomainError("calendar.beyond", year=year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day_end(limit: Limit, rules: LimitRules) -> DayEnd:
    return rules.workday_ends if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY) else rules.day_ends


def _end_of(day: date, start: datetime, clock: ServiceClock, ends: DayEnd) -> datetime:
    if ends is DayEnd.CLOSE:
        return clock.close_of(day)
    if ends is DayEnd.MIDNIGHT:
        return clock.moment_on(day, _HOURS_A_DAY * 3600)
    local = start.astimezone(clock.tz)
    whole = clock.moment_on(day, local.hour * 3600 + local.minute * 60 + local.second)
    return whole + timedelta(microseconds=local.microsecond)


def _end_of_service_day(start: datetime, clock: ServiceClock) -> datetime:
    """The close of the service day that holds `start`, or of the next one when that day is over."""
    opened = clock.next_open(start)
    day = clock.local_date(opened)
    # After midnight a night shift still belongs to the day before.
    night = day - timedelta(days=1)
    if not clock.window.is_always_open and clock.has_hours(night) and opened < clock.close_of(night):
        return clock.close_of(night)
    return clock.close_of(day)


def due_micros(
    limit: Limit,
    start: int,
    clock: ServiceClock,
    rules: LimitRules = CIVIL_CODE,
    pauses: Sequence[tuple[int, int]] = (),
) -> int:
    """`due_of` in microseconds since 1970, pushed back by pauses.

    `pauses` are half-open, in order and apart.  A pause counts when it begins before the limit has run
    out.  Minutes and hours wait for the open time of the pause; working-day limits for the working
    days after the first up to the last day of the pause; other day limits for its calendar days; a
    same-day limit moves to the service day on which a pause that outlasts it ends.
    """
    if limit.runs_on_clock:
        return _clock_due(limit.micros, start, clock, rules, pauses)
    begun = from_micros(start)
    due = to_micros(due_of(limit, begun, clock, rules))
    extra = 0
    for opens, closes in pauses:
        if opens >= due:
            break
        if limit.unit is Unit.SAME_DAY:
            if closes > due:
                due = to_micros(_end_of_service_day(from_micros(closes), clock))
            continue
        first, last = clock.local_date(from_micros(max(opens, start))), clock.local_date(from_micros(closes))
        if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY):
            extra += clock.calendar.working_days_between(first, last)
        else:
            extra += (last - first).days
        if extra and closes > start:
            due = to_micros(_extended_due(limit, begun, clock, rules, extra))
    return due


def _extended_due(
    limit: Limit, start: datetime, clock: ServiceClock, rules: LimitRules, extra: int
) -> datetime:
    """The end of a day limit whose last day lies `extra` (working) days further on."""
    if limit.unit is Unit.DAY and rules.day_is_24_hours:
        return due_of(limit, start, clock, rules) + timedelta(days=extra)
    begun = clock.next_open(start) if rules.outside_counts_from_opening else start
    first = clock.local_date(begun)
    if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY):
        last = clock.calendar.add_working_days(day_limit_end(limit, first, clock.calendar, rules), extra)
    else:
        plain = replace(rules, roll_last_day=False)
        last = day_limit_end(limit, first, clock.calendar, plain) + timedelta(days=extra)
        if rules.roll_last_day:
            last = clock.calendar.roll_forward(last)
    return _end_of(last, begun, clock, _day_end(limit, rules))


def _clock_due(
    amount: int, start: int, clock: ServiceClock, rules: LimitRules, pauses: Sequence[tuple[int, int]]
) -> int:
    """The earliest moment at which `amount` has run outside the pauses."""
    on_wall = rules.hours_run == "wall"
    due = start + amount if on_wall else clock.add_micros(start, amount)
    paused = 0
    for opens, closes in pauses:
        if closes <= start:
            continue
        if opens >= due and (amount or opens > due):
            break
        if amount == 0:
            # Nothing has to run: due is the first moment that would count at all.
            due = closes if on_wall else clock.add_micros(closes, 0)
            continue
        begun = max(opens, start)
        paused += closes - begun if on_wall else clock.between_micros(begun, closes)
        due = start + amount + paused if on_wall else clock.add_micros(start, amount + paused)
    return due
