"""Working-time arithmetic: how much service time lies between two moments, and when it has run.

An instant is open when its wall-clock reading in the clock's zone lies in the service window.  From
that one definition everything follows, daylight saving included: the open intervals are laid out once
as whole microseconds of UTC with their running sum, so every question is a binary search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from opsledger.core.calendars import ServiceWindow, WorkingCalendar
from opsledger.core.calendars.windows import DAY_SECONDS, WEEK_SECONDS
from opsledger.core.errors import DomainError
from opsledger.core.timeline import ALWAYS, FIRST_YEAR, LAST_YEAR, LONGEST, Layout, instant_of, layout_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_ZERO = timedelta(0)
_NOTHING = Layout(0, 0, 1970, 1969, [0], [0], [0])


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone called `name`; ``clock.unknown_zone`` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise DomainError("clock.unknown_zone", zone=name) from None


def to_micros(at: datetime) -> int:
    """Microseconds of UTC since 1970 of an aware moment; ``clock.naive_moment`` for a naive one."""
    try:
        return (at - EPOCH) // MICROSECOND
    except TypeError:
        raise DomainError("clock.naive_moment", moment=at) from None


def from_micros(micros: int) -> datetime:
    """The aware UTC moment that lies `micros` after 1970; ``clock.beyond`` past the year 9999."""
    try:
        return EPOCH + timedelta(0, 0, micros)
    except OverflowError:
        raise _beyond() from None


class ServiceClock:
    """The clock of one service window on one calendar in one zone.

    All amounts are open time (`timedelta`), all moments aware; answers are in the clock's zone.  Open
    intervals are half-open.  The layout is built by years as needed and kept, so share the instance.
    Thread-safe in use: a layout is replaced as a whole, never changed.
    """

    __slots__ = ("_always", "_layout", "calendar", "tz", "window")

    def __init__(self, calendar: WorkingCalendar, window: ServiceWindow, tz: str | tzinfo = "Asia/Shanghai"):
        self.calendar = calendar
        self.window = window
        self.tz: tzinfo = zone_of(tz) if isinstance(tz, str) else tz
        self._always = window.is_always_open
        self._layout = ALWAYS if self._always else _NOTHING

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment at which `amount` of open time has run since `start`.

        Closing time today, never the next opening.  Zero moves only a start that lies in closed time, to
        the next opening.  Negative: ``clock.negative_amount``; no opening any more: ``clock.never_opens``;
        past the last year of layouts: ``clock.beyond``.
        """
        return self._shown(self.add_micros(to_micros(start), amount // MICROSECOND))

    def subtract(self, end: datetime, amount: timedelta) -> datetime:
        """The latest moment from which exactly `amount` of open time runs until `end`.

        Opening time that day, never the closing before it: the mirror of `add`.  Zero moves only an end
        that lies in closed time, to the closing before it.
        """
        return self._shown(self.subtract_micros(to_micros(end), amount // MICROSECOND))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time in [start, end); ``clock.end_before_start`` when `end` is earlier."""
        return timedelta(0, 0, self.between_micros(to_micros(start), to_micros(end)))

    def is_open(self, at: datetime) -> bool:
        """Whether the clock runs at `at`: true at an opening moment, false at a closing one."""
        return self.is_open_micros(to_micros(at))

    def next_open(self, at: datetime) -> datetime:
        """`at` when the clock runs then, else the next opening; ``clock.never_opens`` when none comes."""
        return self._shown(self._opening_from(to_micros(at)))

    def next_close(self, at: datetime) -> datetime | None:
        """The end of the open interval that holds `at` or comes next; None when it never closes."""
        if self._always:
            return None
        opened = self._opening_from(to_micros(at))
        while True:
            layout = self._layout
            closes = layout.closes[bisect_right(layout.opens, opened) - 1]
            if closes < layout.high:
                return self._shown(closes)
            if layout.last_year >= LAST_YEAR or self._week_after(layout) == WEEK_SECONDS:
                return None
            self._grow_forward(layout)

    def add_micros(self, start: int, amount: int) -> int:
        """`add` in microseconds since 1970, for callers that fold many events."""
        layout = self._layout
        if not layout.low < start < layout.high:
            layout = self._around(start)
        opens = layout.opens
        before = layout.before
        index = bisect_right(opens, start) - 1
        closes = layout.closes[index]
        if amount <= 0:
            if amount:
                raise DomainError("clock.negative_amount", minutes=amount / 60_000_000)
            # The empty interval at the edge of a layout closes nothing.
            return start if start <= closes and index else self._opening_from(start)
        target = before[index] + amount + ((start if start < closes else closes) - opens[index])
        index = bisect_left(before, target) - 1
        due = opens[index] + target - before[index]
        if due <= layout.closes[index]:
            return due
        self._grow_forward(layout, amount)
        return self.add_micros(start, amount)

    def subtract_micros(self, end: int, amount: int) -> int:
        """`subtract` in microseconds since 1970."""
        if amount < 0:
            raise DomainError("clock.negative_amount", minutes=amount / 60_000_000)
        layout = self._layout
        if not layout.low < end < layout.high:
            layout = self._around(end)
        while True:
            opens, before = layout.opens, layout.before
            index = bisect_right(opens, end) - 1
            closes = layout.closes[index]
            if amount == 0 and index and end <= closes:
                return end
            reached = before[index] + (min(end, closes) - opens[index]) - amount
            if amount == 0:
                if index:
                    return closes
            elif reached >= before[0]:
                index = bisect_right(before, reached) - 1
                return opens[index] + reached - before[index]
            layout = self._grow_back(layout, amount)

    def between_micros(self, start: int, end: int) -> int:
        """`between` in microseconds."""
        if end < start:
            raise DomainError("clock.end_before_start", start=from_micros(start), end=from_micros(end))
        layout = self._layout
        if not (layout.low < start and end < layout.high):
            layout = self._around(start, end)
        opens, closes, before = layout.opens, layout.closes, layout.before
        index = bisect_right(opens, start) - 1
        close = closes[index]
        spent = before[index] + ((start if start < close else close) - opens[index])
        index = bisect_right(opens, end) - 1
        close = closes[index]
        return before[index] + ((end if end < close else close) - opens[index]) - spent

    def is_open_micros(self, at: int) -> bool:
        """`is_open` for microseconds since 1970."""
        layout = self._layout
        if not layout.low < at < layout.high:
            layout = self._around(at)
        return at < layout.closes[bisect_right(layout.opens, at) - 1]

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals within [start, end), clipped, in order: the counted part of a witness bar."""
        first, last = to_micros(start), to_micros(end)
        if self._always:
            return [(self._shown(first), self._shown(last))] if first < last else []
        layout, found = self._around(first, last), []
        for index in range(max(bisect_right(layout.opens, first) - 1, 0), bisect_left(layout.opens, last)):
            opens, closes = max(layout.opens[index], first), min(layout.closes[index], last)
            if opens < closes:
                found.append((self._shown(opens), self._shown(closes)))
        return found

    def local_date(self, at: datetime) -> date:
        """The date on the wall of the clock's zone at `at`."""
        to_micros(at)
        return at.astimezone(self.tz).date()

    def moment_on(self, day: date, second: int, *, later: bool = False) -> datetime:
        """The moment at which the clock's wall shows `second` seconds after midnight of `day`.

        Of two equal readings the first, or the last when `later`; a skipped reading gives the change.
        """
        return self._shown(instant_of(self.tz, day, second, later=later))

    def close_of(self, day: date) -> datetime:
        """The end of business of `day`: its last closing, or 24:00 when it has no hours (art. 203)."""
        hours = self.window.hours_on(day, self.calendar)
        return self.moment_on(day, hours[-1][1] if hours else DAY_SECONDS, later=True)

    def has_hours(self, day: date) -> bool:
        """Whether the window opens on `day` at all."""
        return bool(self.window.hours_on(day, self.calendar))

    def provisional_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """Years between two moments whose official notice is not loaded, if this window follows it."""
        if not self.window.follows_calendar:
            return ()
        return self.calendar.provisional(self.local_date(start), self.local_date(end))

    def _opening_from(self, at: int) -> int:
        """`at` when it is open, else the next opening."""
        layout = self._layout
        if not layout.low < at < layout.high:
            layout = self._around(at)
        while True:
            index = bisect_right(layout.opens, at) - 1
            if at < layout.closes[index]:
                return at
            if index + 1 < len(layout.opens):
                return layout.opens[index + 1]
            self._grow_forward(layout)
            layout = self._layout

    def _around(self, at: int, until: int | None = None) -> Layout:
        """The layout, stretched so that it holds `at` (to `until`) with a year to spare on either side.

        What is returned holds them even if another thread replaces the layout meanwhile.
        """
        first = max(self._year_of(at) - 1, FIRST_YEAR)
        last = min(self._year_of(at if until is None else until) + 1, LAST_YEAR)
        known = self._layout
        if known is _NOTHING:
            return self._laid(first, last, None)
        first, last = min(first, known.first_year), max(last, known.last_year)
        if (first, last) == (known.first_year, known.last_year):
            return known
        return self._laid(first, last, known)

    def _grow_forward(self, known: Layout, amount: int = 0) -> None:
        if self._week_after(known) == 0:
            raise DomainError("clock.never_opens", window=self.window.name)
        if known.last_year >= LAST_YEAR or amount > LONGEST:
            raise _beyond()
        self._laid(known.first_year, min(known.last_year + _growth(known), LAST_YEAR), known)

    def _grow_back(self, known: Layout, amount: int) -> Layout:
        if self._week_before(known) == 0:
            raise DomainError("clock.never_opened", window=self.window.name)
        if known.first_year <= FIRST_YEAR or amount > LONGEST:
            raise _beyond()
        return self._laid(max(known.first_year - _growth(known), FIRST_YEAR), known.last_year, known)

    def _week_after(self, known: Layout) -> int | None:
        """Open seconds of every week after a layout, None while more than the weekday decides there."""
        last, seconds = self.window.week_after(self.calendar)
        return seconds if last.year < known.last_year else None

    def _week_before(self, known: Layout) -> int | None:
        """The same of every week before it."""
        first, seconds = self.window.week_before(self.calendar)
        return seconds if first.year > known.first_year else None

    def _laid(self, first: int, last: int, known: Layout | None) -> Layout:
        layout = layout_of(self.calendar, self.window, self.tz, (first, last), known)
        self._layout = layout
        return layout

    def _year_of(self, at: int) -> int:
        year = from_micros(at).year
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise _beyond()
        return year

    def _shown(self, micros: int) -> datetime:
        try:
            return from_micros(micros).astimezone(self.tz)
        except OverflowError:
            raise _beyond() from None


def _beyond() -> DomainError:
    return DomainError("clock.beyond", first_year=FIRST_YEAR, last_year=LAST_YEAR)


def _growth(known: Layout) -> int:
    """Years to add: doubling, so that reaching far costs little more than the reach itself."""
    return max(2, known.last_year - known.first_year + 1)
