"""Natural periods and the shares into which several turns cut them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.limits import add_months
from opsledger.core.recurrence.model import (
    MONTHS_IN,
    Days,
    FixedMonths,
    Period,
    Periods,
    PerPeriod,
    RecurrenceRule,
    ServicePeriod,
)

_ONE = timedelta(days=1)


class Share(NamedTuple):
    """One turn's share of a period, uncut: its stable id, first and last day."""

    id: str
    first: date
    last: date


class Span(NamedTuple):
    """A period, uncut: its key, first and last day."""

    key: str
    first: date
    last: date


def period_shares(
    frequency: PerPeriod, service: ServicePeriod, calendar: WorkingCalendar, rule: RecurrenceRule
) -> Iterator[Share]:
    """The shares of every period that the service period touches, in order."""
    for span in _spans(frequency, service, calendar, rule):
        yield from _cut(span, frequency.count, _months_of(frequency), calendar, rule)


def fixed_month_shares(
    frequency: FixedMonths, service: ServicePeriod, calendar: WorkingCalendar, rule: RecurrenceRule
) -> Iterator[Share]:
    """The shares of the named months of every year of service."""
    for year in range(service.first.year, service.last.year + 1):
        for month in sorted(set(frequency.months)):
            first = date(year, month, 1)
            span = Span(f"{first:%Y-%m}", first, add_months(first, 1) - _ONE)
            yield from _cut(span, frequency.count, 1, calendar, rule)


def _months_of(frequency: PerPeriod) -> int:
    return MONTHS_IN.get(frequency.period, 0) * frequency.every


def _spans(
    frequency: PerPeriod, service: ServicePeriod, calendar: WorkingCalendar, rule: RecurrenceRule
) -> Iterator[Span]:
    """Whole periods from the one that holds the first day of service to the one that holds the last."""
    period, every = frequency.period, frequency.every
    if period is Period.TERM:
        yield Span("term", service.first, service.last)
    elif period in (Period.DAY, Period.WORKDAY):
        yield from _days(period, every, service, calendar, rule)
    elif period is Period.WEEK:
        yield from _weeks(every, service, rule)
    else:
        yield from _months(period, every, service, rule)


def _days(
    period: Period, every: int, service: ServicePeriod, calendar: WorkingCalendar, rule: RecurrenceRule
) -> Iterator[Span]:
    """Every k-th counted day from the anchor: working days, unless the rule says all days."""
    only_working = period is Period.WORKDAY or rule.days is Days.WORKING
    anchor = rule.anchor or service.first
    if only_working:
        anchor = calendar.roll_forward(anchor)
        day = calendar.roll_forward(service.first)
        skip = -calendar.working_days_between(anchor, day) % every
        day = calendar.add_working_days(day, skip)
    else:
        day = service.first + (anchor - service.first).days % every * _ONE
    while day <= service.last:
        yield Span(day.isoformat(), day, day)
        day = calendar.add_working_days(day, every) if only_working else day + every * _ONE


def _weeks(every: int, service: ServicePeriod, rule: RecurrenceRule) -> Iterator[Span]:
    """Blocks of k weeks, from Monday or from the weekday on which service begins."""
    anchor = rule.anchor or service.first
    if rule.periods is Periods.NATURAL:
        anchor -= timedelta(days=anchor.weekday())
    length = 7 * every
    first = service.first - timedelta(days=(service.first - anchor).days % length)
    while first <= service.last:
        year, week, _ = first.isocalendar()
        key = f"{year}-W{week:02d}" if rule.periods is Periods.NATURAL else f"{first.isoformat()}W"
        yield Span(key, first, first + timedelta(days=length - 1))
        first += timedelta(days=length)


def _months(period: Period, every: int, service: ServicePeriod, rule: RecurrenceRule) -> Iterator[Span]:
    """Blocks of months: natural ones, or counted from the first day of service."""
    size = MONTHS_IN[period]
    anchor = rule.anchor or service.first
    if rule.periods is Periods.NATURAL:
        anchor = date(anchor.year, (anchor.month - 1) // size * size + 1, 1)
    length = size * every
    apart = (service.first.year - anchor.year) * 12 + service.first.month - anchor.month
    number = apart // length - 1
    while (first := add_months(anchor, number * length)) <= service.last:
        last = add_months(anchor, (number + 1) * length) - _ONE
        if last >= service.first:
            yield Span(_month_key(period, first, rule), first, last)
        number += 1


def _month_key(period: Period, first: date, rule: RecurrenceRule) -> str:
    if rule.periods is Periods.FROM_START:
        return f"{first.isoformat()}{period.value[0].upper()}"
    if period is Period.YEAR:
        return f"{first.year}"
    if period is Period.MONTH:
        return f"{first:%Y-%m}"
    if period is Period.QUARTER:
        return f"{first.year}Q{(first.month + 2) // 3}"
    return f"{first.year}H{1 if first.month <= 6 else 2}"


def _cut(
    span: Span, count: int, months: int, calendar: WorkingCalendar, rule: RecurrenceRule
) -> Iterator[Share]:
    """A period cut into `count` shares: by whole months, else by days, else by its workable days."""
    if count == 1 or span.first == span.last:
        for number in range(1, count + 1):
            yield Share(f"{span.key}#{number}", span.first, span.last)
        return
    if months and months % count == 0:
        step = months // count
        starts: Sequence[date] = [add_months(span.first, step * index) for index in range(count)]
    else:
        starts = _even_starts(span, count, calendar, rule)
    ends = [start - _ONE for start in starts[1:]] + [span.last]
    for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1):
        yield Share(f"{span.key}#{number}", first, max(first, last))


def _even_starts(span: Span, count: int, calendar: WorkingCalendar, rule: RecurrenceRule) -> Sequence[date]:
    """First days of even shares, each with a workable day of its own while there are enough."""
    length = (span.last - span.first).days + 1
    even = [span.first + timedelta(days=length * index // count) for index in range(count)]
    if rule.days is Days.ALL:
        return even
    days = [span.first + timedelta(days=index) for index in range(length)]
    working = [day for day in days if calendar.is_working_day(day)]
    bounds = [*even, span.last + _ONE]
    if all(any(low <= day < high for day in working) for low, high in pairwise(bounds)):
        return even
    usable = working if len(working) >= count else days
    chosen = [usable[len(usable) * index // count] for index in range(count)]
    return [span.first, *chosen[1:]]
