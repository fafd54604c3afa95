"""From the data of a term to a frequency that core.recurrence can lay out.  Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from opsledger.core.calendars import WorkingCalendar, parse_window
from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit
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

Frequency = PerPeriod | FixedMonths | BeforeEvent | AfterEvent
_LEAD_DAYS = 15
_LICENCE_LEAD_DAYS = 30
_DAYS_IN = {"day": 1, "workday": 1, "week": 7, "month": 30, "year": 365}
_FIXED_EVENTS = {"start": "服务开始", "signing": "合同签订", "award": "中标", "term_end": "服务期满"}


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
    for anchor in said.data.get("anchors") or ():
        event, side = anchor.get("event"), anchor.get("side", "after")
        if event not in _FIXED_EVENTS:
            continue
        occasion = Occasion(str(event), said.last if event == "term_end" else said.first)
        days = _days(anchor)
        if side == "before":
            return BeforeEvent((occasion,), days)
        return AfterEvent((occasion,), Limit(days, "day"))
    return None


def _days(anchor: Mapping[str, Any]) -> int:
    value, unit = anchor.get("value"), str(anchor.get("unit") or "day")
    return _LEAD_DAYS if value is None else max(1, int(float(value)) * _DAYS_IN.get(unit, 1))


def _renewal(data: Mapping[str, Any]) -> Frequency | None:
    """A licence is renewed before it ends; one without an end gives no window."""
    end = data.get("end")
    if not end:
        return None
    ends_on = end if isinstance(end, date) else date.fromisoformat(str(end))
    return BeforeEvent((Occasion(f"renew-{ends_on}", ends_on + timedelta(days=1)),), _LICENCE_LEAD_DAYS)


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
    from opsledger.core.recurrence.wording import frequency_text, rule_text

    frequency = frequency_of(said)
    assert frequency is not None
    agreed = f"（双方约定：{said.agreed['note']}）" if said.agreed.get("note") else ""
    return f"{frequency_text(frequency)}，{rule_text(frequency, rule_of(said))}，共{len(planned)}次{agreed}"
