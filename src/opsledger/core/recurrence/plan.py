"""The planning of due windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.clock import from_micros, zone_of
from opsledger.core.limits import LimitRules, day_limit_end
from opsledger.core.recurrence.model import (
    DEFAULT_RULE,
    AfterEvent,
    BeforeEvent,
    Days,
    FixedMonths,
    Frequency,
    Move,
    Partial,
    PerPeriod,
    RecurrenceRule,
    ServicePeriod,
    Window,
)
from opsledger.core.recurrence.periods import Share, fixed_month_shares, period_shares
from opsledger.core.recurrence.wording import rule_sentence
from opsledger.core.timeline import instant_of

_ONE = timedelta(days=1)


def windows(
    frequency: Frequency,
    service_period: ServicePeriod,
    calendar: WorkingCalendar,
    rule: RecurrenceRule = DEFAULT_RULE,
) -> tuple[Window, ...]:
    """The due windows of a duty within its service period, in order.

    Each natural period is cut into as many shares as it has turns (4 a year: quarters); a share that the
    service period touches gives one window, clipped to it.  Dates are those of `rule.tz`.
    """
    tz = zone_of(rule.tz)
    text = rule_sentence(frequency, rule)
    match frequency:
        case PerPeriod():
            shares = period_shares(frequency, service_period, calendar, rule)
        case FixedMonths():
            shares = fixed_month_shares(frequency, service_period, calendar, rule)
        case BeforeEvent():
            return tuple(_before(frequency, service_period, calendar, rule, tz, text))
        case AfterEvent():
            return tuple(_after(frequency, service_period, calendar, rule, tz, text))
        case _:
            assert_never(frequency)
    return tuple(_of_shares(shares, service_period, calendar, rule, tz, text))


def _of_shares(
    shares: Iterator[Share],
    service: ServicePeriod,
    calendar: WorkingCalendar,
    rule: RecurrenceRule,
    tz: ZoneInfo,
    text: str,
) -> Iterator[Window]:
    for share in shares:
        if share.last < service.first or share.first > service.last:
            continue
        is_cut = share.first < service.first or share.last > service.last
        if is_cut and rule.partial is Partial.WHOLE:
            continue
        opens, closes = max(share.first, service.first), min(share.last, service.last)
        yield _window(
            share.id, opens, closes, calendar, rule, tz, text + ("，本期不足整期" if is_cut else "")
        )


def _window(
    ident: str,
    opens: date,
    closes: date,
    calendar: WorkingCalendar,
    rule: RecurrenceRule,
    tz: ZoneInfo,
    text: str,
) -> Window:
    due = _moved(opens, closes, calendar, rule)
    moment = _end_of_day(tz, due, rule.day_ends_minutes)
    if due != closes:
        text += f"；{closes.month}月{closes.day}日不是工作日，到期日移至{due.month}月{due.day}日"
    return Window(ident, opens, closes, due, moment, text + "。")


@lru_cache(maxsize=1 << 15)
def _end_of_day(tz: ZoneInfo, day: date, minutes: int) -> datetime:
    """The moment at which a due day ends; kept, because a contract's duties fall due on the same days."""
    return from_micros(instant_of(tz, day, minutes * 60, later=True)).astimezone(tz)


def _moved(opens: date, closes: date, calendar: WorkingCalendar, rule: RecurrenceRule) -> date:
    """The due day of a window: its last day, moved off days off as the rule says."""
    if rule.days is Days.ALL or rule.move is Move.NONE or calendar.is_working_day(closes):
        return closes
    if rule.move is Move.NEXT:
        return calendar.roll_forward(closes)
    earlier = calendar.roll_back(closes)
    # A window without any working day cannot be moved back out of itself.
    return earlier if earlier >= opens else closes


def _before(
    frequency: BeforeEvent,
    service: ServicePeriod,
    calendar: WorkingCalendar,
    rule: RecurrenceRule,
    tz: ZoneInfo,
    text: str,
) -> Iterator[Window]:
    for occasion in sorted(frequency.occasions, key=lambda one: (one.on, one.id)):
        if not service.first <= occasion.on <= service.last:
            continue
        closes = max(occasion.on - _ONE, service.first)
        opens = max(occasion.on - timedelta(days=frequency.lead_days), service.first)
        yield _window(f"{occasion.id}#before", opens, closes, calendar, rule, tz, text)


def _after(
    frequency: AfterEvent,
    service: ServicePeriod,
    calendar: WorkingCalendar,
    rule: RecurrenceRule,
    tz: ZoneInfo,
    text: str,
) -> Iterator[Window]:
    for occasion in sorted(frequency.occasions, key=lambda one: (one.on, one.id)):
        if not service.first <= occasion.on <= service.last:
            continue
        closes = day_limit_end(frequency.within, occasion.on, calendar, LimitRules(roll_last_day=False))
        yield _window(f"{occasion.id}#after", occasion.on, closes, calendar, rule, tz, text)
