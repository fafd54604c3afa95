"""How far a quota goes: its bound, the period in which it holds, and when it begins to run short.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

WARN_PERCENT = 80
_MONTHS = {"month": 1, "quarter": 3, "halfyear": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Balance:
    """A quota in one period: its bound, what was drawn, what was agreed beyond it."""

    limit: Decimal
    drawn: Decimal
    extra: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """What is left of the bound, never below zero."""
        return max(Decimal(0), self.limit - self.drawn)

    @property
    def percent(self) -> int:
        """How much of the bound is used up, cut to whole per cent."""
        if self.limit == 0:
            return 100
        return int((self.drawn * 100 / self.limit).to_integral_value(ROUND_DOWN))

    @property
    def tone(self) -> str:
        """ok, soon from 80 % on, late when nothing is left."""
        if self.left == 0:
            return "late"
        return "soon" if self.percent >= WARN_PERCENT else "ok"


def period_of(data: Mapping[str, Any], day: date, first: date, last: date) -> tuple[date, date]:
    """The period in which a draw on `day` counts: the natural month, quarter, ... cut to the service period.

    A quota without a period, or for the term, holds for the whole service period; a week is Monday to Sunday.
    """
    period = data.get("period")
    if period == "week":
        start = day - timedelta(days=day.weekday())
        return max(first, start), min(last, start + timedelta(days=6))
    if period in ("day", "workday"):
        return day, day
    months = _MONTHS.get(str(period))
    if months is None:
        return first, last
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    index = start.year * 12 + start.month - 1 + months
    end = date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
    return max(first, start), min(last, end)


def limit_of(data: Mapping[str, Any]) -> Decimal | None:
    """The upper bound of a quota; None where nothing is drawn down.

    A least amount (不少于) bounds nothing, and a fixed amount without a period (9 lines, 150 Mbps) is supplied,
    not used up.
    """
    op = data.get("op")
    if op not in ("<=", "<") and not (op == "=" and data.get("period")):
        return None
    return Decimal(str(data["value"]))
