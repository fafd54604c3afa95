"""Working calendars, service windows and the words that describe them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from opsledger.core.calendars import (
    DatedHours,
    DayKind,
    ServiceWindow,
    WeeklyHours,
    WorkingCalendar,
    YearNotice,
    parse_interval,
    parse_window,
)
from opsledger.core.calendars.windows import WEEK_SECONDS, interval_text, parse_intervals
from opsledger.core.clock import ServiceClock
from opsledger.core.errors import DomainError

CHINA = WorkingCalendar.china()
HOUR = 3600
OFFICE = (9 * HOUR, 17 * HOUR)


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_a_notice_given_as_data_settles_a_provisional_year() -> None:
    assert CHINA.provisional(d("2026-12-31"), d("2027-01-04")) == (2027,)
    assert CHINA.provisional(d("2027-01-04")) == (2027,)
    assert CHINA.kind_of(d("2027-10-01")) is DayKind.WORKING
    off = frozenset({d("2027-10-01"), d("2026-12-31")})
    notice = YearNotice(2027, off, frozenset({d("2027-10-09")}), {d("2027-10-01"): "国庆节"}, "样例")
    loaded = CHINA.with_notice(notice)
    assert loaded.provisional(d("2026-12-31"), d("2027-01-04")) == ()
    assert loaded.kind_of(d("2027-10-01")) is DayKind.HOLIDAY
    assert loaded.holiday_name(d("2027-10-01")) == "国庆节"
    assert loaded.kind_of(d("2027-10-09")) is DayKind.MAKEUP
    # Late December may be changed by the next year's notice.
    assert loaded.kind_of(d("2026-12-31")) is DayKind.HOLIDAY
    assert loaded.kind_of(d("2026-10-01")) is DayKind.HOLIDAY
    # The calendar it came from is as it was.
    assert CHINA.kind_of(d("2027-10-01")) is DayKind.WORKING
    assert WorkingCalendar.china(notice).kind_of(d("2027-10-01")) is DayKind.HOLIDAY
    assert WorkingCalendar.china() is CHINA


def test_a_later_notice_wins() -> None:
    first = YearNotice(2027, frozenset({d("2027-05-03")}))
    second = YearNotice(2027, frozenset(), frozenset({d("2027-05-03")}))
    assert WorkingCalendar([first, second]).kind_of(d("2027-05-03")) is DayKind.MAKEUP
    assert WorkingCalendar([second, first]).kind_of(d("2027-05-03")) is DayKind.HOLIDAY


def test_every_year_of_plain_lists_is_certain() -> None:
    plain = WorkingCalendar.of_days([d("2030-01-01")], [d("2030-01-05")])
    assert plain.provisional(d("1999-01-01"), d("2040-01-01")) == ()
    assert plain.with_notice(YearNotice(2031, frozenset())).covers(2050)
    assert plain.is_working_day(d("2030-01-05"))
    assert not WorkingCalendar.weekdays_only().is_working_day(d("2030-01-05"))
    assert WorkingCalendar.weekdays_only().covers(1950)
    assert not WorkingCalendar().covers(2030)


def test_another_weekend() -> None:
    gulf = WorkingCalendar.of_days(weekend=frozenset((4, 5)))
    assert [gulf.is_working_day(d("2026-03-02") + timedelta(days=n)) for n in range(7)] == [
        True, True, True, True, False, False, True,
    ]  # fmt: skip
    assert gulf.kind_of(d("2026-03-06")) is DayKind.WEEKEND


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-15", 1, "2026-02-24"),
        ("2026-02-15", 0, "2026-02-24"),
        ("2026-02-14", 0, "2026-02-14"),
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-02-20", -1, "2026-02-14"),
        ("2026-01-05", -1, "2026-01-04"),  # a make-up Sunday
        ("2026-01-04", -1, "2025-12-31"),
        ("2025-12-31", 1, "2026-01-04"),
        # 248 working days in 2026, 251 in 2024, 248 in 2025.
        ("2025-12-31", 248, "2026-12-31"),
        ("2026-12-31", -248, "2025-12-31"),
        ("2023-12-31", 747, "2026-12-31"),
        ("2027-01-01", -747, "2024-01-02"),
    ],
)
def test_adding_working_days(day: str, count: int, expected: str) -> None:
    assert CHINA.add_working_days(d(day), count) == d(expected)


def test_counting_working_days_is_walking_them() -> None:
    first = d("2025-12-20")
    walked = 0
    for shift in range(1, 120):
        day = first + timedelta(days=shift)
        walked += CHINA.is_working_day(day)
        assert CHINA.working_days_between(first, day) == walked
        assert CHINA.working_days_between(day, first) == -walked
        if CHINA.is_working_day(day):
            assert CHINA.add_working_days(first, walked) == day
    assert CHINA.working_days_between(first, first) == 0


def test_rolling() -> None:
    assert CHINA.roll_forward(d("2026-03-07")) == d("2026-03-09")
    assert CHINA.roll_back(d("2026-03-07")) == d("2026-03-06")
    assert CHINA.roll_forward(d("2026-03-06")) == CHINA.roll_back(d("2026-03-06")) == d("2026-03-06")


@pytest.mark.parametrize(
    ("text", "monday", "saturday", "sunday", "holidays", "makeup"),
    [
        ("7x24", [(0, 24)], [(0, 24)], [(0, 24)], True, False),
        ("7×24小时", [(0, 24)], [(0, 24)], [(0, 24)], True, False),
        ("7*24", [(0, 24)], [(0, 24)], [(0, 24)], True, False),
        ("5x8", [(9, 17)], [], [], False, True),
        ("5 × 8", [(9, 17)], [], [], False, True),
        ("5x9", [(9, 18)], [], [], False, True),
        ("5x10", [(8, 18)], [], [], False, True),
        ("6x12", [(8, 20)], [(8, 20)], [], False, True),
        ("7x8", [(9, 17)], [(9, 17)], [(9, 17)], True, False),
        ("7X12", [(8, 20)], [(8, 20)], [(8, 20)], True, False),
        ("5x24", [(0, 24)], [], [], False, True),
        ("周一至周五 8:30-11:00,13:30-17:00", [(8.5, 11), (13.5, 17)], [], [], False, True),
        ("周一到周五8:30—12:00、14:00～18:00", [(8.5, 12), (14, 18)], [], [], False, True),
        ("周一至周五 9:00-18:00；周六 9:00-12:00", [(9, 18)], [(9, 12)], [], False, True),
        ("星期一至星期日 9:00-18:00", [(9, 18)], [(9, 18)], [(9, 18)], False, True),
        ("周一至周五、周日 9:00-18:00", [(9, 18)], [], [(9, 18)], False, True),
        ("周六、日 9:00-12:00", [], [(9, 12)], [(9, 12)], False, True),
        ("周一,周天 9:00-12:00", [(9, 12)], [], [(9, 12)], False, True),
        ("周五至周一 9:00-12:00", [(9, 12)], [(9, 12)], [(9, 12)], False, True),
        ("工作日 9:00-17:00", [(9, 17)], [], [], False, True),
        ("法定工作日9:00至17:30", [(9, 17.5)], [], [], False, True),
        ("工作日 9:00-17:00，含法定节假日", [(9, 17)], [], [], True, True),
        ("每日8:30-23:00", [(8.5, 23)], [(8.5, 23)], [(8.5, 23)], True, True),
        ("8:30-18:00", [(8.5, 18)], [(8.5, 18)], [(8.5, 18)], True, True),
        ("每天 8:00-20:00（法定节假日除外）", [(8, 20)], [(8, 20)], [(8, 20)], False, True),
        ("每天 20:00-次日8:00", [(20, 32)], [(20, 32)], [(20, 32)], True, True),
        ("每天 20:00-24:00", [(20, 24)], [(20, 24)], [(20, 24)], True, True),
    ],
)
def test_windows_as_contracts_write_them(
    text: str,
    monday: list[tuple[float, float]],
    saturday: list[tuple[float, float]],
    sunday: list[tuple[float, float]],
    holidays: bool,
    makeup: bool,
) -> None:
    window = parse_window(text)
    days = window.versions[0][1].days
    for day, expected in ((0, monday), (5, saturday), (6, sunday)):
        assert days[day] == tuple((int(a * HOUR), int(b * HOUR)) for a, b in expected)
    assert (window.on_holidays, window.on_makeup_days) == (holidays, makeup)
    assert window.name


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("09:00", "17:00", (32400, 61200)),
        ("9:00", "24:00", (32400, 86400)),
        ("22:00", "06:00", (79200, 108000)),
        ("18:00", "00:00", (64800, 86400)),
        ("00:00", "00:00", (0, 86400)),
        ("08:59:30", "09:00:30", (32370, 32430)),
        ("09：00", "17：00", (32400, 61200)),
    ],
)
def test_intervals(opens: str, closes: str, expected: tuple[int, int]) -> None:
    assert parse_interval(opens, closes) == expected


def test_hours_on_a_day() -> None:
    hours = WeeklyHours.same([OFFICE], range(5))
    window = ServiceWindow.weekly(hours)
    assert window.hours_on(d("2026-02-13"), CHINA) == (OFFICE,)
    assert window.hours_on(d("2026-02-14"), CHINA) == (OFFICE,)  # make-up Saturday: Monday's hours
    assert window.hours_on(d("2026-02-16"), CHINA) == ()
    assert window.hours_on(d("2026-03-07"), CHINA) == ()
    also = ServiceWindow.weekly(hours, on_holidays=True, on_makeup_days=False)
    assert also.hours_on(d("2026-02-16"), CHINA) == (OFFICE,)
    assert also.hours_on(d("2026-02-14"), CHINA) == ()
    half = WeeklyHours.same([OFFICE], range(6), makeup=[(9 * HOUR, 12 * HOUR)])
    assert ServiceWindow.weekly(half).hours_on(d("2026-02-14"), CHINA) == ((9 * HOUR, 12 * HOUR),)
    own = WeeklyHours((*hours.days[:5], ((9 * HOUR, 12 * HOUR),), ()))
    assert ServiceWindow.weekly(own).hours_on(d("2026-02-14"), CHINA) == ((9 * HOUR, 12 * HOUR),)
    assert own.on_makeup_day(6) == (OFFICE,)


def test_seasons_and_exceptions() -> None:
    winter = WeeklyHours.same([(9 * HOUR, 17 * HOUR)], range(5))
    summer = WeeklyHours.same([(8 * HOUR, 18 * HOUR)], range(5))
    late = DatedHours(d("2026-06-01"), d("2026-06-30"), ((8 * HOUR, 23 * HOUR),), "报名季")
    shut = DatedHours(d("2026-06-30"), d("2026-06-30"), (), "停电检修")
    window = ServiceWindow(((d("2026-01-01"), winter), (d("2026-05-01"), summer)), exceptions=(late, shut))
    assert window.hours_on(d("2025-12-31"), CHINA) == ()
    assert window.hours_on(d("2026-01-05"), CHINA) == ((9 * HOUR, 17 * HOUR),)
    assert window.hours_on(d("2026-04-30"), CHINA) == ((9 * HOUR, 17 * HOUR),)
    assert window.hours_on(d("2026-05-06"), CHINA) == ((8 * HOUR, 18 * HOUR),)
    # An exception holds on Sundays and holidays too; the later one wins.
    assert window.hours_on(d("2026-06-07"), CHINA) == ((8 * HOUR, 23 * HOUR),)
    assert window.hours_on(d("2026-06-19"), CHINA) == ((8 * HOUR, 23 * HOUR),)
    assert window.hours_on(d("2026-06-30"), CHINA) == ()
    assert window.hours_on(d("2026-07-01"), CHINA) == ((8 * HOUR, 18 * HOUR),)
    assert (window.exception_on(d("2026-06-30")), window.exception_on(d("2026-05-31"))) == (shut, None)


def test_what_a_window_is() -> None:
    office = ServiceWindow.weekly(WeeklyHours.same([OFFICE], range(5)))
    daily = ServiceWindow.weekly(WeeklyHours.same([OFFICE], range(7)), on_holidays=True)
    whole = WeeklyHours.same([(0, 24 * HOUR)], range(7))
    assert ServiceWindow.always().is_always_open
    assert not ServiceWindow.weekly(whole).is_always_open  # closed on holidays
    assert not ServiceWindow(((d("2026-01-01"), whole),), on_holidays=True).is_always_open
    shut = DatedHours(d("2026-01-01"), d("2026-01-01"), ())
    assert not ServiceWindow.weekly(whole, on_holidays=True, exceptions=[shut]).is_always_open
    assert not daily.is_always_open
    assert [w.follows_calendar for w in (office, daily, ServiceWindow.always())] == [True, False, False]
    assert ServiceWindow.weekly(WeeklyHours.same([OFFICE], range(5)), on_holidays=True).follows_calendar


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("周一至周二、周四至周五 9:00-17:00", {0, 1, 3, 4}),
        ("周三至周五 9:00-17:00", {2, 3, 4}),
        ("周三至周三 9:00-17:00", {2}),
        ("周五至周一 9:00-17:00", {4, 5, 6, 0}),
        ("周一 9:00-17:00;;周二 9:00-17:00", {0, 1}),
        ("周一至周二、周日 9:00-17:00", {0, 1, 6}),
    ],
)
def test_weekdays_in_words(text: str, weekdays: set[int]) -> None:
    (_, hours), *_ = parse_window(text).versions
    assert {day for day, spans in enumerate(hours.days) if spans == (OFFICE,)} == weekdays
    assert sum(bool(day) for day in hours.days) == len(weekdays)


@pytest.mark.parametrize("text", ["5x8", "周一至周五 9:00-17:00"])
def test_hours_of_a_make_up_day_are_those_given(text: str) -> None:
    window = parse_window(text, makeup=[["10:00", "11:00"]])
    assert window.hours_on(d("2026-02-14"), CHINA) == ((10 * HOUR, 11 * HOUR),)
    assert parse_window(text, makeup=[]).hours_on(d("2026-02-14"), CHINA) == ()
    assert parse_window(text).hours_on(d("2026-02-14"), CHINA) == (OFFICE,)
    week = {"mon": [["9:00", "17:00"]]}
    assert WeeklyHours.from_mapping(week, [["10:00", "11:00"]]).on_makeup_day(5) == ((10 * HOUR, 11 * HOUR),)
    assert WeeklyHours.from_mapping(week, []).on_makeup_day(5) == ()
    assert WeeklyHours.from_mapping(week).on_makeup_day(5) == (OFFICE,)


def test_round_the_clock_in_words() -> None:
    assert parse_window("7x24") == ServiceWindow.always()
    # Makers write the hours first; a Monday and a Sunday of each are the same.
    for ours, theirs in (("7x24", "24x7"), ("5x8", "8×5"), ("7x12", "12小时*7天")):
        for day in (d("2026-03-09"), d("2026-03-15")):
            assert parse_window(theirs).hours_on(day, CHINA) == parse_window(ours).hours_on(day, CHINA)
    assert parse_window("7×24小时").is_always_open
    assert not parse_window("5x24").is_always_open


def test_intervals_in_words() -> None:
    assert interval_text([(9 * HOUR + 59 * 60, 17 * HOUR + 59 * 60)]) == "09:59-17:59"
    assert interval_text([]) == "不服务"


def test_what_is_no_list_of_pairs_is_named() -> None:
    with pytest.raises(DomainError) as raised:
        parse_intervals("9-17")
    assert (raised.value.code, raised.value.facts) == ("window.bad_pair", {"pair": "9-17"})


def test_a_further_notice_keeps_the_weekend() -> None:
    gulf = WorkingCalendar(weekend=frozenset({4, 5})).with_notice(YearNotice(2026, frozenset()))
    # 2026-03-06 is a Friday, 03-08 a Sunday.
    assert (gulf.is_working_day(d("2026-03-06")), gulf.is_working_day(d("2026-03-08"))) == (False, True)
    assert gulf.holiday_name(d("2026-03-06")) == ""


def test_a_calendar_never_asked_before() -> None:
    fresh = WorkingCalendar.of_days([d("2026-01-01"), d("2026-12-31")], [d("2026-01-04")])
    # 1 January off, 2 January works; Sunday the 4th works.
    assert fresh.add_working_days(d("2025-12-31"), 1) == d("2026-01-02")
    assert fresh.add_working_days(d("2025-12-31"), 2) == d("2026-01-04")
    assert fresh.add_working_days(d("2026-12-30"), 1) == d("2027-01-01")
    assert fresh.add_working_days(d("2027-01-01"), -1) == d("2026-12-30")
    # 2026 has 261 weekdays, two of them off, and one Sunday that works.
    assert fresh.working_days_between(d("2025-12-31"), d("2026-12-31")) == 260
    # The first and the last year that can be counted.
    assert fresh.add_working_days(date(2, 1, 1), 1) == date(2, 1, 2)
    assert fresh.add_working_days(date(9998, 1, 1), 1) == date(9998, 1, 2)
    for day in (date(1, 6, 1), date(9999, 6, 1)):
        with pytest.raises(DomainError) as raised:
            fresh.add_working_days(day, 1)
        assert raised.value.code == "calendar.beyond"


def test_where_the_week_alone_decides() -> None:
    plain, shut = WeeklyHours.same([OFFICE], range(5)), WeeklyHours(((),) * 7)
    bare, named = (
        WorkingCalendar.weekdays_only(),
        WorkingCalendar.of_days([d("2026-05-01")], [d("2026-05-09")]),
    )
    office = ServiceWindow.weekly(plain)
    # Five days of eight hours; no date is singled out, so there is nothing before or after one.
    assert office.week_before(bare) == (date.max, 5 * 8 * HOUR)
    assert office.week_after(bare) == (date.min, 5 * 8 * HOUR)
    assert office.week_before(named) == (d("2026-05-01"), 5 * 8 * HOUR)
    assert office.week_after(named) == (d("2026-05-09"), 5 * 8 * HOUR)
    season = DatedHours(d("2026-04-01"), d("2026-06-30"), (OFFICE,))
    staged = ServiceWindow(((date.min, plain), (d("2020-01-01"), shut)), exceptions=(season,))
    assert staged.week_before(named) == (d("2020-01-01"), 5 * 8 * HOUR)
    assert staged.week_after(named) == (d("2026-06-30"), 0)
    late = ServiceWindow(((d("2026-05-05"), plain),))
    assert (late.week_before(named), late.week_before(bare)) == ((d("2026-05-01"), 0), (d("2026-05-05"), 0))
    assert late.week_after(bare) == (d("2026-05-05"), 5 * 8 * HOUR)
    assert WeeklyHours.same([(0, 24 * HOUR)], range(7)).seconds == WEEK_SECONDS


@pytest.mark.parametrize("calendar", [CHINA, WorkingCalendar.weekdays_only()])
def test_the_hours_of_a_span_are_those_of_its_days(calendar: WorkingCalendar) -> None:
    winter = WeeklyHours.same([(9 * HOUR, 17 * HOUR)], range(5))
    summer = WeeklyHours((((8 * HOUR, 18 * HOUR),), *((((22 * HOUR, 30 * HOUR),),) * 5), ()))
    season = DatedHours(d("2026-06-20"), d("2026-07-10"), ((8 * HOUR, 23 * HOUR),))
    shut = DatedHours(d("2026-06-30"), d("2026-06-30"), ())
    window = ServiceWindow(((d("2026-01-15"), winter), (d("2026-05-01"), summer)), exceptions=(season, shut))
    for first, last in [
        ("2025-12-20", "2026-08-01"),
        ("2026-06-25", "2026-07-05"),
        ("2026-03-01", "2026-03-01"),
    ]:
        span = range(d(first).toordinal(), d(last).toordinal())
        expected = [(day, window.hours_on(date.fromordinal(day), calendar)) for day in span]
        assert list(window.hours_between(span.start, span.stop, calendar)) == expected


def test_the_week_in_words() -> None:
    week = WeeklyHours.from_mapping(
        {"mon": [["09:00", "12:00"], ["14:00", "18:00"]], "Tuesday": [["09:00", "12:00"], ["14:00", "18:00"]],
         "thu": [["22:00", "06:00"]], "SAT": [["18:00", "24:00"]]}
    )  # fmt: skip
    assert week.text == "周一至周二09:00-12:00、14:00-18:00；周四22:00-次日06:00；周六18:00-24:00"
    assert WeeklyHours(((),) * 7).text == ""


def test_the_years_a_span_hangs_on() -> None:
    clock = ServiceClock(CHINA, parse_window("5x8"))
    edges = [datetime(year, 6, 1, tzinfo=UTC) for year in (2025, 2026, 2028)]
    assert clock.provisional_years(edges[0], edges[1]) == ()
    assert clock.provisional_years(edges[1], edges[2]) == (2027, 2028)
    # 2026-12-31 17:00 in UTC is 2027 in Shanghai.
    eve = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert clock.provisional_years(edges[0], eve) == (2027,)
    assert ServiceClock(CHINA, ServiceWindow.always()).provisional_years(edges[1], edges[2]) == ()
