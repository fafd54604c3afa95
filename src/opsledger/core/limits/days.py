"""Limits that end with a day: which day that is, and when on it (Civil Code art. 201-203)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.errors import DomainError
from opsledger.core.limits.model import CIVIL_CODE, DayEnd, Limit, LimitRules, Unit

_DAY_SECONDS = 86_400


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


def end_of_day(day: date, start: datetime, clock: ServiceClock, ends: DayEnd) -> datetime:
    """The end of `day` as the rules have it; `start` gives the time of day for SAME_TIME."""
    if ends is DayEnd.CLOSE:
        return clock.close_of(day)
    if ends is DayEnd.MIDNIGHT:
        return clock.moment_on(day, _DAY_SECONDS)
    local = start.astimezone(clock.tz)
    whole = clock.moment_on(day, local.hour * 3600 + local.minute * 60 + local.second)
    # Local arithmetic would forget which of two equal readings is meant.
    return from_micros(to_micros(whole) + local.microsecond).astimezone(clock.tz)


def end_of_service_day(start: datetime, clock: ServiceClock) -> datetime:
    """The close of the service day that holds `start`, or of the next one when that day is over."""
    opened = clock.next_open(start)
    day = clock.local_date(opened)
    # After midnight a night shift still belongs to the day before.
    night = day - timedelta(days=1)
    if (
        not clock.window.is_always_open
        and clock.has_hours(night)
        and to_micros(opened) < to_micros(clock.close_of(night))
    ):
        return clock.close_of(night)
    return clock.close_of(day)


def workdays_back(count: int, end: datetime, clock: ServiceClock, rules: LimitRules = CIVIL_CODE) -> datetime:
    """The moment `count` working days before `end`, the day of `end` not counted: for notices beforehand.

    It ends as the rules say a working day does (close of business, 24:00, the same time of day).
    """
    day = clock.local_date(end)
    last = clock.calendar.add_working_days(day, -count) if count else clock.calendar.roll_back(day)
    return end_of_day(last, end, clock, rules.workday_ends)
