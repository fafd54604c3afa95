"""The open intervals of a service window, laid out in UTC with their running sum.

A zone's history is cut into stretches of constant offset; in each stretch the wall clock is a plain
shift of UTC, so the wall-clock intervals are clipped to the stretch and shifted.  That is exact for
23- and 25-hour days, for offsets of half an hour and for dates a zone skipped, without special cases:
an instant is open when its wall-clock reading lies in the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from opsledger.core.calendars import ServiceWindow, WorkingCalendar

FIRST_YEAR = 1900
LAST_YEAR = 2500
"""Years for which layouts are made; moments outside are refused rather than laid out for seconds."""

_SECOND = 1_000_000
_DAY = 86_400
_FOREVER = 1 << 62
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
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
    low, high = _year_start(first_year), _year_start(last_year + 1)
    walls = _wall_intervals(calendar, window, low // _DAY - _DATES_AROUND, high // _DAY + _DATES_AROUND)
    found: list[tuple[int, int]] = []
    at = 0
    for start, end, offset in _stretches(tz, low * _SECOND, high * _SECOND):
        # A stretch may repeat wall time of the one before it, so the search steps back.
        while at and walls[at - 1][1] * _SECOND > start + offset:
            at -= 1
        while at < len(walls):
            opens, closes = walls[at][0] * _SECOND - offset, walls[at][1] * _SECOND - offset
            if opens >= end:
                break
            if closes > start:
                found.append((max(opens, start), min(closes, end)))
            at += 1
    return found


def _wall_intervals(
    calendar: WorkingCalendar, window: ServiceWindow, first_day: int, last_day: int
) -> list[tuple[int, int]]:
    """Intervals on a clock without a zone, in seconds since 1970, merged and in order."""
    walls: list[tuple[int, int]] = []
    for day in range(first_day, last_day):
        midnight = day * _DAY
        for opens, closes in window.hours_on(date.fromordinal(_EPOCH_ORDINAL + day), calendar):
            walls.append((midnight + opens, midnight + closes))
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
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, 0, micros)
    shift = moment.astimezone(tz).utcoffset() or timedelta(0)
    return shift // timedelta(0, 0, 1)


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
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    micro = timedelta(0, 0, 1)
    first = (naive.replace(tzinfo=tz, fold=0) - epoch) // micro
    second_pass = (naive.replace(tzinfo=tz, fold=1) - epoch) // micro
    if first > second_pass:
        return _change_between(tz, second_pass - _SECOND, first)
    return second_pass if later else first


def _stretches(tz: tzinfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, offset) in microseconds, the offset constant within each.

    Offsets are compared day by day and a change is then found to the second; no zone has ever changed
    its offset twice within a day and back.
    """
    start, offset = low, _offset(tz, low)
    step = _DAY * _SECOND
    for at in range(low, high, step):
        reached = _offset(tz, at + step)
        if reached == offset:
            continue
        right = _change_between(tz, at, at + step)
        if right >= high:
            break
        yield start, right, offset
        start, offset = right, reached
    yield start, high, offset
