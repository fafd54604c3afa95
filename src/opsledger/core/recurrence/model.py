"""What a frequency is, by which rules it is planned, and the windows that come out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit


class Period(StrEnum):
    """The periods in which contracts count duties."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALFYEAR = "halfyear"
    YEAR = "year"
    TERM = "term"


MONTHS_IN = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALFYEAR: 6, Period.YEAR: 12}


class Days(StrEnum):
    """On which days work can be due."""

    WORKING = "working"
    ALL = "all"


class Move(StrEnum):
    """Where a due day that is no working day goes."""

    PREVIOUS = "previous"
    NEXT = "next"
    NONE = "none"


class Partial(StrEnum):
    """What a period that the service period cuts gives: one window if begun, or only if whole."""

    STARTED = "started"
    WHOLE = "whole"


class Periods(StrEnum):
    """Natural periods of the calendar, or periods counted from the first day of service."""

    NATURAL = "natural"
    FROM_START = "from_start"


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """`count` times in every `every` periods: 1年4次 is ``PerPeriod(4, Period.YEAR)``, 每2周 is
    ``PerPeriod(1, Period.WEEK, 2)``.  Zero or less: ``recurrence.zero_frequency``."""

    count: int
    period: Period
    every: int = 1

    def __post_init__(self) -> None:
        if self.count < 1 or self.every < 1:
            raise DomainError("recurrence.zero_frequency", count=self.count, every=self.every)


@dataclass(frozen=True, slots=True)
class FixedMonths:
    """`count` times in each of the named months of every year: May and December."""

    months: tuple[int, ...]
    count: int = 1

    def __post_init__(self) -> None:
        if self.count < 1 or not self.months:
            raise DomainError("recurrence.zero_frequency", count=self.count, every=len(self.months))
        if any(not 1 <= month <= 12 for month in self.months):
            raise DomainError("recurrence.unknown_month", months=self.months)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something with a date that a duty hangs on: an assurance period, the signing."""

    id: str
    on: date


@dataclass(frozen=True, slots=True)
class BeforeEvent:
    """Once before each occasion, done by the day before it, begun at most `lead_days` earlier.

    `event` is what the occasions are, as the sentence names it (服务期满, 授权到期); `lead` the lead time in
    the contract's words, where these are not days (1个月).
    """

    occasions: tuple[Occasion, ...]
    lead_days: int
    event: str = "保障事件开始"
    lead: str = ""

    def __post_init__(self) -> None:
        if self.lead_days < 1:
            raise DomainError("recurrence.zero_frequency", count=self.lead_days, every=1)


@dataclass(frozen=True, slots=True)
class AfterEvent:
    """Once after each occasion, within a day limit (a week of signing); `event` as in `BeforeEvent`."""

    occasions: tuple[Occasion, ...]
    within: Limit
    event: str = "事件发生"

    def __post_init__(self) -> None:
        if self.within.runs_on_clock:
            raise DomainError("limit.not_a_day_limit", unit=self.within.unit)


Frequency = PerPeriod | FixedMonths | BeforeEvent | AfterEvent


@dataclass(frozen=True, slots=True)
class ServicePeriod:
    """From the first to the last day of service, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DomainError("recurrence.period_reversed", first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """How due windows are laid out; each setting is printed with the windows.

    `days`: daily and weekly duties fall on working days, or on all days (7-day windows).
    `move`: a due day off goes back into the window (default), on to the next working day, or stays.
    `partial`: a cut period gives one window for each started share, or only for whole ones.
    `periods`: natural periods (week from Monday), or counted from the first day of service.
    `anchor`: the day from which every-k periods are counted; None is the first day of service.  Keep it
    when an amendment moves the start, so that ids stay.
    `day_ends_minutes`: minutes after midnight at which a due day ends; 1440 is 24:00.
    """

    days: Days = Days.WORKING
    move: Move = Move.PREVIOUS
    partial: Partial = Partial.STARTED
    periods: Periods = Periods.NATURAL
    anchor: date | None = None
    day_ends_minutes: int = 1440
    tz: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if not 0 < self.day_ends_minutes <= 1440:
            raise DomainError("recurrence.bad_day_end", minutes=self.day_ends_minutes)


DEFAULT_RULE = RecurrenceRule()


@dataclass(frozen=True, slots=True)
class Window:
    """One due window: do it from `opens_on` to `closes_on`, at the latest by `due_at`.

    `id` names the natural period and the share of it ("2026-03#1", "2026#3"), so it survives every
    change of the service period.  `rule` says in Chinese how the window came about.
    """

    id: str
    opens_on: date
    closes_on: date
    due_on: date
    due_at: datetime
    rule: str
