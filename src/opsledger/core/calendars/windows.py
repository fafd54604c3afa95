"""Service windows: the hours of the week in which a clock runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from opsledger.core.calendars.working import DayKind, WorkingCalendar
from opsledger.core.errors import DomainError

DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
_DAY_NAMES = "一二三四五六日"
WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?")

Interval = tuple[int, int]
"""Half-open [opens, closes) in seconds after the midnight at which its day begins.

`closes` is above 86,400 when the interval runs over midnight; it belongs to the day it opens on."""


def parse_time(text: str) -> int:
    """Seconds after midnight of "HH:MM" or "HH:MM:SS", "24:00" being the end of the day."""
    found = _CLOCK_TIME.fullmatch(text.strip())
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        total = hours * 3600 + minutes * 60 + seconds
        if total <= DAY_SECONDS:
            return total
    raise DomainError("window.bad_time", text=text)


def parse_interval(opens: str, closes: str) -> Interval:
    """The interval between two wall-clock times.

    A closing time at or before the opening time lies on the next day ("22:00"-"06:00"); "00:00" as a
    closing time is the end of the day.  Equal times other than midnight are refused as empty.
    """
    start, end = parse_time(opens), parse_time(closes)
    if end == 0:
        end = DAY_SECONDS
    if start in (end, DAY_SECONDS):
        raise DomainError("window.empty_interval", opens=opens, closes=closes)
    return (start, end if end > start else end + DAY_SECONDS)


def _clock_text(seconds: int) -> str:
    day, rest = divmod(seconds, DAY_SECONDS)
    if day and not rest:
        day, rest = day - 1, DAY_SECONDS
    text = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}"
    return f"次日{text}" if day else text


def interval_text(intervals: Iterable[Interval]) -> str:
    """Intervals as people write them: "09:00-12:00、14:00-18:00"."""
    return "、".join(f"{_clock_text(opens)}-{_clock_text(closes)}" for opens, closes in intervals) or "不服务"


def _checked(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    ordered = tuple(sorted(intervals))
    for opens, closes in ordered:
        if not 0 <= opens < closes <= opens + DAY_SECONDS or opens >= DAY_SECONDS:
            raise DomainError("window.empty_interval", opens=_clock_text(opens), closes=_clock_text(closes))
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise DomainError("window.overlap", first=interval_text([before]), second=interval_text([after]))
    return ordered


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours for each weekday, Monday first, and for make-up working days.

    `makeup=None` gives a make-up day the hours of its own weekday when that weekday has any, else the
    hours of the first weekday of the week that has some (Monday, as a rule).
    """

    days: tuple[tuple[Interval, ...], ...]
    makeup: tuple[Interval, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAY_KEYS):
            raise DomainError("window.week_length", days=len(self.days))
        object.__setattr__(self, "days", tuple(_checked(day) for day in self.days))
        if self.makeup is not None:
            object.__setattr__(self, "makeup", _checked(self.makeup))
        for index, today in enumerate(self.days):
            tomorrow = self.days[(index + 1) % 7]
            if today and tomorrow and today[-1][1] - DAY_SECONDS > tomorrow[0][0]:
                raise DomainError(
                    "window.overlap", first=interval_text(today[-1:]), second=interval_text(tomorrow[:1])
                )

    @classmethod
    def same(
        cls, intervals: Sequence[Interval], weekdays: Iterable[int], makeup: Sequence[Interval] | None = None
    ) -> WeeklyHours:
        """The same intervals on the given weekdays (0 is Monday)."""
        chosen = set(weekdays)
        days = tuple(tuple(intervals) if day in chosen else () for day in range(7))
        return cls(days, None if makeup is None else tuple(makeup))

    @classmethod
    def from_mapping(
        cls,
        week: Mapping[str, object],
        makeup: object = None,
    ) -> WeeklyHours:
        """Hours written as ``{"mon": [["09:00", "12:00"], ...], ...}``; a missing weekday is closed."""
        hours: dict[str, tuple[Interval, ...]] = {}
        for key, pairs in week.items():
            short = key.strip().lower()[:3]
            if short not in WEEKDAY_KEYS or short in hours:
                raise DomainError("window.unknown_weekday", key=key)
            hours[short] = parse_intervals(pairs)
        days = tuple(hours.get(key, ()) for key in WEEKDAY_KEYS)
        return cls(days, None if makeup is None else parse_intervals(makeup))

    @property
    def seconds(self) -> int:
        """Open seconds of a plain week: 0 never opens, `WEEK_SECONDS` never closes."""
        return sum(closes - opens for day in self.days for opens, closes in day)

    @property
    def text(self) -> str:
        """The week as people write it: "周一至周五09:00-12:00、14:00-18:00；周六09:00-12:00"."""
        groups: list[tuple[int, int, tuple[Interval, ...]]] = []
        for day, hours in enumerate(self.days):
            if groups and groups[-1][1] == day - 1 and groups[-1][2] == hours:
                groups[-1] = (groups[-1][0], day, hours)
            elif hours:
                groups.append((day, day, hours))
        return "；".join(
            f"周{_DAY_NAMES[first]}{f'至周{_DAY_NAMES[last]}' if last > first else ''}{interval_text(hours)}"
            for first, last, hours in groups
        )

    def on_makeup_day(self, weekday: int) -> tuple[Interval, ...]:
        """The hours of a make-up working day that falls on `weekday`."""
        if self.makeup is not None:
            return self.makeup
        if self.days[weekday]:
            return self.days[weekday]
        return next((hours for hours in self.days if hours), ())


