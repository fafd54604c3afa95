"""The moment at which a limit runs out, pauses included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.limits.days import day_limit_end, end_of_day, end_of_service_day
from opsledger.core.limits.model import CIVIL_CODE, Limit, LimitRules, Unit

_DAY_MICROS = 86_400_000_000


def due_of(limit: Limit, start: datetime, clock: ServiceClock, rules: LimitRules = CIVIL_CODE) -> datetime:
    """The moment at which `limit`, begun at `start`, runs out.

    For minutes and hours the earliest moment at which that much has run.  For day limits the end of
    the last day.  Aware moments only; the answer is in the clock's zone.
    """
    return from_micros(_plain(limit, to_micros(start), clock, rules)).astimezone(clock.tz)


def due_micros(
    limit: Limit,
    start: int,
    clock: ServiceClock,
    rules: LimitRules = CIVIL_CODE,
    pauses: Sequence[tuple[int, int]] = (),
) -> int:
    """`due_of` in microseconds since 1970, pushed back by pauses.

    `pauses` are half-open, in order and apart.  A pause counts when it begins before the limit has run
    out; what it took of the service time after the start is given back as service time after the plain
    due moment (on the wall clock for natural hours and days of 24 hours).  A same-day limit instead moves
    to the service day on which a pause that outlasts it ends.
    """
    plain = due = _plain(limit, start, clock, rules)
    if not pauses:
        return due
    on_wall = _runs_on_wall(limit, rules)
    lost = 0
    for opens, closes in pauses:
        if opens >= due:
            break
        if closes <= start:
            continue
        if limit.unit is Unit.SAME_DAY:
            if closes > due:
                due = to_micros(end_of_service_day(from_micros(closes), clock))
            continue
        begun = max(opens, start)
        lost += closes - begun if on_wall else clock.between_micros(begun, closes)
        if lost:
            due = plain + lost if on_wall else clock.add_micros(plain, lost)
    return due


def _plain(limit: Limit, start: int, clock: ServiceClock, rules: LimitRules) -> int:
    """The due moment without pauses."""
    if limit.runs_on_clock:
        return start + limit.micros if rules.hours_run == "wall" else clock.add_micros(start, limit.micros)
    if _runs_on_wall(limit, rules):
        return start + _DAY_MICROS * int(limit.value)
    reported = from_micros(start)
    begun = clock.next_open(reported) if rules.outside_counts_from_opening else reported
    if limit.unit is Unit.SAME_DAY:
        return to_micros(end_of_service_day(begun, clock))
    last = day_limit_end(limit, clock.local_date(begun), clock.calendar, rules)
    return to_micros(end_of_day(last, begun, clock, rules.end_of(limit.unit)))


def _runs_on_wall(limit: Limit, rules: LimitRules) -> bool:
    if limit.runs_on_clock:
        return rules.hours_run == "wall"
    return limit.unit is Unit.DAY and rules.day_is_24_hours
