"""Limits of every unit, and the moment at which each runs out.

Minutes and hours run from the moment of the report, in the service window or on the wall clock.  Day
limits follow Civil Code art. 200-204: the first day does not count, a month ends on the corresponding
day or the last of the month, a last day off moves to the next working day, and the day ends at the
close of business, else at 24:00.  Every one of these is a named setting of `LimitRules`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from opsledger.core.errors import DomainError

_MICROS_OF = {"minute": 60_000_000, "hour": 3_600_000_000}


class Unit(StrEnum):
    """The units in which contracts state a limit."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SAME_DAY = "same_day"
    NEXT_WORKDAY = "next_workday"


UNIT_WORDS = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "天",
    Unit.WORKDAY: "个工作日",
    Unit.WEEK: "周",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
}


class DayEnd(StrEnum):
    """When the last day of a day limit ends."""

    CLOSE = "close"
    MIDNIGHT = "midnight"
    SAME_TIME = "same_time"


@dataclass(frozen=True, slots=True)
class LimitRules:
    """How a limit is counted; the defaults are the Civil Code's.

    `hours_run`: "window" (service hours) or "wall" (自然小时).
    `first_day_counts`: whether the day of the report is day one (art. 201: no).
    `roll_last_day`: a last day off moves to the next working day (art. 203), for day, week and month.
    `day_ends`, `workday_ends`: close of business, 24:00, or the same time of day as the report.
    `week_ends_sunday`: a week limit ends with the Sunday of its last week instead of the same weekday.
    `day_is_24_hours`: a "day" is 24 hours on the wall clock, not a calendar day.
    `outside_counts_from_opening`: a report outside the window counts as made at the next opening, so
    that day limits start from that day.
    """

    hours_run: str = "window"
    first_day_counts: bool = False
    roll_last_day: bool = True
    day_ends: DayEnd = DayEnd.CLOSE
    workday_ends: DayEnd = DayEnd.CLOSE
    week_ends_sunday: bool = False
    day_is_24_hours: bool = False
    outside_counts_from_opening: bool = False

    def __post_init__(self) -> None:
        if self.hours_run not in ("window", "wall"):
            raise DomainError("limit.unknown_rule", rule="hours_run", value=self.hours_run)

    def end_of(self, unit: Unit) -> DayEnd:
        """When the last day of a limit of `unit` ends."""
        return self.workday_ends if unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY) else self.day_ends


CIVIL_CODE = LimitRules()


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of one unit: ``Limit(4, Unit.HOUR)``; fractions only of minutes and hours.

    `micros` is the length of minutes and hours in microseconds, and 0 for day limits.  Zero is 立即.
    Negative: ``limit.negative``; part of a day: ``limit.part_of_day``.
    """

    value: Decimal
    unit: Unit
    micros: int = field(compare=False)

    def __init__(self, value: Decimal | float | str, unit: Unit | str) -> None:
        try:
            object.__setattr__(self, "unit", Unit(unit))
        except ValueError:
            raise DomainError("limit.unknown_unit", unit=unit) from None
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise DomainError("limit.not_a_number", value=value) from None
        if not amount.is_finite():
            raise DomainError("limit.not_a_number", value=value)
        if amount < 0:
            raise DomainError("limit.negative", value=value, unit=self.unit)
        if self.unit not in (Unit.MINUTE, Unit.HOUR) and amount != amount.to_integral_value():
            raise DomainError("limit.part_of_day", value=value, unit=self.unit)
        object.__setattr__(self, "value", amount)
        object.__setattr__(self, "micros", int(amount * _MICROS_OF.get(self.unit, 0)))

    @classmethod
    def of_micros(cls, micros: int) -> Limit:
        """A limit in minutes that is exactly `micros` long."""
        return cls(Decimal(micros) / 60_000_000, Unit.MINUTE)

    @property
    def runs_on_clock(self) -> bool:
        """True for minutes and hours, which are counted; False for limits that end with a day."""
        return self.unit in _MICROS_OF

    @property
    def text(self) -> str:
        """The limit as people say it: 4小时, 3个工作日, 当天."""
        if self.unit is Unit.SAME_DAY:
            return "当天"
        if self.unit is Unit.NEXT_WORKDAY:
            return "下一个工作日"
        number = self.value.quantize(Decimal(1)) if self.value == self.value.to_integral() else self.value
        return f"{number.normalize():f}{UNIT_WORDS[self.unit]}"
