"""The moment at which a limit runs out, pauses included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.limits.days import day_limit_end, end_of_day, end_of_service_day
from opsledger.core.limits.model import CIVIL_CODE, Limit, LimitRules, Unit


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
        return (start + timedelta(hours=24 * int(limit.value))).astimezone(clock.tz)
    begun = _counts_from(start, clock, rules)
    if limit.unit is Unit.SAME_DAY:
        return end_of_service_day(begun, clock)
    last = day_limit_end(limit, clock.local_date(begun), clock.calendar, rules)
    return end_of_day(last, begun, clock, rules.end_of(limit.unit))


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
    reported = from_micros(start)
    due = to_micros(due_of(limit, reported, clock, rules))
    counts_from = to_micros(_counts_from(reported, clock, rules))
    extra = 0
    for opens, closes in pauses:
        if opens >= due:
            break
        if closes <= counts_from:
            continue
        if limit.unit is Unit.SAME_DAY:
            if closes > due:
                due = to_micros(end_of_service_day(from_micros(closes), clock))
            continue
        first = clock.local_date(from_micros(max(opens, counts_from)))
        last = clock.local_date(from_micros(closes))
        if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY):
            extra += clock.calendar.working_days_between(first, last)
        else:
            extra += (last - first).days
        if extra:
            due = to_micros(_extended_due(limit, reported, clock, rules, extra))
    return due


def _counts_from(reported: datetime, clock: ServiceClock, rules: LimitRules) -> datetime:
    """The moment from whose date a day limit counts."""
    return clock.next_open(reported) if rules.outside_counts_from_opening else reported


def _extended_due(
    limit: Limit, start: datetime, clock: ServiceClock, rules: LimitRules, extra: int
) -> datetime:
    """The end of a day limit whose last day lies `extra` (working) days further on."""
    if limit.unit is Unit.DAY and rules.day_is_24_hours:
        return due_of(limit, start, clock, rules) + timedelta(days=extra)
    begun = _counts_from(start, clock, rules)
    first = clock.local_date(begun)
    if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY):
        last = clock.calendar.add_working_days(day_limit_end(limit, first, clock.calendar, rules), extra)
    else:
        plain = replace(rules, roll_last_day=False)
        last = day_limit_end(limit, first, clock.calendar, plain) + timedelta(days=extra)
        if rules.roll_last_day:
            last = clock.calendar.roll_forward(last)
    return end_of_day(last, begun, clock, rules.end_of(limit.unit))


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
        if opens >= due:
            break
        if amount == 0:
            # Nothing has to run: due is the first moment that would count at all.
            due = closes if on_wall else clock.add_micros(closes, 0)
            continue
        begun = max(opens, start)
        paused += closes - begun if on_wall else clock.between_micros(begun, closes)
        due = start + amount + paused if on_wall else clock.add_micros(start, amount + paused)
    return due
