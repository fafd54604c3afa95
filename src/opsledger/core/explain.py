"""The sentences that justify a due moment, so that anyone can check the figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from opsledger.core.calendars import DayKind
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.limits import CIVIL_CODE, DayEnd, Limit, LimitRules, Unit, due_micros
from opsledger.core.spans import joined
from opsledger.core.witness import amount_text, day_text, moment_text, sum_in_words, witness

_ONE = timedelta(days=1)
_DAY_ENDS = {
    DayEnd.CLOSE: "当日服务结束时到期（没有服务时间的到24:00）",
    DayEnd.MIDNIGHT: "当日24:00到期",
    DayEnd.SAME_TIME: "当日同一时刻到期",
}
_DAYS_LISTED = 15


def explain(
    limit: Limit,
    start: datetime,
    clock: ServiceClock,
    rules: LimitRules = CIVIL_CODE,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> list[str]:
    """Why `limit`, begun at `start`, runs out when it does, in Chinese, one sentence an element.

    The first sentence says what was asked, the last when it is due; between them stands the sum.
    """
    given = list(pauses)
    spans = joined((to_micros(begun), to_micros(ended)) for begun, ended in given)
    due = from_micros(due_micros(limit, to_micros(start), clock, rules, spans)).astimezone(clock.tz)
    local = start.astimezone(clock.tz)
    name = clock.window.name or "约定"
    length = amount_text(limit.micros) if limit.runs_on_clock else limit.text
    if limit.runs_on_clock and rules.hours_run == "wall":
        lines = [f"{moment_text(local)}受理，限{length}，按自然时间计算。"]
    else:
        lines = [f"{moment_text(local)}受理，{name}服务时段，限{length}。"]
        lines += _clock_lines(clock, local, due, given) if limit.runs_on_clock else []
    if not limit.runs_on_clock:
        lines += _day_lines(limit, local, due, clock, rules)
        lines += [_pause_line(begun, ended, start, clock) for begun, ended in given]
    lines += _warning_lines(clock, local, due, not limit.runs_on_clock)
    lines.append(f"应于{moment_text(due)}前完成。")
    return lines


def explain_backward(
    end: datetime, begin: datetime, clock: ServiceClock, pauses: Iterable[tuple[datetime, datetime]] = ()
) -> list[str]:
    """Why `begin` lies that much open time before `end`."""
    first, last = begin.astimezone(clock.tz), end.astimezone(clock.tz)
    name = clock.window.name or "约定"
    lines = [f"自{moment_text(last)}向前推算，{name}服务时段。"]
    lines += sum_in_words(witness(clock, first, last, pauses))
    lines += _warning_lines(clock, first, last, False)
    return [*lines, f"应自{moment_text(first)}起。"]


def _clock_lines(
    clock: ServiceClock, start: datetime, due: datetime, pauses: list[tuple[datetime, datetime]]
) -> list[str]:
    lines = []
    opening = clock.next_open(start)
    if to_micros(start) < to_micros(opening) <= to_micros(due):
        lines.append(f"受理时不在服务时段，自{moment_text(opening, year=False)}起计时。")
    return lines + sum_in_words(witness(clock, start, due, pauses))


def _day_lines(
    limit: Limit, start: datetime, due: datetime, clock: ServiceClock, rules: LimitRules
) -> list[str]:
    if limit.unit is Unit.SAME_DAY:
        return ["当天以服务日结束为限；受理时服务日已结束的，以下一个服务日结束为限。"]
    first, last = start.date(), (due - timedelta(microseconds=1)).date()
    lines = [] if rules.first_day_counts else ["当日不计入，自下一日起算（民法典第二百零一条）。"]
    if limit.unit in (Unit.WORKDAY, Unit.NEXT_WORKDAY):
        lines += _workday_lines(first if rules.first_day_counts else first + _ONE, last, clock)
        lines.append(f"{_DAY_ENDS[rules.workday_ends]}。")
        return lines
    if limit.unit in (Unit.MONTH, Unit.YEAR):
        lines.append("到期月的对应日为最后一日，没有对应日的为月末日（民法典第二百零二条）。")
    if rules.roll_last_day:
        lines.append("最后一日遇休息日、节假日的，顺延到下一个工作日（民法典第二百零三条）。")
    lines.append(f"{_DAY_ENDS[rules.day_ends]}。")
    return lines


def _workday_lines(first: date, last: date, clock: ServiceClock) -> list[str]:
    """The working days from `first` to `last`, listed while a reader can still check them."""
    days = [first + _ONE * number for number in range(min((last - first).days, 4 * _DAYS_LISTED) + 1)]
    if not days or days[-1] < last:
        return []
    counted = [day for day in days if clock.calendar.is_working_day(day)]
    lines = []
    if len(counted) <= _DAYS_LISTED:
        told = [
            day_text(day) + ("调休上班" if clock.calendar.kind_of(day) is DayKind.MAKEUP else "")
            for day in counted
        ]
        lines.append(f"计入的工作日：{'、'.join(told)}。")
    names = dict.fromkeys(
        clock.calendar.holiday_name(day) or "节假日"
        for day in days
        if clock.calendar.kind_of(day) is DayKind.HOLIDAY
    )
    if names:
        lines.append(f"{'、'.join(names)}放假，不计入。")
    return lines


def _pause_line(begun: datetime, ended: datetime, start: datetime, clock: ServiceClock) -> str:
    first, last = begun.astimezone(clock.tz), ended.astimezone(clock.tz)
    counted_from = max(to_micros(begun), to_micros(start))
    lost = clock.between_micros(counted_from, max(counted_from, to_micros(ended)))
    told = f"{moment_text(first, year=False)}至{moment_text(last, year=False)}暂停"
    return f"{told}，其间服务时间{amount_text(lost)}，到期时间顺延。"


def _warning_lines(clock: ServiceClock, start: datetime, due: datetime, counts_days: bool) -> list[str]:
    """A word of caution where a year's notice is missing and the figure hangs on it."""
    if counts_days:
        years = clock.calendar.provisional(clock.local_date(start), clock.local_date(due))
    else:
        years = clock.provisional_years(start, due)
    told = "、".join(f"{year}年" for year in years)
    return [f"{told}放假安排尚未载入，暂按周末休息推算，通知发布后重新计算。"] if years else []
