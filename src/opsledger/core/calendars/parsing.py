"""Service windows as contracts write them: "7×24", "5x8", "周一至周五 8:30-11:00,13:30-17:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsledger.core.calendars.windows import (
    Interval,
    ServiceWindow,
    WeeklyHours,
    parse_interval,
    parse_intervals,
)
from opsledger.core.errors import DomainError

_HOURS_OF = {
    8: ("09:00", "17:00"),
    9: ("09:00", "18:00"),
    10: ("08:00", "18:00"),
    12: ("08:00", "20:00"),
    24: ("00:00", "24:00"),
}
"""What "N×hours" means when the contract names no times of day; printed beside every figure."""

FIVE_BY_EIGHT_HOURS = _HOURS_OF[8]

_DAY_NAMES = "一二三四五六日"
_DASH = r"\s*(?:-|—|–|~|～|至|到)+\s*"
_WEEK = r"(?:周|星期|礼拜)"
_NAME = "[一二三四五六日天]"
_SHAPE = re.compile(r"([567])\s*[xX×*✕·]\s*(\d{1,2})(?:\s*(?:小时|h))?")
# Makers write the hours first: 24×7, 8×5.
_REVERSED = re.compile(r"(8|9|10|12|24)\s*(?:小时|h)?\s*[xX×*✕·]\s*([567])\s*天?")
_RANGE = re.compile(f"{_WEEK}({_NAME}){_DASH}{_WEEK}?({_NAME})")
_SINGLE = re.compile(f"{_WEEK}({_NAME})((?:[、,，和及]?{_WEEK}?{_NAME})*)")
_TIMES = re.compile(rf"(\d{{1,2}}[:：]\d{{2}}){_DASH}(次日|第二天)?\s*(\d{{1,2}}[:：]\d{{2}})")
_EVERY_DAY = ("每日", "每天", "全天", "全年", "天天")
_WORKING_DAYS = ("法定工作日", "工作日")
_ALSO_HOLIDAYS = ("含节假日", "含法定节假日", "包含节假日", "包含国家法定节假日", "包括节假日", "及节假日")
_NOT_HOLIDAYS = ("节假日除外", "不含节假日", "法定节假日除外", "不含法定节假日")


def parse_window(text: str, *, makeup: Sequence[Sequence[str]] | None = None) -> ServiceWindow:
    """The service window that a contract's words describe.

    "N×H" (or "H×N": 24×7) takes its times from a fixed table (5×8 is 09:00-17:00 on working days; 7×H runs
    on holidays too).  Spelled-out weekdays rest on public holidays and work on make-up days; 每日/每天 runs on
    holidays unless the words exclude them.  Several parts are separated by ";" or ",".  `makeup` are
    the hours of a make-up day.  Unreadable text: ``window.unreadable``.
    """
    plain = text.strip()
    extra = None if makeup is None else list(parse_intervals(makeup))
    shape = _SHAPE.fullmatch(plain)
    if shape:
        return _of_shape(int(shape[1]), int(shape[2]), extra, plain)
    reverse = _REVERSED.fullmatch(plain)
    if reverse:
        return _of_shape(int(reverse[2]), int(reverse[1]), extra, plain)
    days: dict[int, tuple[Interval, ...]] = {}
    daily = False
    for part in re.split(r"[;；\n]", plain):
        if not part.strip():
            continue
        weekdays, is_daily = _weekdays_of(part, plain)
        daily = daily or is_daily
        times = tuple(parse_interval(opens, closes) for opens, _, closes in _TIMES.findall(part))
        if not times:
            raise DomainError("window.unreadable", text=plain)
        for weekday in weekdays:
            if weekday in days:
                raise DomainError("window.weekday_twice", text=plain, weekday=_DAY_NAMES[weekday])
            days[weekday] = times
    if not days:
        raise DomainError("window.unreadable", text=plain)
    hours = WeeklyHours(tuple(days.get(day, ()) for day in range(7)), None if extra is None else tuple(extra))
    on_holidays = _mentions(plain, _ALSO_HOLIDAYS) or (daily and not _mentions(plain, _NOT_HOLIDAYS))
    return ServiceWindow.weekly(hours, on_holidays=on_holidays, on_makeup_days=True, name=plain)


def _of_shape(days: int, hours: int, extra: list[Interval] | None, text: str) -> ServiceWindow:
    if hours not in _HOURS_OF:
        raise DomainError("window.hours_unstated", text=text, hours=hours)
    interval = parse_interval(*_HOURS_OF[hours])
    weekly = WeeklyHours.same([interval], range(days), extra)
    every_day = days == 7
    return ServiceWindow.weekly(
        weekly, on_holidays=every_day, on_makeup_days=not every_day, name=f"{days}×{hours}"
    )


def _mentions(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _number(name: str) -> int:
    return 6 if name == "天" else _DAY_NAMES.index(name)


def _weekdays_of(part: str, whole: str) -> tuple[list[int], bool]:
    """The weekdays that one part names, and whether it said "every day"."""
    spans = _RANGE.findall(part)
    if spans:
        days: list[int] = []
        for first, last in spans:
            start, end = _number(first), _number(last)
            days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
        rest = _RANGE.sub("", part)
        return sorted({*days, *_singles(rest)}), False
    singles = _singles(part)
    if singles:
        return singles, False
    if _mentions(part, _WORKING_DAYS):
        return [0, 1, 2, 3, 4], False
    if _mentions(part, _EVERY_DAY) or _TIMES.match(part.strip()):
        return [0, 1, 2, 3, 4, 5, 6], True
    raise DomainError("window.unreadable", text=whole)


def _singles(part: str) -> list[int]:
    found: set[int] = set()
    for first, more in _SINGLE.findall(part):
        found.update(_number(name) for name in first + more if name in _NAME[1:-1])
    return sorted(found)
