"""Rules on how often something may fail: the same device in a month, the same fault in half a year."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from opsledger.core.terms import KpiMetric, KpiTerm, MeasureWindow, Op

_MONTHS = {
    MeasureWindow.MONTH: 1,
    MeasureWindow.QUARTER: 3,
    MeasureWindow.HALF: 6,
    MeasureWindow.YEAR: 12,
}
_DAYS = {MeasureWindow.DAY: 1, MeasureWindow.WEEK: 7}


class Same(StrEnum):
    """What has to be the same for failures to be counted together, beside the item."""

    DEVICE = "device"
    FAULT = "fault"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Rule:
    """When `reached` failures of the same kind fall into the span that ends with the last of them.

    The span is so many calendar months or days back (half-open: the same moment of the month before no longer counts),
    or, with `natural`, from the first of the period.  Neither months nor days: since the service began.  `term_id` and
    `clause` say where it is written; without them it is a default of the installation and no duty of the contract.
    """

    same: Same
    reached: int
    months: int = 0
    days: int = 0
    natural: bool = False
    term_id: int | None = None
    clause: str = ""

    @property
    def is_default(self) -> bool:
        """Whether no clause says so."""
        return self.term_id is None

    def since(self, at: datetime, zone: tzinfo) -> datetime | None:
        """The moment after which failures count together with one at `at`; None: all of them."""
        there = at.astimezone(zone)
        if self.natural and self.months:
            first = (there.month - 1) // self.months * self.months + 1
            start = there.replace(month=first, day=1, hour=0, minute=0, second=0, microsecond=0)
            return start - timedelta(microseconds=1)
        if self.months:
            return _months_before(there, self.months)
        return there - timedelta(days=self.days) if self.days else None

    @property
    def span(self) -> str:
        """The span in words."""
        if self.months:
            word = {6: "半年", 12: "一年"}.get(self.months, f"{self.months}个月")
            return f"{'自然' if self.natural else ''}{word}内"
        return f"{self.days}天内" if self.days else "服务期内"

    def words(self, number: int) -> str:
        """What has happened: "同一设备1个月内第3次故障"."""
        what = {Same.DEVICE: "同一设备", Same.FAULT: "同一故障", Same.ANY: "同一服务项"}[self.same]
        ending = "，应提出更换" if self.same is Same.DEVICE else "，超出约定次数" if self.term_id else ""
        return f"{what}{self.span}第{number}次故障{ending}"


def rule_of(term: KpiTerm, *, term_id: int, natural: bool = False) -> Rule | None:
    """The rule that a limit on the number of faults states; None for other targets."""
    if term.metric is not KpiMetric.FAULT_COUNT or term.op not in (Op.LT, Op.LE):
        return None
    value = int(term.value)
    same = Same.DEVICE if "设备" in term.scope else Same.FAULT if "故障" in term.scope else Same.ANY
    return Rule(
        same=same,
        reached=value if term.op is Op.LT else value + 1,
        months=_MONTHS.get(term.window, 0) if term.window else 0,
        days=_DAYS.get(term.window, 0) if term.window else 0,
        natural=natural,
        term_id=term_id,
        clause=term.clause,
    )


def _months_before(at: datetime, months: int) -> datetime:
    """The same moment so many months earlier; the last day where that month is shorter."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