def parse_intervals(pairs: object) -> tuple[Interval, ...]:
    """The intervals of a list of (opens, closes) texts; None is no hours at all.

    Anything else is refused with ``window.bad_pair``: it may come from a file that somebody wrote.
    """
    if pairs is None:
        return ()
    if not isinstance(pairs, list | tuple):
        raise DomainError("window.bad_pair", pair=pairs)
    found = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(t, str) for t in pair):
            raise DomainError("window.bad_pair", pair=pair)
        found.append(parse_interval(pair[0], pair[1]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Hours that hold from `first` to `last` (both included) whatever the calendar says.

    Empty `intervals` close the window.  `reason` is shown to people (报名季, 停电检修).
    """

    first: date
    last: date
    intervals: tuple[Interval, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DomainError("window.dates_reversed", first=self.first, last=self.last)
        object.__setattr__(self, "intervals", _checked(self.intervals))


_ALL_DAY: Interval = (0, DAY_SECONDS)


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    """Weekly hours laid upon a working calendar.

    `versions` are (valid from, hours), oldest first; before the first one the window is closed, unless
    its date is `date.min`.  `on_holidays` keeps the weekday's hours on public holidays; without it a
    holiday is closed.  `on_makeup_days` opens make-up working days.  `exceptions` win over everything,
    a later one over an earlier one.  An interval over midnight belongs wholly to the day it opens on,
    so it runs to its end even into a holiday.
    """

    versions: tuple[tuple[date, WeeklyHours], ...]
    on_holidays: bool = False
    on_makeup_days: bool = True
    exceptions: tuple[DatedHours, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.versions]
        if not starts or sorted(set(starts)) != starts:
            raise DomainError("window.versions_unordered", starts=starts)

    @classmethod
    def weekly(
        cls,
        hours: WeeklyHours,
        *,
        on_holidays: bool = False,
        on_makeup_days: bool = True,
        exceptions: Iterable[DatedHours] = (),
        name: str = "",
    ) -> ServiceWindow:
        """One weekly pattern that has always held."""
        return cls(((date.min, hours),), on_holidays, on_makeup_days, tuple(exceptions), name)

    @classmethod
    def always(cls) -> ServiceWindow:
        """7×24: never closed, holidays included."""
        return _ALWAYS

    @property
    def is_always_open(self) -> bool:
        """True for a window with no closed moment at all."""
        return (
            self.on_holidays
            and not self.exceptions
            and self.versions[0][0] == date.min
            and all(all(day == (_ALL_DAY,) for day in hours.days) for _, hours in self.versions)
        )

    @property
    def follows_calendar(self) -> bool:
        """Whether the official calendar changes anything about this window."""
        return not self.on_holidays or (
            self.on_makeup_days and not all(all(h.days) for _, h in self.versions)
        )

    def week_before(self, calendar: WorkingCalendar) -> tuple[date, int]:
        """The first date on which more than the first week's pattern decides, and the open seconds of every
        week before it."""
        start, hours = self.versions[0]
        named = self._singled_out(calendar)
        if start > date.min:
            return min([start, *named]), 0
        return min([*(later for later, _ in self.versions[1:]), *named], default=date.max), hours.seconds

    def week_after(self, calendar: WorkingCalendar) -> tuple[date, int]:
        """The last date on which more than the last week's pattern decides, and the open seconds of every
        week after it."""
        start, hours = self.versions[-1]
        return max([start, *self._singled_out(calendar)]), hours.seconds

    def _singled_out(self, calendar: WorkingCalendar) -> list[date]:
        """The dates that notices name, and the first and last of every exception."""
        return [*calendar.named_days, *(day for one in self.exceptions for day in (one.first, one.last))]

    def exception_on(self, day: date) -> DatedHours | None:
        """The dated exception that governs `day`, if one does."""
        for exception in reversed(self.exceptions):
            if exception.first <= day <= exception.last:
                return exception
        return None

    def hours_on(self, day: date, calendar: WorkingCalendar) -> tuple[Interval, ...]:
        """The intervals that open on `day`, in order and without overlap."""
        exception = self.exception_on(day)
        if exception is not None:
            return exception.intervals
        hours: WeeklyHours | None = None
        for start, weekly in self.versions:
            if start > day:
                break
            hours = weekly
        if hours is None:
            return ()
        kind = calendar.kind_of(day)
        if kind is DayKind.MAKEUP and self.on_makeup_days:
            return hours.on_makeup_day(day.weekday())
        if kind is DayKind.HOLIDAY and not self.on_holidays:
            return ()
        return hours.days[day.weekday()]

    def hours_between(
        self, first: int, last: int, calendar: WorkingCalendar
    ) -> Iterator[tuple[int, tuple[Interval, ...]]]:
        """`hours_on` of every date from `first` up to, not including, `last`, all as ordinals."""
        named = {day.toordinal() for day in calendar.named_days}
        for one in self.exceptions:
            named.update(range(max(one.first.toordinal(), first), min(one.last.toordinal() + 1, last)))
        closed: tuple[tuple[Interval, ...], ...] = ((),) * 7
        weeks = [(start.toordinal(), hours.days) for start, hours in self.versions]
        for (start, days), (until, _) in pairwise([(1, closed), *weeks, (last, closed)]):
            for ordinal in range(max(start, first), min(until, last)):
                if ordinal in named:
                    yield ordinal, self.hours_on(date.fromordinal(ordinal), calendar)
                else:
                    yield ordinal, days[(ordinal - 1) % 7]


_ALWAYS = ServiceWindow.weekly(
    WeeklyHours.same([_ALL_DAY], range(7)), on_holidays=True, on_makeup_days=False, name="7×24"
)
