"""The clock with a witness: which time counted, which did not and why, as a bar and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from opsledger.core.calendars import DayKind
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.spans import Span, joined

_ONE = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"
_MINUTE = 60_000_000
_DAYS_TOLD = 40
"""Longer stretches are told by their total; nobody reads a line for every day of three years."""


class Kind(StrEnum):
    """Why a stretch of time counted or did not; each has its colour on the bar."""

    COUNTED = "counted"
    MAKEUP = "makeup"
    PAUSED = "paused"
    CLOSED = "closed"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


KIND_WORDS = {
    Kind.COUNTED: "计时",
    Kind.MAKEUP: "调休上班计时",
    Kind.PAUSED: "暂停",
    Kind.CLOSED: "非服务时段",
    Kind.WEEKEND: "休息日",
    Kind.HOLIDAY: "节假日",
}
COUNTING = frozenset((Kind.COUNTED, Kind.MAKEUP))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the bar: half-open, in the clock's zone; `name` is the holiday's, where there is one."""

    start: datetime
    end: datetime
    kind: Kind
    name: str = ""

    @property
    def micros(self) -> int:
        """Its true length, daylight saving included."""
        return to_micros(self.end) - to_micros(self.start)


def witness(
    clock: ServiceClock,
    start: datetime,
    end: datetime,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> tuple[Stretch, ...]:
    """[start, end) cut into stretches that counted or did not, without a gap, each with its reason.

    The counting stretches add up to exactly `clock.between` less the open time of the pauses.
    """
    first, last = to_micros(start), to_micros(end)
    spans = joined((to_micros(begun), to_micros(ended)) for begun, ended in pauses)
    open_spans = [(to_micros(a), to_micros(b)) for a, b in clock.intervals(start, end)]
    found: list[Stretch] = []
    at = first
    for opens, closes in [*open_spans, (last, last)]:
        found += _closed(clock, at, opens)
        found += _open(clock, opens, closes, spans)
        at = closes
    return tuple(found)


def _pieces_by_day(clock: ServiceClock, start: int, end: int) -> Iterator[tuple[int, int, date]]:
    at = start
    while at < end:
        day = clock.local_date(from_micros(at))
        midnight = to_micros(clock.moment_on(day + _ONE, 0))
        # A zone that repeats midnight would stand still here without the guard.
        until = min(end, midnight) if midnight > at else end
        yield at, until, day
        at = until


def _closed(clock: ServiceClock, start: int, end: int) -> list[Stretch]:
    found: list[tuple[int, int, Kind, str]] = []
    for begun, ended, day in _pieces_by_day(clock, start, end):
        kind, name = Kind.CLOSED, ""
        if not clock.has_hours(day):
            on_calendar = clock.calendar.kind_of(day)
            if on_calendar is DayKind.HOLIDAY:
                kind, name = Kind.HOLIDAY, clock.calendar.holiday_name(day)
            elif on_calendar is DayKind.WEEKEND:
                kind = Kind.WEEKEND
        if found and found[-1][2:] == (kind, name):
            found[-1] = (found[-1][0], ended, kind, name)
        else:
            found.append((begun, ended, kind, name))
    return [_shown(clock, *piece) for piece in found]


def _open(clock: ServiceClock, start: int, end: int, pauses: Sequence[Span]) -> list[Stretch]:
    found: list[Stretch] = []
    at = start
    for begun, ended in pauses:
        if ended <= at or begun >= end:
            continue
        found += _counted(clock, at, max(at, begun))
        found.append(_shown(clock, max(at, begun), min(ended, end), Kind.PAUSED, ""))
        at = min(ended, end)
    return found + _counted(clock, at, end)


def _counted(clock: ServiceClock, start: int, end: int) -> list[Stretch]:
    found = []
    for begun, ended, day in _pieces_by_day(clock, start, end):
        is_makeup = clock.window.on_makeup_days and clock.calendar.kind_of(day) is DayKind.MAKEUP
        kind = Kind.MAKEUP if is_makeup else Kind.COUNTED
        found.append(_shown(clock, begun, ended, kind, clock.calendar.holiday_name(day) if is_makeup else ""))
    return found


def _shown(clock: ServiceClock, start: int, end: int, kind: Kind, name: str) -> Stretch:
    return Stretch(from_micros(start).astimezone(clock.tz), from_micros(end).astimezone(clock.tz), kind, name)


def day_text(day: date, *, year: bool = False) -> str:
    """A date with its weekday: 2月13日（周五）."""
    told = f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
    return f"{day.year}年{told}" if year else told


def moment_text(at: datetime, *, year: bool = True) -> str:
    """A moment as people say it: 2026年2月13日（周五）16:00; seconds only when there are some."""
    clock = f"{at:%H:%M:%S}" if at.second or at.microsecond else f"{at:%H:%M}"
    return day_text(at.date(), year=year) + clock


def amount_text(micros: int) -> str:
    """A length of time in words: 3小时, 90分钟 as 1小时30分钟, 45秒."""
    minutes, rest = divmod(abs(micros), _MINUTE)
    hours, left = divmod(minutes, 60)
    parts = [f"{hours}小时" if hours else "", f"{left}分钟" if left else ""]
    if rest:
        parts.append(f"{rest / 1_000_000:g}秒")
    return "".join(parts) or "0分钟"


def sum_in_words(stretches: Sequence[Stretch]) -> list[str]:
    """The bar in sentences: every counted piece with its running sum, every reason why time stood still."""
    if not stretches:
        return []
    days = (stretches[-1].end.date() - stretches[0].start.date()).days
    if days > _DAYS_TOLD:
        return _totals(stretches)
    lines, total = [], 0
    for stretch in stretches:
        span = _span_text(stretch)
        length = amount_text(stretch.micros)
        if stretch.kind in COUNTING:
            total += stretch.micros
            why = "调休上班，" if stretch.kind is Kind.MAKEUP else ""
            lines.append(f"{span}{why and '，' + why.rstrip('，')}，计{length}，累计{amount_text(total)}。")
        elif stretch.kind is Kind.PAUSED:
            lines.append(f"{span}暂停，不计{length}。")
        elif stretch.kind is not Kind.CLOSED:
            why = f"{stretch.name}放假" if stretch.name else KIND_WORDS[stretch.kind]
            lines.append(f"{_days_text(stretch)}{why}，不计时。")
    return lines


def _totals(stretches: Sequence[Stretch]) -> list[str]:
    lines = []
    for kind in Kind:
        total = sum(stretch.micros for stretch in stretches if stretch.kind is kind)
        if total:
            lines.append(f"{KIND_WORDS[kind]}共{amount_text(total)}。")
    return lines


def _span_text(stretch: Stretch) -> str:
    start, end = stretch.start, stretch.end
    midnight = end.hour == end.minute == end.second == 0
    if midnight and end.date() - start.date() == _ONE:
        return f"{moment_text(start, year=False)}至24:00"
    if start.date() == end.date():
        return f"{moment_text(start, year=False)}至{moment_text(end)[-5:]}"
    return f"{moment_text(start, year=False)}至{moment_text(end, year=False)}"


def _days_text(stretch: Stretch) -> str:
    first, last = stretch.start.date(), (stretch.end - timedelta(microseconds=1)).date()
    return day_text(first) if first == last else f"{day_text(first)}至{day_text(last)}"
