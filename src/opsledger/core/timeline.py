"""The open intervals of a service window, laid out in UTC with their running sum.

A zone's history is cut into stretches of constant offset; in each stretch the wall clock is a plain
shift of UTC, so the wall-clock intervals are clipped to the stretch and shifted.  That is exact for
23- and 25-hour days, for offsets of half an hour and for dates a zone skipped, without special cases:
an instant is open when its wall-clock reading lies in the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from opsledger.core.calendars import ServiceWindow, WorkingCalendar

FIRST_YEAR = 1900
LAST_YEAR = 2500
"""Years for which layouts are made; moments outside are refused rather than laid out for seconds."""

LONGEST = (date(LAST_YEAR + 1, 1, 1) - date(FIRST_YEAR, 1, 1)).days * 86_400_000_000
"""Microseconds from the first to the last of them: an amount above this cannot be reached."""

_SECOND = 1_000_000
_DAY = 86_400
_FOREVER = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_ONE_DAY = timedelta(days=1)
_MICRO = timedelta(0, 0, 1)
_DATES_AROUND = 3
"""Wall dates looked at beyond a stretch: an offset is at most a day, an interval at most two days."""


class Layout(NamedTuple):
    """Open intervals from `low` to `high` (microseconds since 1970), and the open time before each.

    The first interval is an empty one at `low`, so that a search never falls off the left edge.
    """

    low: int
    high: int
    first_year: int
    last_year: int
    opens: list[int]
    closes: list[int]
    before: list[int]

    @classmethod
    def of(cls, intervals: list[tuple[int, int]], first_year: int, last_year: int) -> Layout:
        """The layout of intervals that are in order and apart."""
        low, high = _year_start(first_year) * _SECOND, _year_start(last_year + 1) * _SECOND
        opens, closes, before, total = [low], [low], [0], 0
        for start, end in intervals:
            opens.append(start)
            closes.append(end)
            before.append(total)
            total += end - start
        return cls(low, high, first_year, last_year, opens, closes, before)

    @property
    def intervals(self) -> list[tuple[int, int]]:
        """The open intervals without the empty one at the edge."""
        return list(zip(self.opens[1:], self.closes[1:], strict=True))


ALWAYS = Layout(
    -_FOREVER, _FOREVER, FIRST_YEAR, LAST_YEAR, [-_FOREVER] * 2, [-_FOREVER, _FOREVER], [-_FOREVER] * 2
)
"""The layout of a window that never closes."""


def layout_of(
    calendar: WorkingCalendar,
    window: ServiceWindow,
    tz: tzinfo,
    years: tuple[int, int],
    known: Layout | None = None,
) -> Layout:
    """The layout of whole UTC years, first and last included, reusing what `known` already holds."""
    first, last = years
    if known is None:
        return Layout.of(_merged(_pieces(calendar, window, tz, first, last)), first, last)
    earlier = _pieces(calendar, window, tz, first, known.first_year - 1)
    later = _pieces(calendar, window, tz, known.last_year + 1, last)
    return Layout.of(_merged([*earlier, *known.intervals, *later]), first, last)


def _year_start(year: int) -> int:
    return (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * _DAY


def _pieces(
    calendar: WorkingCalendar, window: ServiceWindow, tz: tzinfo, first_year: int, last_year: int
) -> list[tuple[int, int]]:
    """Open pieces in UTC microseconds, in order; touching pieces are still apart."""
    if first_year > last_year:
        return []
    low = _year_start(first_year) // _DAY - _DATES_AROUND
    high = _year_start(last_year + 1) // _DAY + _DATES_AROUND
    walls = _wall_intervals(calendar, window, low, high)
    found: list[tuple[int, int]] = []
    at = 0
    for start, end, offset in _stretches(tz, first_year, last_year):
        # A stretch may repeat wall time of the one before it, so the search steps back.
        while at and walls[at - 1][1] > start + offset:
            at -= 1
        while at < len(walls):
            opens, closes = walls[at]
            opens, closes = opens - offset, closes - offset
            if opens >= end:
                break
            if closes > start:
                found.append((opens if opens > start else start, closes if closes < end else end))
            at += 1
    return found


def _wall_intervals(
    calendar: WorkingCalendar, window: ServiceWindow, first_day: int, last_day: int
) -> list[tuple[int, int]]:
    """Intervals on a clock without a zone, in microseconds since 1970, merged and in order."""
    walls: list[tuple[int, int]] = []
    days = window.hours_between(first_day + _EPOCH_ORDINAL, last_day + _EPOCH_ORDINAL, calendar)
    for ordinal, hours in days:
        midnight = (ordinal - _EPOCH_ORDINAL) * _DAY
        for opens, closes in hours:
            walls.append(((midnight + opens) * _SECOND, (midnight + closes) * _SECOND))
    return _merged(walls)


def _merged(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces joined where they touch or overlap; a dated exception may overlap the night before it."""
    merged: list[tuple[int, int]] = []
    last_close = -_FOREVER
    for opens, closes in sorted(pieces):
        if opens <= last_close:
            if closes > last_close:
                merged[-1] = (merged[-1][0], closes)
                last_close = closes
        else:
            merged.append((opens, closes))
            last_close = closes
    return merged


