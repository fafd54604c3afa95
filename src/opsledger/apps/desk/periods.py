"""The stretch of days over which the figures of a desk are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from opsledger.kernel import clock, tables

_MOST_DAYS = 1100


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included, and the word of the button that leads there ("" for days of one's own)."""

    first: date
    last: date
    key: str = ""

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def since(self) -> datetime:
        return clock.midnight(self.first)

    @property
    def until(self) -> datetime:
        return clock.midnight(self.after)

    @property
    def before(self) -> Period:
        """The period of the same number of days that ends where this one begins."""
        days = (self.after - self.first).days
        return Period(self.first - timedelta(days=days), self.first - timedelta(days=1))


PERIODS = {"month": "本月", "last": "上月", "quarter": "本季度", "year": "近12个月"}


def period_of(asked: dict[str, str], today: date, begun: date) -> Period:
    """The days asked for; what is no stretch of at most three years is this month to today.

    Twelve months do not reach back beyond the day on which the service began.
    """
    first, last = (tables.day_of(asked.get(name, "")) for name in ("from", "to"))
    if first and last and first <= last and (last - first).days < _MOST_DAYS:
        return Period(first, last)
    opens = today.replace(day=1)
    key = asked.get("span", "month")
    if key == "last":
        ended = opens - timedelta(days=1)
        return Period(ended.replace(day=1), ended, key)
    if key == "quarter":
        return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today, key)
    if key == "year":
        first = date(today.year - (today.month < 12), today.month % 12 + 1, 1)
        return Period(min(max(first, begun), today), today, key)
    return Period(opens, today, "month")
