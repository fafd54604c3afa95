"""The service clock on the cases everybody knows; the sums stand beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsledger.core.calendars import DatedHours, ServiceWindow, WeeklyHours, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit, LimitRules, Unit, due_of
from opsledger.core.spans import joined, lost_open, net_open

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar.china()
CHINA_FREE = WorkingCalendar.weekdays_only()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def office() -> ServiceClock:
    return ServiceClock(CHINA, parse_window("5x8"))


def test_four_hours_over_a_make_up_saturday(office: ServiceClock) -> None:
    # Fri 2026-02-13 16:00-17:00 is 1 h; Sat 02-14 is a make-up day: 09:00-12:00 is 3 h.
    assert office.add(at("2026-02-13 16:00"), timedelta(hours=4)) == at("2026-02-14 12:00")


def test_due_is_closing_time_not_the_next_opening(office: ServiceClock) -> None:
    # 16:00-17:00 is the whole hour.
    assert office.add(at("2026-03-05 16:00"), timedelta(hours=1)) == at("2026-03-05 17:00")


def test_subtract_reaches_opening_time_not_the_closing_before(office: ServiceClock) -> None:
    assert office.subtract(at("2026-03-05 10:00"), timedelta(hours=1)) == at("2026-03-05 09:00")


def test_zero_moves_into_the_window(office: ServiceClock) -> None:
    assert office.add(at("2026-03-07 12:00"), timedelta(0)) == at("2026-03-09 09:00")  # Saturday to Monday
    assert office.add(at("2026-03-05 12:00"), timedelta(0)) == at("2026-03-05 12:00")


def test_spring_festival_is_closed(office: ServiceClock) -> None:
    # 2026-02-15 to 02-23 are off; the next opening is Tuesday 02-24.
    assert office.next_open(at("2026-02-15 10:00")) == at("2026-02-24 09:00")
    assert office.between(at("2026-02-15 00:00"), at("2026-02-24 09:00")) == timedelta(0)


def test_a_window_that_never_closes_runs_on_the_wall() -> None:
    clock = ServiceClock(CHINA, ServiceWindow.always())
    assert clock.add(at("2026-02-15 10:00"), timedelta(days=3)) == at("2026-02-18 10:00")
    assert clock.next_close(at("2026-02-15 10:00")) is None


def test_a_window_that_never_opens_says_so() -> None:
    clock = ServiceClock(CHINA, ServiceWindow.weekly(WeeklyHours(((),) * 7)))
    with pytest.raises(DomainError) as raised:
        clock.add(at("2026-02-15 10:00"), timedelta(minutes=1))
    assert raised.value.code == "clock.never_opens"


def test_naive_and_unknown_are_refused(office: ServiceClock) -> None:
    with pytest.raises(DomainError) as raised:
        office.add(datetime(2026, 1, 1), timedelta(0))
    assert raised.value.code == "clock.naive_moment"
    with pytest.raises(DomainError) as raised:
        ServiceClock(CHINA, ServiceWindow.always(), "Asia/Atlantis")
    assert raised.value.code == "clock.unknown_zone"


@pytest.mark.parametrize(
    ("limit", "start", "due"),
    [
        # Friday; the day itself does not count; Saturday 02-14 works.
        (Limit(1, Unit.WORKDAY), "2026-02-13 16:00", "2026-02-14 17:00"),
        # 02-14 is one, 02-24 two, 02-25 three.
        (Limit(3, Unit.WORKDAY), "2026-02-13 16:00", "2026-02-25 17:00"),
        # 02-13 plus 3 days is Monday 02-16, a holiday; rolls to 02-24.
        (Limit(3, Unit.DAY), "2026-02-13 16:00", "2026-02-24 17:00"),
        # 01-31 plus one month is 02-28, a make-up Saturday, which works.
        (Limit(1, Unit.MONTH), "2026-01-31 10:00", "2026-02-28 17:00"),
        (Limit(1, Unit.SAME_DAY), "2026-03-05 10:00", "2026-03-05 17:00"),
        (Limit(1, Unit.SAME_DAY), "2026-03-05 18:00", "2026-03-06 17:00"),
        (Limit(1, Unit.NEXT_WORKDAY), "2026-03-06 10:00", "2026-03-09 17:00"),
        (Limit(1, Unit.WEEK), "2026-03-04 10:00", "2026-03-11 17:00"),
    ],
)
def test_day_limits_follow_the_civil_code(office: ServiceClock, limit: Limit, start: str, due: str) -> None:
    assert due_of(limit, at(start), office) == at(due)


def test_official_working_days_of_three_years() -> None:
    # Counted in the notices: 251, 248, 248.
    counts = [CHINA.working_days_between(date(y - 1, 12, 31), date(y, 12, 31)) for y in (2024, 2025, 2026)]
    assert counts == [251, 248, 248]


def utc_clock(opens: int, closes: int) -> ServiceClock:
    hours = WeeklyHours.same([(opens * 3600, closes * 3600)], range(7))
    clock = ServiceClock(WorkingCalendar.weekdays_only(), ServiceWindow.weekly(hours), "UTC")
    clock.next_open(datetime(2026, 6, 1, tzinfo=UTC))  # lays out 2025 to 2027
    return clock


def test_the_edges_of_a_layout_are_edges_of_nothing_else() -> None:
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    # 24:00 on New Year's Eve is a closing moment, though the layout begins there.
    assert utc_clock(12, 24).add(new_year, timedelta(0)) == new_year
    assert utc_clock(12, 24).subtract(new_year, timedelta(0)) == new_year
    assert utc_clock(12, 24).subtract(new_year, timedelta(hours=1)) == new_year - timedelta(hours=1)
    assert utc_clock(12, 24).between(new_year, new_year + timedelta(days=1)) == timedelta(hours=12)
    # And 00:00 on New Year an opening moment, though the layout ends there.
    far = datetime(2028, 1, 1, tzinfo=UTC)
    assert utc_clock(0, 12).is_open(far)
    assert utc_clock(0, 12).next_open(far) == far
    assert utc_clock(0, 12).next_close(far) == far + timedelta(hours=12)
    assert utc_clock(0, 12).next_open(far - timedelta(hours=1)) == far
    assert utc_clock(0, 12).add(far - timedelta(hours=13), timedelta(hours=2)) == far + timedelta(hours=1)
    assert utc_clock(12, 24).next_close(far - timedelta(hours=1)) == far


def test_the_smallest_amount(office: ServiceClock) -> None:
    micro = timedelta(microseconds=1)
    assert office.add(at("2026-03-05 17:00"), micro) == at("2026-03-06 09:00") + micro
    assert office.subtract(at("2026-03-05 09:00"), micro) == at("2026-03-04 17:00") - micro
    assert office.subtract(at("2026-03-05 08:00"), timedelta(0)) == at("2026-03-04 17:00")
    assert office.subtract(at("2026-03-05 09:00"), timedelta(0)) == at("2026-03-05 09:00")
    assert office.subtract(at("2026-03-05 17:00"), timedelta(0)) == at("2026-03-05 17:00")


def test_intervals_are_clipped_and_never_empty(office: ServiceClock) -> None:
    spans = office.intervals(at("2026-03-05 16:00"), at("2026-03-09 10:00"))
    assert spans == [
        (at("2026-03-05 16:00"), at("2026-03-05 17:00")),
        (at("2026-03-06 09:00"), at("2026-03-06 17:00")),
        (at("2026-03-09 09:00"), at("2026-03-09 10:00")),
    ]
    assert office.intervals(at("2026-03-05 17:00"), at("2026-03-06 09:00")) == []
    assert office.intervals(at("2026-03-05 10:00"), at("2026-03-05 10:00")) == []
    always = ServiceClock(CHINA, ServiceWindow.always())
    assert always.intervals(at("2026-03-05 10:00"), at("2026-03-05 10:00")) == []
    assert always.intervals(at("2026-03-05 10:00"), at("2026-03-07 10:00")) == [
        (at("2026-03-05 10:00"), at("2026-03-07 10:00"))
    ]


def test_facts_of_a_refusal(office: ServiceClock) -> None:
    for call in (office.add, office.subtract):
        with pytest.raises(DomainError) as raised:
            call(at("2026-03-05 10:00"), -timedelta(minutes=90))
        assert raised.value.facts == {"minutes": -90}


def test_intervals_refuse_a_reversed_span_by_giving_none(office: ServiceClock) -> None:
    assert office.intervals(at("2026-03-09 10:00"), at("2026-03-05 16:00")) == []


def test_many_threads_share_a_clock() -> None:
    clock = ServiceClock(CHINA, parse_window("5x8"))
    spans = [(at(f"{2004 + n}-03-04 10:00"), at(f"{2026 - n}-09-09 15:00")) for n in range(11)]
    alone = [ServiceClock(CHINA, parse_window("5x8")).between(*span) for span in spans]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda span: clock.between(*span), spans)) == alone


def test_at_closing_time_the_next_opening_is_tomorrow(office: ServiceClock) -> None:
    closing = at("2026-03-05 17:00")
    assert office.next_open(closing) == at("2026-03-06 09:00")
    assert office.next_close(closing) == at("2026-03-06 17:00")
    assert not office.is_open(closing)
    assert office.next_close(at("2026-03-05 09:00")) == closing


def test_natural_time_is_not_wall_arithmetic() -> None:
    berlin = ServiceClock(WorkingCalendar.weekdays_only(), ServiceWindow.always(), "Europe/Berlin")
    midnight = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin"))
    # 4 h after midnight of the 25-hour day the wall shows 03:00.
    wall = LimitRules(hours_run="wall")
    assert due_of(Limit(4, Unit.HOUR), midnight, berlin, wall).isoformat() == "2026-10-25T03:00:00+01:00"
    noon = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    day = LimitRules(day_is_24_hours=True)
    assert due_of(Limit(1, Unit.DAY), noon, berlin, day).isoformat() == "2026-10-25T11:00:00+01:00"
    # The second pass of 02:30 is an hour later than the first.
    twice = [datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=ZoneInfo("Europe/Berlin")) for fold in (0, 1)]
    assert berlin.between(twice[0], twice[1]) == timedelta(hours=1)
    assert berlin.add(twice[1], timedelta(0)).isoformat() == "2026-10-25T02:30:00+01:00"


def test_spans_are_joined_whatever_their_order() -> None:
    assert joined([(5, 9), (1, 3), (4, 4), (3, 4), (6, 7), (9, 12), (0, 0), (20, 10)]) == [(1, 4), (5, 12)]
    assert joined([]) == []
    assert net_open(None, [(2, 4), (8, 20)], 3, 10) == 4
    assert net_open(None, [(2, 4)], 10, 3) == 0
    assert lost_open(None, [(2, 4), (8, 20)], 3, 10) == 3


NO_WEEK = WeeklyHours(((),) * 7)


def test_an_opening_on_the_last_evening_of_a_year_is_reached_from_years_before() -> None:
    # In New York 31 December 22:00 is already the next year in UTC.
    eve = DatedHours(date(2030, 12, 31), date(2030, 12, 31), ((22 * 3600, 24 * 3600),))
    clock = ServiceClock(CHINA_FREE, ServiceWindow.weekly(NO_WEEK, exceptions=[eve]), "America/New_York")
    start = datetime(2026, 3, 5, tzinfo=UTC)
    assert clock.add(start, timedelta(hours=1)).isoformat() == "2030-12-31T23:00:00-05:00"


def test_a_closing_on_the_first_morning_of_a_year_is_reached_from_years_after() -> None:
    # In Shanghai 1 January 02:00 is still the old year in UTC.
    morning = DatedHours(date(2021, 1, 1), date(2021, 1, 1), ((0, 2 * 3600),))
    clock = ServiceClock(CHINA_FREE, ServiceWindow.weekly(NO_WEEK, exceptions=[morning]))
    assert clock.subtract(at("2025-03-05 10:00"), timedelta(hours=1)) == at("2021-01-01 01:00")


def test_a_span_of_ten_years_asked_first() -> None:
    first, last = at("2020-01-01 00:00"), at("2030-01-01 00:00")
    days = CHINA_FREE.working_days_between(date(2019, 12, 31), date(2029, 12, 31))
    assert ServiceClock(CHINA_FREE, parse_window("5x8")).between(first, last) == timedelta(hours=8 * days)
    assert len(ServiceClock(CHINA_FREE, parse_window("5x8")).intervals(first, last)) == days


def test_moments_before_1970() -> None:
    clock = ServiceClock(CHINA_FREE, parse_window("5x8"), timezone(timedelta(hours=8)))
    saturday = datetime(1950, 3, 4, 12, tzinfo=timezone(timedelta(hours=8)))
    assert clock.next_open(saturday).isoformat() == "1950-03-06T09:00:00+08:00"


def test_round_the_clock_has_no_first_and_last_year() -> None:
    always = ServiceClock(CHINA, ServiceWindow.always(), ZoneInfo("UTC"))
    far = datetime(3000, 1, 1, tzinfo=UTC)
    assert always.add(far, timedelta(hours=1)) == far + timedelta(hours=1)
    assert always.is_open(far)


@pytest.mark.parametrize(
    ("year", "way"), [(2499, ServiceClock.add), (1901, ServiceClock.subtract)], ids=["forward", "back"]
)
def test_what_lies_beyond_the_last_layout_is_said(year: int, way: Any) -> None:
    clock = ServiceClock(CHINA_FREE, parse_window("5x8"))
    with pytest.raises(DomainError) as raised:
        way(clock, datetime(year, 6, 1, tzinfo=UTC), timedelta(days=4000))
    assert raised.value.code == "clock.beyond"


def test_an_interval_without_length_and_hours_that_meet_the_next_day() -> None:
    with pytest.raises(DomainError) as raised:
        WeeklyHours.same([(9 * 3600, 9 * 3600)], [0])
    assert raised.value.code == "window.empty_interval"
    monday = ((8 * 3600, 9 * 3600), (22 * 3600, 30 * 3600))
    with pytest.raises(DomainError) as raised:
        WeeklyHours((monday, ((5 * 3600, 8 * 3600), (9 * 3600, 10 * 3600)), (), (), (), (), ()))
    assert raised.value.facts == {"first": "22:00-次日06:00", "second": "05:00-08:00"}