def _offset(tz: tzinfo, micros: int) -> int:
    shift = (_EPOCH + timedelta(0, 0, micros)).astimezone(tz).utcoffset() or timedelta(0)
    return shift // _MICRO


def _change_between(tz: tzinfo, left: int, right: int) -> int:
    """The whole second at which the offset stops being what it is at `left`."""
    offset = _offset(tz, left)
    while right - left > _SECOND:
        middle = (left + right) // (2 * _SECOND) * _SECOND
        if _offset(tz, middle) == offset:
            left = middle
        else:
            right = middle
    return right


def instant_of(tz: tzinfo, day: date, second: int, *, later: bool = False) -> int:
    """Microseconds since 1970 at which the wall clock shows `second` seconds after midnight of `day`.

    A reading that comes twice gives its first pass, or its second when `later`; one that a zone skipped
    gives the moment of the change.
    """
    naive = datetime.combine(day, datetime.min.time()) + timedelta(seconds=second)
    first = (naive.replace(tzinfo=tz, fold=0) - _EPOCH) // _MICRO
    second_pass = (naive.replace(tzinfo=tz, fold=1) - _EPOCH) // _MICRO
    if first > second_pass:
        return _change_between(tz, second_pass - _SECOND, first)
    return second_pass if later else first


def _stretches(tz: tzinfo, first_year: int, last_year: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, offset) in microseconds over whole UTC years, the offset constant within each."""
    start, high = _year_start(first_year) * _SECOND, _year_start(last_year + 1) * _SECOND
    offset = _offset(tz, start)
    for year in range(first_year, last_year + 1):
        for at, changed in _changes(tz, year):
            if at < high:
                yield start, at, offset
                start, offset = at, changed
    yield start, high, offset


@lru_cache(maxsize=1 << 13)
def _changes(tz: tzinfo, year: int) -> tuple[tuple[int, int], ...]:
    """The changes of offset in (start, end] of a UTC year: the first second of each, and the new offset.

    Offsets are compared day by day and a change is then found to the second; no zone has ever changed
    its offset twice within a day and back.  Kept, because every window of a zone asks for the same.
    """
    found: list[tuple[int, int]] = []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    before = moment.astimezone(tz).utcoffset()
    for _ in range(_year_start(year), _year_start(year + 1), _DAY):
        moment += _ONE_DAY
        reached = moment.astimezone(tz).utcoffset()
        if reached != before:
            right = (moment - _EPOCH) // _MICRO
            at = _change_between(tz, right - _DAY * _SECOND, right)
            found.append((at, _offset(tz, at)))
            before = reached
    return tuple(found)
