"""How much work the plan means: hours by week from the usual time of each activity.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

HOURS_A_PERSON_WEEK = 36
"""Of 40 hours: the rest goes into travel, meetings and hand-over."""
LEAST_ROUNDS = 5
# Usual minutes where neither a checklist nor earlier rounds say more.
USUAL_MINUTES = {"drill": 240, "training": 180, "pentest": 960, "mlps": 960, "vuln_scan": 240, "visit": 180}
_DEFAULT = 60
MOST_MINUTES = 9600
BASES = {"both": "双方约定", "manager": "项目经理设定"}
"""Who stands behind a time that a contract sets itself."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual minutes of one task: set by the contract (`basis`), or from `learned` rounds, or from the lists."""

    minutes: int
    learned: int = 0
    basis: str = ""

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        if self.basis:
            return BASES[self.basis]
        return f"{self.learned}次检查的中位数" if self.learned >= LEAST_ROUNDS else "检查表或常用值"


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the plan: Monday, tasks that fall due, minutes of work, working days."""

    monday: date
    tasks: int
    minutes: int
    days: int = 5

    @property
    def hours(self) -> int:
        """Whole hours, rounded up."""
        return ceil(self.minutes / 60)

    @property
    def people(self) -> int:
        """How many people that takes in the working days of this week (a week without any: on one day)."""
        return ceil(self.minutes / 60 / (HOURS_A_PERSON_WEEK / 5 * max(1, self.days)))


def usual_minutes(activity: str, template: int | None, measured: Iterable[int]) -> int:
    """The usual time of one task: the median of at least five rounds, else the checklist's, else the table's."""
    found = sorted(measured)
    if len(found) >= LEAST_ROUNDS:
        return max(1, round(median(found)))
    return template or USUAL_MINUTES.get(activity, _DEFAULT)


def weeks(
    tasks: Iterable[tuple[date, date, str]],
    minutes: Mapping[str, int],
    working: Callable[[date], bool] = lambda day: day.weekday() < 5,
) -> list[Week]:
    """The weeks of a plan; `working` tells working days from others.  Each task (opens, due, activity) is spread evenly over the weeks of its window.

    A monthly task may be done in any of its weeks; whoever plans well spreads them, and so does the forecast.
    """
    load: dict[date, float] = {}
    count: dict[date, int] = {}
    for opens, due, activity in tasks:
        first, last = opens - timedelta(days=opens.weekday()), due - timedelta(days=due.weekday())
        # A window longer than a quarter is done near its end, not a little each week.
        first = max(first, last - timedelta(weeks=12))
        span = (last - first).days // 7 + 1
        share = minutes.get(activity, _DEFAULT) / span
        for n in range(span):
            monday = first + timedelta(weeks=n)
            load[monday] = load.get(monday, 0) + share
        count[last] = count.get(last, 0) + 1
    if not load:
        return []
    begin, end = min(load), max(load)
    mondays = [begin + timedelta(weeks=n) for n in range((end - begin).days // 7 + 1)]
    return [
        Week(
            monday,
            count.get(monday, 0),
            ceil(load.get(monday, 0)),
            sum(working(monday + timedelta(days=n)) for n in range(7)),
        )
        for monday in mondays
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """One week without and with an addition."""

    monday: date
    before: Week | None
    after: Week

    @property
    def more(self) -> int:
        """Whole hours that the addition brings, rounded up."""
        return ceil((self.after.minutes - (self.before.minutes if self.before else 0)) / 60)


def compare(before: Iterable[Week], after: Iterable[Week]) -> list[Compared]:
    """Week by week, in the order of `after` (which has every week of `before` and more)."""
    known = {week.monday: week for week in before}
    return [Compared(week.monday, known.get(week.monday), week) for week in after]


def short_weeks(found: Iterable[Week], people: int) -> list[Week]:
    """The weeks that need more people than there are."""
    return [week for week in found if week.people > people]
