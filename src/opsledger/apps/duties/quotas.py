"""How far a quota goes: its bound, the period in which it holds, and when it begins to run short.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

WARN_PERCENT = 80
_MONTHS = {"month": 1, "quarter": 3, "halfyear": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Balance:
    """A quota in one period: its bound, what was drawn, what was agreed beyond it, what waits for that."""

    limit: Decimal
    drawn: Decimal
    extra: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)

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


# Units in which one ticket is one, and units of effort.
_TIMES = frozenset("次个项期份张篇件条例场")
_PERSON_DAYS = frozenset({"人日", "人天", "工日", "工作日", "人/日", "人·日", "日", "天"})
_CHANGES = ("变更", "需求调整", "需求开发", "改造", "功能优化", "二次开发", "定制")
_VISITS = ("上门", "现场", "到场")
_REQUESTS = ("服务请求", "技术支持")
_QUESTIONS = ("咨询", "答疑")


@dataclass(frozen=True, slots=True)
class DrawRule:
    """Which tickets draw on a quota when they close: of these kinds, perhaps only with somebody on the spot.

    `per_ticket` is what one draws; None means the person-days that its own times speak of.
    """

    kinds: tuple[str, ...]
    onsite: bool = False
    per_ticket: Decimal | None = Decimal(1)

    def takes(self, kind: str, *, arrived: bool) -> bool:
        """Whether a ticket of this kind draws."""
        return kind in self.kinds and (arrived or not self.onsite)


def default_rule(data: Mapping[str, Any]) -> DrawRule | None:
    """What the words of a term say about tickets; None where its use can only be entered (articles, messages)."""
    unit, what = str(data.get("unit") or ""), str(data.get("what") or "") + str(data.get("summary") or "")
    if unit in _PERSON_DAYS:
        amount = None
    elif unit and unit[-1] in _TIMES:
        amount = Decimal(1)
    else:
        return None
    if any(word in what for word in _VISITS):
        return DrawRule(("incident", "request", "question", "change"), True, amount)
    for words, kinds in ((_CHANGES, ("change",)), (_REQUESTS, ("request",)), (_QUESTIONS, ("question",))):
        if any(word in what for word in words):
            return DrawRule(kinds, False, amount)
    return None


def person_days(begun: datetime | None, ended: datetime | None, working_days: int) -> Decimal:
    """The effort of one person between two moments: half a day up to four hours, else the working days touched.

    Without both moments, or where no working day lies between, it is half a day: the least that is reckoned.
    """
    half = Decimal("0.5")
    if begun is None or ended is None or ended - begun <= timedelta(hours=4):
        return half
    return Decimal(working_days) if working_days else half


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
    not used up, unless it is effort, times, articles or messages.
    """
    op = data.get("op")
    unit, what = str(data.get("unit") or ""), str(data.get("what") or "")
    used = unit in _PERSON_DAYS or unit in ("次", "期", "篇", "场") or "短信" in what
    if op not in ("<=", "<") and not (op == "=" and (data.get("period") or used)):
        return None
    return Decimal(str(data["value"]))
