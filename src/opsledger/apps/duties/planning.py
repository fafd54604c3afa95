"""From the data of a term to a frequency that core.recurrence can lay out.  Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any

from opsledger.core.calendars import WorkingCalendar, parse_window
from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit, Unit, add_months
from opsledger.core.recurrence import (
    AfterEvent,
    BeforeEvent,
    Days,
    FixedMonths,
    Occasion,
    Period,
    PerPeriod,
    RecurrenceRule,
    ServicePeriod,
    Window,
    windows,
)
from opsledger.core.recurrence.wording import rule_sentence
from opsledger.core.terms import AnchorEvent, Side, event_words

Frequency = PerPeriod | FixedMonths | BeforeEvent | AfterEvent
_LEAD_DAYS = 15
_LICENCE_LEAD_DAYS = 30
_WHOLE_UNITS = ("day", "workday", "week", "month", "year")
_DAYS_IN = {"hour": Decimal(1) / 24, "day": 1, "workday": 1, "week": 7, "month": 30, "year": 365}
_FIXED_EVENTS = ("start", "signing", "award", "term_end")
_UNDATED_EVENTS = ("signing", "award")


@dataclass(frozen=True, slots=True)
class Said:
    """What one obligation says about when it is due: the term's data, what was agreed, and its period."""

    kind: str
    data: Mapping[str, Any]
    agreed: Mapping[str, Any]
    first: date
    last: date
    tz: str
    # The hours of the duty's own service window as the contract spells them ("7x24"), "" if it names none.
    window_hours: str = ""


def frequency_of(said: Said) -> Frequency | None:
    """The frequency, or None where nothing recurs by the calendar (continuous, on demand, a gap).

    What the parties agreed wins over the text.
    """
    data = said.data
    if said.agreed.get("count") and said.agreed.get("period"):
        return _per(int(said.agreed["count"]), said.agreed["period"], int(said.agreed.get("every") or 1))
    if said.kind == "licence":
        return _renewal(data)
    if said.kind not in ("duty", "deliverable"):
        return None
    period = data.get("period") if said.kind == "duty" else data.get("cadence")
    count = int(data.get("count") or 1)
    if data.get("months"):
        return FixedMonths(tuple(int(month) for month in data["months"]), 1)
    if period in (None, "unspecified", "continuous"):
        return None
    if period == "event":
        return _of_anchors(said)
    return _per(count, str(period), int(data.get("every") or 1))


def _per(count: int, period: str, every: int) -> PerPeriod | None:
    try:
        return PerPeriod(count, Period(period), every)
    except ValueError:
        return None


def _of_anchors(said: Said) -> Frequency | None:
    """Only events with a known date give windows: the start and the end of the service period.

    An award or a signing lies before the service; its date is taken to be the first day of service.
    """
    anchor = _dated_anchor(said)
    if anchor is None:
        return None
    event, side = AnchorEvent(anchor["event"]), Side(anchor.get("side", "after"))
    occasion = Occasion(str(event), said.last if event is AnchorEvent.TERM_END else said.first)
    words = event_words(event, side).removesuffix(side.label)
    limit = _limit(anchor)
    if side is Side.BEFORE:
        day = occasion.on
        lead = (day - add_months(day, -int(limit.value))).days if limit.unit is Unit.MONTH else _days(limit)
        return BeforeEvent((occasion,), lead, words, limit.text if limit.unit is not Unit.DAY else "")
    return AfterEvent((occasion,), limit, words)


def _dated_anchor(said: Said) -> Mapping[str, Any] | None:
    """The first anchor whose event has a date."""
    anchors = said.data.get("anchors") or ()
    return next((anchor for anchor in anchors if anchor.get("event") in _FIXED_EVENTS), None)


def _limit(anchor: Mapping[str, Any]) -> Limit:
    """The distance in the contract's own unit; parts of a unit and hours in whole days, none as a default."""
    value, unit = anchor.get("value"), str(anchor.get("unit") or "day")
    if value is None:
        return Limit(_LEAD_DAYS, Unit.DAY)
    amount = Decimal(str(value))
    if unit in _WHOLE_UNITS and amount == int(amount) >= 1:
        return Limit(amount, unit)
    return Limit(max(1, ceil(amount * _DAYS_IN.get(unit, 1))), Unit.DAY)


def _days(limit: Limit) -> int:
    return int(limit.value * _DAYS_IN[limit.unit])


def _renewal(data: Mapping[str, Any]) -> Frequency | None:
    """A licence is renewed before it ends; one without an end gives no window."""
    end = data.get("end")
    if not end:
        return None
    ends_on = end if isinstance(end, date) else date.fromisoformat(str(end))
    occasion = Occasion(f"renew-{ends_on}", ends_on + timedelta(days=1))
    return BeforeEvent((occasion,), _LICENCE_LEAD_DAYS, "授权到期")


def rule_of(said: Said) -> RecurrenceRule:
    """The rule by which the windows are laid out: working days, unless the duty's window runs all week."""
    every_day = False
    if said.window_hours:
        try:
            every_day = parse_window(said.window_hours).on_holidays
        except DomainError:
            every_day = False
    if "days" in said.agreed:
        every_day = said.agreed["days"] == "all"
    return RecurrenceRule(days=Days.ALL if every_day else Days.WORKING, tz=said.tz)


def plan(said: Said, calendar: WorkingCalendar) -> tuple[Window, ...]:
    """The due windows of one obligation over its period; none where nothing recurs."""
    frequency = frequency_of(said)
    if frequency is None or said.last < said.first:
        return ()
    return _laid(frequency, ServicePeriod(said.first, said.last), calendar, rule_of(said))


@lru_cache(maxsize=512)
def _laid(
    frequency: Frequency, period: ServicePeriod, calendar: WorkingCalendar, rule: RecurrenceRule
) -> tuple[Window, ...]:
    """A contract says "monthly" hundreds of times over: the same windows are laid out once."""
    return windows(frequency, period, calendar, rule)


def rule_line(said: Said, planned: tuple[Window, ...]) -> str:
    """The applied rule in one sentence, to be kept with the obligation; "" where nothing was planned."""
    if not planned:
        return ""
    frequency = frequency_of(said)
    assert frequency is not None
    times = f"，共{len(planned)}次" if len(planned) > 1 else ""
    notes = _assumed(said)
    if said.agreed.get("note"):
        notes.append(f"双方约定：{said.agreed['note']}")
    return rule_sentence(frequency, rule_of(said)) + times + (f"（{'；'.join(notes)}）" if notes else "")


def _assumed(said: Said) -> list[str]:
    """What the contract leaves open and the plan had to assume."""
    if said.agreed.get("count") or said.data.get("months"):
        return []
    anchor = _dated_anchor(said)
    if anchor is None or said.kind not in ("duty", "deliverable"):
        return []
    notes = []
    if anchor.get("value") is None:
        notes.append(f"合同未写天数，暂按{_LEAD_DAYS}天")
    if anchor["event"] in _UNDATED_EVENTS:
        notes.append("日期暂按服务开始日推算")
    return notes
