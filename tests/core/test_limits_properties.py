"""Day limits against a walk from day to day, and what pauses may and may not do to them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples

from opsledger.core.calendars import ServiceWindow, WeeklyHours, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock, to_micros
from opsledger.core.errors import DomainError
from opsledger.core.limits import (
    DayEnd,
    Limit,
    LimitRules,
    Unit,
    add_months,
    day_limit_end,
    due_micros,
    due_of,
    workdays_back,
)
from opsledger.core.spans import joined

CHINA = WorkingCalendar.china()
SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK = ServiceClock(CHINA, parse_window("周一至周五 9:00-12:00,13:30-17:30"))
ONE = timedelta(days=1)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))
UNITS = [Unit.DAY, Unit.WORKDAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]


def close(day: date) -> datetime:
    """17:30 on a working day, 24:00 on a day off."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return midnight + (timedelta(hours=17, minutes=30) if CHINA.is_working_day(day) else ONE)


def walked(unit: Unit, count: int, first: date, rolls: bool) -> date:
    """The last day, found on foot."""
    day = first
    if unit is Unit.WORKDAY:
        left = count
        while left or not CHINA.is_working_day(day):
            day += ONE
            left -= left > 0 and CHINA.is_working_day(day)
        return day
    if unit in (Unit.DAY, Unit.WEEK):
        for _ in range(count * (7 if unit is Unit.WEEK else 1)):
            day += ONE
    else:
        months = count * (12 if unit is Unit.YEAR else 1)
        year, month = first.year, first.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        day = date(year, month, min(first.day, monthrange(year, month)[1]))
    while rolls and not CHINA.is_working_day(day):
        day += ONE
    return day


@examples(400)
@given(STARTS, st.sampled_from(UNITS), st.integers(0, 40), st.booleans())
def test_the_last_day_is_found_on_foot(start: datetime, unit: Unit, count: int, rolls: bool) -> None:
    count = min(count, {Unit.MONTH: 13, Unit.YEAR: 1}.get(unit, 40))
    due = due_of(Limit(count, unit), start, CLOCK, LimitRules(roll_last_day=rolls))
    assert due == close(walked(unit, count, start.date(), rolls))


@examples(200)
@given(STARTS, st.integers(0, 40))
def test_working_days_back_are_found_on_foot(end: datetime, count: int) -> None:
    day, left = end.date(), count
    while left or not CHINA.is_working_day(day):
        day -= ONE
        left -= left > 0 and CHINA.is_working_day(day)
    assert workdays_back(count, end, CLOCK) == close(day)


@examples(300)
@given(
    STARTS,
    st.sampled_from([*UNITS, Unit.SAME_DAY, Unit.NEXT_WORKDAY]),
    st.integers(1, 5),
    st.lists(st.tuples(st.integers(-3000, 20_000), st.integers(0, 8000)), max_size=3),
)
def test_pauses_only_ever_push_back(
    start: datetime, unit: Unit, count: int, drawn: list[tuple[int, int]]
) -> None:
    zero = to_micros(start)
    minute = 60_000_000
    spans = joined((zero + a * minute, zero + (a + length) * minute) for a, length in drawn)
    limit = Limit(1 if unit is Unit.YEAR else count, unit)
    plain = due_micros(limit, zero, CLOCK)
    due = due_micros(limit, zero, CLOCK, pauses=spans)
    assert due >= plain
    # What begins after it is due, or ended before the start, changes nothing.
    felt = [(a, b) for a, b in spans if a < due and b > zero]
    assert due_micros(limit, zero, CLOCK, pauses=felt) == due
    if unit is Unit.SAME_DAY:
        return
    # Exactly what the pauses took of the service time lies between the plain due moment and this one.
    lost = sum(CLOCK.between_micros(max(a, zero), b) for a, b in felt)
    assert CLOCK.between_micros(plain, due) == lost


