"""Figures of a service desk over a stretch of time: what came, what was done, how long it took, what is left.

A ticket came when it was reported, was done when it was resolved, and is left at a moment when it had come by then
and was neither resolved nor void (cancelled, merged).  Durations are by the wall clock from report to resolution,
and of many the median is told: one forgotten ticket says nothing about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from opsledger.core.compliance import percent_of

Key = TypeVar("Key", bound=Hashable)
_DAYS_BY_DAY, _DAYS_BY_WEEK = 35, 190


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket as the figures see it; `ended_at` is when it was resolved or became void, None while it is open."""

    reported_at: datetime
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    void: bool = False
    late: bool = False
    reopened: bool = False
    rating: int | None = None

    @property
    def took(self) -> timedelta | None:
        return None if self.resolved_at is None else self.resolved_at - self.reported_at


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of some tickets in [since, until).  Rates are in percent, None of nothing."""

    reported: int
    void: int
    resolved: int
    late: int
    reopened: int
    left: int
    median_time: timedelta | None
    rated: int
    mean_rating: Decimal | None

    @property
    def in_time(self) -> Decimal | None:
        """Of those resolved, the share in which no limit was broken."""
        return percent_of(self.resolved - self.late, self.resolved)

    @property
    def reopened_share(self) -> Decimal | None:
        return percent_of(self.reopened, self.resolved)


def summary(cases: Iterable[Case], since: datetime, until: datetime) -> Summary:
    """What came and was done in [since, until), and what was left at its end."""
    cases = list(cases)
    came = [case for case in cases if since <= case.reported_at < until]
    done = [case for case in cases if case.resolved_at and since <= case.resolved_at < until]
    times = [case.took for case in done if case.took is not None]
    marks = [case.rating for case in done if case.rating is not None]
    return Summary(
        reported=len(came),
        void=sum(case.void for case in came),
        resolved=len(done),
        late=sum(case.late for case in done),
        reopened=sum(case.reopened for case in done),
        left=left_at(cases, until),
        median_time=_middle(times),
        rated=len(marks),
        mean_rating=(Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if marks
        else None,
    )


def _middle(times: Sequence[timedelta]) -> timedelta | None:
    """The median, of an even number the mean of the two in the middle."""
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None


def left_at(cases: Iterable[Case], moment: datetime) -> int:
    """How many were open just before `moment`."""
    return sum(
        case.reported_at < moment and (case.ended_at is None or case.ended_at >= moment) for case in cases
    )


def grouped(cases: Iterable[tuple[Key, Case]], since: datetime, until: datetime) -> list[tuple[Key, Summary]]:
    """The same by what the tickets have in common, the most reported first; groups without any figure are left out."""
    by_key: dict[Key, list[Case]] = {}
    for key, case in cases:
        by_key.setdefault(key, []).append(case)
    found = [(key, summary(rows, since, until)) for key, rows in by_key.items()]
    found = [(key, told) for key, told in found if told.reported or told.resolved or told.left]
    return sorted(found, key=lambda pair: (-pair[1].reported, -pair[1].resolved, str(pair[0])))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the time axis: whole days from `first` to before `after`."""

    first: date
    after: date


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def stretches(first: date, after: date) -> list[Stretch]:
    """The days [first, after) cut by day, by week (Mondays) or by month, as their number asks for."""
    days = (after - first).days
    made, begin = [], first
    while begin < after:
        if days <= _DAYS_BY_DAY:
            end = begin + timedelta(days=1)
        elif days <= _DAYS_BY_WEEK:
            end = begin + timedelta(days=7 - begin.weekday())
        else:
            end = _next_month(begin)
        made.append(Stretch(begin, min(end, after)))
        begin = end
    return made


@dataclass(frozen=True, slots=True)
class Point:
    """What happened in one stretch."""

    stretch: Stretch
    reported: int
    resolved: int
    left: int


def trend(
    cases: Sequence[Case], cut: Sequence[Stretch], midnight: Callable[[date], datetime], at: datetime
) -> list[Point]:
    """Reported, resolved and left by stretch; a stretch that has not begun at `at` is left out."""
    made = []
    for stretch in cut:
        since, until = midnight(stretch.first), midnight(stretch.after)
        if since > at:
            break
        made.append(
            Point(
                stretch=stretch,
                reported=sum(since <= case.reported_at < until for case in cases),
                resolved=sum(
                    case.resolved_at is not None and since <= case.resolved_at < until for case in cases
                ),
                left=left_at(cases, min(until, at)),
            )
        )
    return made


def by_hour(cases: Iterable[Case], since: datetime, until: datetime, zone: ZoneInfo) -> list[list[int]]:
    """How many were reported by weekday (Monday first) and hour of the day, in the zone of the place."""
    found = [[0] * 24 for _ in range(7)]
    for case in cases:
        if since <= case.reported_at < until:
            there = case.reported_at.astimezone(zone)
            found[there.weekday()][there.hour] += 1
    return found
