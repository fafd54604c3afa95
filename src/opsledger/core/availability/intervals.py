"""Half-open intervals of whole UTC seconds, and their algebra: linear once sorted.

A set of seconds is a *tidy* list: sorted, disjoint, not touching, none empty.  Every operation takes any
iterable and gives a tidy list: in what order, and how often, things were entered never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from opsledger.core.errors import DomainError


class Interval(NamedTuple):
    """The seconds from `begin` (in) to `end` (out), in Unix time (UTC, without leap seconds)."""

    begin: int
    end: int

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.end - self.begin


def second_of(moment: datetime) -> int:
    """The whole second in which an aware `moment` lies; a naive one is ``availability.naive_moment``."""
    if moment.utcoffset() is None:
        raise DomainError("availability.naive_moment", found=moment.isoformat())
    # Floored by timedelta arithmetic: timestamp() goes through a float and may round up.
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86400 + since.seconds


def moment_of(second: int) -> datetime:
    """The aware UTC moment at which `second` begins."""
    return datetime.fromtimestamp(second, UTC)


def between(begin: datetime, end: datetime) -> Interval:
    """The interval between two aware moments, each floored to its second."""
    return checked(Interval(second_of(begin), second_of(end)))


def checked(interval: Interval) -> Interval:
    """`interval` itself if its bounds are whole seconds in order; else ``availability.bad_interval``."""
    begin, end = interval
    if not (isinstance(begin, int) and isinstance(end, int)) or end < begin:
        raise DomainError("availability.bad_interval", begin=begin, end=end)
    return interval


def tidy(intervals: Iterable[Interval]) -> list[Interval]:
    """The same seconds as a tidy list; overlapping and touching ones grow together, empty ones vanish."""
    result: list[Interval] = []
    for begin, end in sorted(map(checked, intervals)):
        if begin == end:
            continue
        if result and begin <= result[-1].end:
            if end > result[-1].end:
                result[-1] = Interval(result[-1].begin, end)
        else:
            result.append(Interval(begin, end))
    return result


def union(*sets: Iterable[Interval]) -> list[Interval]:
    """The seconds that lie in any of `sets`."""
    return tidy(chain.from_iterable(sets))


def intersect(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    """The seconds that lie in both."""
    left, right = tidy(one), tidy(other)
    result: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        begin, end = max(left[i].begin, right[j].begin), min(left[i].end, right[j].end)
        if begin < end:
            result.append(Interval(begin, end))
        if left[i].end < right[j].end:
            i += 1
        else:
            j += 1
    return result


def subtract(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    """The seconds of `one` that do not lie in `other`."""
    holes = tidy(other)
    result: list[Interval] = []
    at = 0
    for begin, end in tidy(one):
        while at < len(holes) and holes[at].end <= begin:
            at += 1
        start, beside = begin, at
        while beside < len(holes) and holes[beside].begin < end:
            if holes[beside].begin > start:
                result.append(Interval(start, holes[beside].begin))
            start = holes[beside].end
            beside += 1
        if start < end:
            result.append(Interval(start, end))
        at = max(at, beside - 1)  # the last hole may reach into the next interval
    return result


def clip(intervals: Iterable[Interval], period: Interval) -> list[Interval]:
    """The seconds that lie in `period`."""
    return intersect(intervals, [period])


def total(intervals: Iterable[Interval]) -> int:
    """How many seconds there are, each counted once."""
    return sum(end - begin for begin, end in tidy(intervals))
