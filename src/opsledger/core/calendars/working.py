"""Which dates are working days: the yearly notices of the State Council, as data.

Source: 全国年节及纪念日放假办法 (revised 2024-11) and the yearly notice of the State Council's
General Office.  No such calendar can be computed ahead, so a year without a notice falls back to
Monday-Friday and is called provisional.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from opsledger.core.errors import DomainError

DAYS_A_WEEK = 7
SATURDAY_AND_SUNDAY = frozenset((5, 6))
_LAST_YEAR = date.max.year - 1


class DayKind(StrEnum):
    """Why a date works or rests; the names are stable and are stored beside derived figures."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


@dataclass(frozen=True, slots=True)
class YearNotice:
    """One year's official arrangement, given as data.

    `holidays` are all dates off that the notice lists (weekends inside the holiday included),
    `makeup_days` the weekend dates that work instead.  `names` gives holiday names for display.  A
    notice may name dates of a neighbouring year: late December belongs to the next year's notice.
    A date listed both ways is refused: ``calendar.day_both_ways``.
    """

    year: int
    holidays: frozenset[date]
    makeup_days: frozenset[date] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict, hash=False)
    source: str = ""

    def __post_init__(self) -> None:
        both = self.holidays & self.makeup_days
        if both:
            raise DomainError("calendar.day_both_ways", day=min(both), year=self.year)


class WorkingCalendar:
    """Says of every date whether it is a working day, and counts working days.

    A make-up day wins over a holiday, a holiday over the weekday.  Later notices win over earlier
    ones.  `weekend` are the weekdays off (0 is Monday).  Instances are immutable in use; `with_notice`
    returns a new calendar.
    """

    __slots__ = ("_covers_all", "_days", "_names", "_ordinals", "_years", "notices", "weekend")

    def __init__(
        self,
        notices: Iterable[YearNotice] = (),
        *,
        covers_all_years: bool = False,
        weekend: frozenset[int] = SATURDAY_AND_SUNDAY,
    ) -> None:
        self.weekend = weekend
        self.notices: tuple[YearNotice, ...] = tuple(notices)
        self._covers_all = covers_all_years
        self._days: dict[date, DayKind] = {}
        self._names: dict[date, str] = {}
        self._years = frozenset(notice.year for notice in self.notices)
        self._ordinals: dict[int, list[int]] = {}
        for notice in self.notices:
            for day in notice.holidays:
                self._days[day] = DayKind.HOLIDAY
            for day in notice.makeup_days:
                self._days[day] = DayKind.MAKEUP
            self._names.update(notice.names)

    @classmethod
    def china(cls, *later_notices: YearNotice) -> WorkingCalendar:
        """The official calendar of mainland China, 2004 to the last year that `chinesecalendar` carries.

        `later_notices` add years, or override them.
        """
        return _china() if not later_notices else cls((*_china().notices, *later_notices))

    @classmethod
    def weekdays_only(cls) -> WorkingCalendar:
        """Monday to Friday, no holidays, every year held to be certain."""
        return _WEEKDAYS

    @classmethod
    def of_days(
        cls,
        holidays: Iterable[date] = (),
        makeup_days: Iterable[date] = (),
        weekend: frozenset[int] = SATURDAY_AND_SUNDAY,
    ) -> WorkingCalendar:
        """A calendar from plain lists, certain in every year; a date in both lists is a make-up day."""
        makeup = frozenset(makeup_days)
        return cls(
            (YearNotice(0, frozenset(holidays) - makeup, makeup),), covers_all_years=True, weekend=weekend
        )

    def with_notice(self, notice: YearNotice) -> WorkingCalendar:
        """The same calendar with one more notice, which wins over what was known before."""
        notices = (*self.notices, notice)
        return WorkingCalendar(notices, covers_all_years=self._covers_all, weekend=self.weekend)

    @property
    def named_days(self) -> Mapping[date, DayKind]:
        """The dates that some notice names, with what they are; of all others the weekday decides."""
        return self._days

    def kind_of(self, day: date) -> DayKind:
        """Whether `day` is an ordinary working day, a weekend, a holiday or a make-up working day."""
        known = self._days.get(day)
        if known is not None:
            return known
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.WORKING

    def holiday_name(self, day: date) -> str:
        """The Chinese name of the holiday that `day` belongs to, empty when it has none."""
        return self._names.get(day, "")

    def is_working_day(self, day: date) -> bool:
        """True for Monday-Friday outside holidays and for make-up days."""
        kind = self._days.get(day)
        if kind is None:
            return day.weekday() not in self.weekend
        return kind is DayKind.MAKEUP

    def covers(self, year: int) -> bool:
        """Whether the notice of `year` is loaded (or the calendar is certain in every year)."""
        return self._covers_all or year in self._years

    def provisional(self, first: date, last: date | None = None) -> tuple[int, ...]:
        """The years from `first` to `last` whose notice is not loaded; empty means certain."""
        until = (last or first).year
        return tuple(year for year in range(first.year, until + 1) if not self.covers(year))

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, for a negative count).

        The day itself never counts (Civil Code art. 201).  A count of zero gives `day` when it works
        and the next working day when it does not.  Beyond year 9998: ``calendar.beyond``.
        """
        if count == 0:
            return day if self.is_working_day(day) else self.add_working_days(day, 1)
        year, left = day.year, count
        if len(self.weekend) == DAYS_A_WEEK:
            raise DomainError("calendar.no_working_day")
        if abs(count) > date.max.toordinal():
            raise DomainError("calendar.beyond", year=day.year)
        while True:
            days = self._working_ordinals(year)
            if count > 0:
                at = (bisect_right(days, day.toordinal()) if year == day.year else 0) + left - 1
                if at < len(days):
                    return date.fromordinal(days[at])
                left, year = at - len(days) + 1, year + 1
            else:
                at = (bisect_left(days, day.toordinal()) if year == day.year else len(days)) + left
                if at >= 0:
                    return date.fromordinal(days[at])
                left, year = at, year - 1

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        total = 0
        for year in range(first.year, last.year + 1):
            days = self._working_ordinals(year)
            total += bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())
        return total

    def roll_forward(self, day: date) -> date:
        """`day` when it works, else the next working day (Civil Code art. 203, first paragraph)."""
        return self.add_working_days(day, 0)

    def roll_back(self, day: date) -> date:
        """`day` when it works, else the working day before it."""
        return day if self.is_working_day(day) else self.add_working_days(day, -1)

    def _working_ordinals(self, year: int) -> list[int]:
        cached = self._ordinals.get(year)
        if cached is None:
            if not 1 < year <= _LAST_YEAR:
                raise DomainError("calendar.beyond", year=year)
            first = date(year, 1, 1)
            length = (date(year + 1, 1, 1) - first).days
            days = (first + timedelta(days=n) for n in range(length))
            cached = self._ordinals[year] = [day.toordinal() for day in days if self.is_working_day(day)]
        return cached


@cache
def _china() -> WorkingCalendar:
    """One notice a year from the data of `chinesecalendar`, read when first asked for."""
    from chinese_calendar import constants

    chinese = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    notices = []
    for year in range(min(constants.holidays).year, max(constants.holidays).year + 1):
        names = {day: chinese[name] for day, name in constants.holidays.items() if day.year == year}
        makeup = {day: chinese[name] for day, name in constants.workdays.items() if day.year == year}
        source = f"国务院办公厅关于{year}年部分节假日安排的通知"
        notices.append(
            YearNotice(year, frozenset(names), frozenset(makeup), {**makeup, **names}, source),
        )
    return WorkingCalendar(notices)


_WEEKDAYS = WorkingCalendar(covers_all_years=True)