def test_a_week_limit_that_ends_on_sunday_stays_there_unless_it_rolls() -> None:
    start = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)  # Wednesday; the last week is 9 to 15 March
    rules = LimitRules(week_ends_sunday=True, roll_last_day=False)
    assert day_limit_end(Limit(1, Unit.WEEK), start.date(), CHINA, rules) == date(2026, 3, 15)
    assert day_limit_end(Limit(1, Unit.WEEK), start.date(), CHINA, LimitRules(week_ends_sunday=True)) == date(
        2026, 3, 16
    )


def test_months_at_the_ends_of_the_calendar() -> None:
    assert add_months(date(1, 2, 28), -1) == date(1, 1, 28)
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)


def test_the_same_time_of_day_keeps_its_microseconds_and_its_zone() -> None:
    start = datetime(2026, 3, 4, 10, 20, 30, 123_456, tzinfo=SHANGHAI)
    rules = LimitRules(workday_ends=DayEnd.SAME_TIME)
    due = due_of(Limit(1, Unit.WORKDAY), start, CLOCK, rules)
    assert due.isoformat() == "2026-03-05T10:20:30.123456+08:00"
    assert workdays_back(1, start, CLOCK, rules).isoformat() == "2026-03-03T10:20:30.123456+08:00"


def test_a_day_that_begins_as_the_night_shift_ends_is_a_day_of_its_own() -> None:
    hour = 3600
    week = WeeklyHours((((22 * hour, 30 * hour),), ((6 * hour, 14 * hour),), (), (), (), (), ()))
    clock = ServiceClock(WorkingCalendar.weekdays_only(), ServiceWindow.weekly(week))
    # Tuesday 06:00 is the first moment of Tuesday's service day; 05:59 still belongs to Monday's.
    for minute, closes in ((0, 14), (-1, 6)):
        start = datetime(2026, 3, 3, 6, tzinfo=SHANGHAI) + timedelta(minutes=minute)
        assert due_of(Limit(1, Unit.SAME_DAY), start, clock) == datetime(2026, 3, 3, closes, tzinfo=SHANGHAI)


def day(text: str) -> int:
    """Microseconds of "5 16:00" in March 2026."""
    number, clock = text.split()
    return to_micros(datetime.fromisoformat(f"2026-03-{int(number):02d}T{clock}").replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("limit", "pauses", "due"),
    [
        # Thursday 5 March, service until 17:30: a pause up to closing does not outlast the day.
        (Limit(1, Unit.SAME_DAY), [("5 16:00", "5 17:30")], "5 17:30"),
        (Limit(1, Unit.SAME_DAY), [("5 10:30", "5 11:00"), ("5 16:00", "6 10:00")], "6 17:30"),
        # A pause that was over before the report takes nothing; 10:00-12:00 less half an hour, 13:30-14:00.
        (Limit(2, Unit.HOUR), [("5 08:00", "5 09:00"), ("5 11:00", "5 11:30")], "5 14:00"),
    ],
)
def test_pauses_of_a_day(limit: Limit, pauses: list[tuple[str, str]], due: str) -> None:
    spans = [(day(begun), day(ended)) for begun, ended in pauses]
    assert due_micros(limit, day("5 10:00"), CLOCK, pauses=spans) == day(due)


def test_days_of_twenty_four_hours() -> None:
    start = datetime(2026, 3, 5, 10, tzinfo=SHANGHAI)
    assert due_of(Limit(2, Unit.DAY), start, CLOCK, LimitRules(day_is_24_hours=True)) == start + 2 * ONE


def test_what_a_refused_limit_names() -> None:
    for make, facts in (
        (lambda: LimitRules(hours_run="moon"), {"rule": "hours_run", "value": "moon"}),
        (lambda: Limit(-1, Unit.HOUR), {"value": -1, "unit": Unit.HOUR}),
        (lambda: Limit("0.5", Unit.DAY), {"value": "0.5", "unit": Unit.DAY}),
    ):
        with pytest.raises(DomainError) as raised:
            make()
        assert raised.value.facts == facts
    assert (Limit(3, Unit.WORKDAY).micros, Limit(3, Unit.MINUTE).micros) == (0, 180_000_000)
