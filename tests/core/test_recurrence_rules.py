"""Due windows by every frequency and rule, by hand; and the laws of planning over random periods."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit, Unit
from opsledger.core.recurrence import (
    AfterEvent,
    BeforeEvent,
    Days,
    FixedMonths,
    Move,
    Occasion,
    Partial,
    Period,
    Periods,
    PerPeriod,
    RecurrenceRule,
    ServicePeriod,
    Window,
    windows,
)
from opsledger.core.sentences import SENTENCES

CHINA = WorkingCalendar.china()
ONE = timedelta(days=1)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


def told(found: tuple[Window, ...]) -> list[str]:
    return [f"{w.id} {w.opens_on:%m-%d}..{w.closes_on:%m-%d} by {w.due_on:%m-%d}" for w in found]


def plan(frequency: object, first: str, last: str, **rule: object) -> list[str]:
    period = ServicePeriod(d(first), d(last))
    return told(windows(frequency, period, CHINA, RecurrenceRule(**rule)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frequency", "first", "last", "rule", "expected"),
    [
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "03-10",
            "05-20",
            {},
            # 03-31 is a Tuesday, 04-30 a Thursday, 05-20 a Wednesday.
            [
                "2026-03#1 03-10..03-31 by 03-31",
                "2026-04#1 04-01..04-30 by 04-30",
                "2026-05#1 05-01..05-20 by 05-20",
            ],
            id="monthly, first and last clipped",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "03-10",
            "05-20",
            {"partial": Partial.WHOLE},
            ["2026-04#1 04-01..04-30 by 04-30"],
            id="monthly, only whole months",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "02-01",
            "02-28",
            {},
            ["2026-02#1 02-01..02-28 by 02-28"],
            id="a make-up Saturday is a due day",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "05-01",
            "05-31",
            {"move": Move.NEXT},
            ["2026-05#1 05-01..05-31 by 06-01"],
            id="moved on to the next working day",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "05-01",
            "05-31",
            {"move": Move.NONE},
            ["2026-05#1 05-01..05-31 by 05-31"],
            id="not moved",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "05-01",
            "05-31",
            {"days": Days.ALL},
            ["2026-05#1 05-01..05-31 by 05-31"],
            id="seven-day duties are not moved",
        ),
        pytest.param(
            PerPeriod(2, Period.MONTH),
            "03-01",
            "03-31",
            {},
            # 31 days: 15 and 16; 03-15 is a Sunday, so Friday 03-13.
            ["2026-03#1 03-01..03-15 by 03-13", "2026-03#2 03-16..03-31 by 03-31"],
            id="twice a month",
        ),
        pytest.param(
            PerPeriod(2, Period.MONTH),
            "03-20",
            "03-31",
            {},
            ["2026-03#2 03-20..03-31 by 03-31"],
            id="the second half keeps its number",
        ),
        pytest.param(
            PerPeriod(1, Period.QUARTER),
            "02-10",
            "07-02",
            {},
            [
                "2026Q1#1 02-10..03-31 by 03-31",
                "2026Q2#1 04-01..06-30 by 06-30",
                "2026Q3#1 07-01..07-02 by 07-02",
            ],
            id="quarterly",
        ),
        pytest.param(
            PerPeriod(3, Period.QUARTER),
            "01-01",
            "02-10",
            {},
            # 01-31 is a Saturday: Friday 01-30.
            ["2026Q1#1 01-01..01-31 by 01-30", "2026Q1#2 02-01..02-10 by 02-10"],
            id="three a quarter are months",
        ),
        pytest.param(
            PerPeriod(1, Period.HALFYEAR),
            "06-30",
            "07-01",
            {},
            ["2026H1#1 06-30..06-30 by 06-30", "2026H2#1 07-01..07-01 by 07-01"],
            id="half-yearly at the turn",
        ),
        pytest.param(
            PerPeriod(2, Period.YEAR),
            "03-01",
            "12-31",
            {},
            ["2026#1 03-01..06-30 by 06-30", "2026#2 07-01..12-31 by 12-31"],
            id="twice a year are half-years",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH, 2),
            "02-15",
            "06-30",
            {},
            # Blocks of two months from February: Feb-Mar, Apr-May (05-31 Sunday: 05-29), Jun-Jul.
            [
                "2026-02#1 02-15..03-31 by 03-31",
                "2026-04#1 04-01..05-31 by 05-29",
                "2026-06#1 06-01..06-30 by 06-30",
            ],
            id="every second month",
        ),
        pytest.param(
            PerPeriod(1, Period.MONTH),
            "03-15",
            "05-14",
            {"periods": Periods.FROM_START},
            # 04-14 is a Tuesday, 05-14 a Thursday.
            ["2026-03-15M#1 03-15..04-14 by 04-14", "2026-04-15M#1 04-15..05-14 by 05-14"],
            id="months counted from the first day of service",
        ),
        pytest.param(
            PerPeriod(1, Period.QUARTER),
            "01-31",
            "05-15",
            {"periods": Periods.FROM_START},
            # A quarter from 01-31 ends the day before 04-30.
            ["2026-01-31Q#1 01-31..04-29 by 04-29", "2026-04-30Q#1 04-30..05-15 by 05-15"],
            id="quarters from the 31st",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK),
            "03-04",
            "03-16",
            {},
            # Sundays 03-08 and 03-15 move back to Fridays; Monday 03-16 is clipped.
            [
                "2026-W10#1 03-04..03-08 by 03-06",
                "2026-W11#1 03-09..03-15 by 03-13",
                "2026-W12#1 03-16..03-16 by 03-16",
            ],
            id="weekly from Monday to Sunday",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK),
            "2026-12-28",
            "2027-01-10",
            {},
            # ISO weeks: 2026-W53 runs into January; 2027-01-03 and 01-10 are Sundays.
            ["2026-W53#1 12-28..01-03 by 01-01", "2027-W01#1 01-04..01-10 by 01-08"],
            id="weeks over New Year",
        ),
        pytest.param(
            PerPeriod(3, Period.WEEK),
            "03-09",
            "03-15",
            {},
            # Seven days in three: Mon-Tue, Wed-Thu, Fri-Sun.
            [
                "2026-W11#1 03-09..03-10 by 03-10",
                "2026-W11#2 03-11..03-12 by 03-12",
                "2026-W11#3 03-13..03-15 by 03-13",
            ],
            id="three a week on distinct days",
        ),
        pytest.param(
            PerPeriod(5, Period.WEEK),
            "03-09",
            "03-15",
            {},
            [
                "2026-W11#1 03-09..03-09 by 03-09",
                "2026-W11#2 03-10..03-10 by 03-10",
                "2026-W11#3 03-11..03-11 by 03-11",
                "2026-W11#4 03-12..03-12 by 03-12",
                "2026-W11#5 03-13..03-15 by 03-13",
            ],
            id="five a week are its working days",
        ),
        pytest.param(
            PerPeriod(4, Period.WEEK),
            "09-14",
            "09-20",
            {},
            # Sunday 09-20 is a make-up day, so the last share has a working day of its own.
            [
                "2026-W38#1 09-14..09-14 by 09-14",
                "2026-W38#2 09-15..09-16 by 09-16",
                "2026-W38#3 09-17..09-18 by 09-18",
                "2026-W38#4 09-19..09-20 by 09-20",
            ],
            id="four in a week with a make-up Sunday",
        ),
        pytest.param(
            PerPeriod(3, Period.WEEK),
            "05-04",
            "05-10",
            {},
            # Monday and Tuesday are off, Saturday works: four working days in three shares.
            [
                "2026-W19#1 05-04..05-06 by 05-06",
                "2026-W19#2 05-07..05-07 by 05-07",
                "2026-W19#3 05-08..05-10 by 05-09",
            ],
            id="three in a week that begins with a holiday",
        ),
        pytest.param(
            PerPeriod(2, Period.WEEK),
            "04-06",
            "04-12",
            {},
            # Monday 04-06 is off; shares Mon-Wed and Thu-Sun each have working days.
            ["2026-W15#1 04-06..04-08 by 04-08", "2026-W15#2 04-09..04-12 by 04-10"],
            id="twice in a week with a holiday",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK),
            "02-16",
            "02-22",
            {},
            # Spring Festival: no working day in the week.
            ["2026-W08#1 02-16..02-22 by 02-22"],
            id="a week without a working day keeps its Sunday",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK),
            "02-16",
            "02-22",
            {"move": Move.NEXT},
            ["2026-W08#1 02-16..02-22 by 02-24"],
            id="or moves behind the holiday",
        ),
        pytest.param(
            PerPeriod(7, Period.WEEK),
            "03-09",
            "03-15",
            {"days": Days.ALL},
            [f"2026-W11#{n} 03-{8 + n:02d}..03-{8 + n:02d} by 03-{8 + n:02d}" for n in range(1, 8)],
            id="seven a week",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK, 2),
            "03-04",
            "04-01",
            {},
            # Blocks from Monday 03-02: 03-02..15, 03-16..29, 03-30..04-12.
            [
                "2026-W10#1 03-04..03-15 by 03-13",
                "2026-W12#1 03-16..03-29 by 03-27",
                "2026-W14#1 03-30..04-01 by 04-01",
            ],
            id="every second week",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK, 2),
            "03-11",
            "04-01",
            {"anchor": date(2026, 3, 4)},
            [
                "2026-W10#1 03-11..03-15 by 03-13",
                "2026-W12#1 03-16..03-29 by 03-27",
                "2026-W14#1 03-30..04-01 by 04-01",
            ],
            id="every second week keeps its anchor when the start moves",
        ),
        pytest.param(
            PerPeriod(1, Period.WEEK),
            "03-04",
            "03-12",
            {"periods": Periods.FROM_START},
            # Wednesday to Tuesday.
            ["2026-03-04W#1 03-04..03-10 by 03-10", "2026-03-11W#1 03-11..03-12 by 03-12"],
            id="weeks from the first day of service",
        ),
        pytest.param(
            PerPeriod(1, Period.DAY),
            "02-13",
            "02-25",
            {},
            # Fri 13, make-up Sat 14, then the festival until 23, Tue 24, Wed 25.
            [f"2026-02-{n}#1 02-{n}..02-{n} by 02-{n}" for n in (13, 14, 24, 25)],
            id="daily on working days",
        ),
        pytest.param(
            PerPeriod(1, Period.DAY),
            "02-14",
            "02-16",
            {"days": Days.ALL},
            [f"2026-02-{n}#1 02-{n}..02-{n} by 02-{n}" for n in (14, 15, 16)],
            id="daily on all days",
        ),
        pytest.param(
            PerPeriod(1, Period.WORKDAY),
            "03-06",
            "03-09",
            {"days": Days.ALL},
            ["2026-03-06#1 03-06..03-06 by 03-06", "2026-03-09#1 03-09..03-09 by 03-09"],
            id="every working day whatever the rule",
        ),
        pytest.param(
            PerPeriod(2, Period.DAY),
            "03-06",
            "03-06",
            {},
            ["2026-03-06#1 03-06..03-06 by 03-06", "2026-03-06#2 03-06..03-06 by 03-06"],
            id="twice a day",
        ),
        pytest.param(
            PerPeriod(1, Period.WORKDAY, 3),
            "03-07",
            "03-17",
            {},
            # From Saturday: Mon 9, then Thu 12, Tue 17.
            [f"2026-03-{n:02d}#1 03-{n:02d}..03-{n:02d} by 03-{n:02d}" for n in (9, 12, 17)],
            id="every third working day",
        ),
        pytest.param(
            PerPeriod(1, Period.WORKDAY, 3),
            "03-11",
            "03-17",
            {"anchor": date(2026, 3, 9)},
            [f"2026-03-{n}#1 03-{n}..03-{n} by 03-{n}" for n in (12, 17)],
            id="every third working day from an anchor",
        ),
        pytest.param(
            PerPeriod(1, Period.DAY, 3),
            "03-08",
            "03-16",
            {"days": Days.ALL, "anchor": date(2026, 3, 6)},
            # 6, 9, 12, 15.
            [f"2026-03-{n:02d}#1 03-{n:02d}..03-{n:02d} by 03-{n:02d}" for n in (9, 12, 15)],
            id="every third day from an anchor",
        ),
        pytest.param(
            PerPeriod(3, Period.TERM),
            "03-01",
            "03-31",
            {},
            # 31 days in three: 10, 10, 11; 03-10 Tue, 03-20 Fri, 03-31 Tue.
            ["term#1 03-01..03-10 by 03-10", "term#2 03-11..03-20 by 03-20", "term#3 03-21..03-31 by 03-31"],
            id="three times in the whole term",
        ),
        pytest.param(
            PerPeriod(1, Period.TERM),
            "03-01",
            "06-30",
            {"partial": Partial.WHOLE},
            ["term#1 03-01..06-30 by 06-30"],
            id="once in the term",
        ),
        pytest.param(
            FixedMonths((12, 5, 5)),
            "05-10",
            "12-31",
            {},
            ["2026-05#1 05-10..05-31 by 05-29", "2026-12#1 12-01..12-31 by 12-31"],
            id="May and December",
        ),
        pytest.param(
            FixedMonths((5,), 2),
            "2026-01-01",
            "2027-12-31",
            {"days": Days.ALL},
            [
                "2026-05#1 05-01..05-15 by 05-15",
                "2026-05#2 05-16..05-31 by 05-31",
                "2027-05#1 05-01..05-15 by 05-15",
                "2027-05#2 05-16..05-31 by 05-31",
            ],
            id="twice in May of every year",
        ),
        pytest.param(
            BeforeEvent((Occasion("国庆", date(2026, 10, 1)), Occasion("两会", date(2026, 3, 4))), 5),
            "03-02",
            "12-31",
            {},
            # Before 03-04: 03-02..03; before 10-01: 09-26..30.
            ["两会#before 03-02..03-03 by 03-03", "国庆#before 09-26..09-30 by 09-30"],
            id="before assurance periods",
        ),
        pytest.param(
            BeforeEvent((Occasion("a", date(2026, 3, 1)), Occasion("b", date(2027, 1, 1))), 3),
            "03-01",
            "12-31",
            {},
            # On the first day of service nothing lies before; the second lies outside.
            ["a#before 03-01..03-01 by 03-01"],
            id="before an occasion on the first day",
        ),
        pytest.param(
            BeforeEvent((Occasion("early", date(2026, 2, 1)), Occasion("last", date(2026, 3, 31))), 3),
            "03-01",
            "03-31",
            {},
            ["last#before 03-28..03-30 by 03-30"],
            id="before an occasion on the last day",
        ),
        pytest.param(
            AfterEvent(
                (
                    Occasion("early", date(2026, 2, 1)),
                    Occasion("first", date(2026, 3, 6)),
                    Occasion("last", date(2026, 3, 31)),
                ),
                Limit(1, Unit.DAY),
            ),
            "03-06",
            "03-31",
            {"move": Move.NEXT},
            # Fri 03-06 plus one day is a Saturday: Monday.
            ["first#after 03-06..03-07 by 03-09", "last#after 03-31..04-01 by 04-01"],
            id="after occasions on the first and the last day",
        ),
        pytest.param(
            AfterEvent((Occasion("signed", date(2026, 3, 4)),), Limit(1, Unit.WEEK)),
            "03-01",
            "12-31",
            {},
            ["signed#after 03-04..03-11 by 03-11"],
            id="within a week of signing",
        ),
        pytest.param(
            AfterEvent(
                (Occasion("signed", date(2026, 2, 13)), Occasion("x", date(2025, 1, 1))),
                Limit(3, Unit.WORKDAY),
            ),
            "01-01",
            "12-31",
            {},
            ["signed#after 02-13..02-25 by 02-25"],
            id="within three working days",
        ),
    ],
)
def test_plan(frequency: object, first: str, last: str, rule: dict[str, object], expected: list[str]) -> None:
    assert plan(frequency, first, last, **rule) == expected


def test_the_due_moment_ends_the_day() -> None:
    period = ServicePeriod(d("03-01"), d("03-31"))
    shanghai = ZoneInfo("Asia/Shanghai")
    (window,) = windows(PerPeriod(1, Period.MONTH), period, CHINA)
    assert window.due_at == datetime(2026, 4, 1, tzinfo=shanghai)
    (window,) = windows(
        PerPeriod(1, Period.MONTH), period, CHINA, RecurrenceRule(day_ends_minutes=17 * 60 + 30)
    )
    assert window.due_at == datetime(2026, 3, 31, 17, 30, tzinfo=shanghai)
    assert window.due_at.utcoffset() == timedelta(hours=8)
    (window,) = windows(PerPeriod(1, Period.MONTH), period, CHINA, RecurrenceRule(tz="Europe/Berlin"))
    assert window.due_at.isoformat() == "2026-04-01T00:00:00+02:00"
    # 02:30 comes twice on 2026-10-25; the day's end is the second.
    autumn = RecurrenceRule(days=Days.ALL, day_ends_minutes=150, tz="Europe/Berlin")
    (window,) = windows(PerPeriod(1, Period.DAY), ServicePeriod(d("10-25"), d("10-25")), CHINA, autumn)
    assert window.due_at.isoformat() == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize(
    ("frequency", "rule", "sentence"),
    [
        (
            PerPeriod(1, Period.MONTH),
            {},
            "每月1次，按自然月，首尾不足一期的也计1次，到期日遇非工作日提前到前一个工作日；5月31日不是工作日，到期日移至5月29日。",
        ),
        (
            PerPeriod(1, Period.MONTH),
            {"move": Move.NEXT, "partial": Partial.WHOLE},
            "每月1次，按自然月，首尾不足一期的不计，到期日遇非工作日顺延到下一个工作日；5月31日不是工作日，到期日移至6月1日。",
        ),
        (
            PerPeriod(4, Period.YEAR),
            {"move": Move.NONE},
            "每年4次，按公历年均分为4段、每段1次，首尾不足一段的也计1次，到期日遇非工作日不移动，本期不足整期。",
        ),
        (
            PerPeriod(1, Period.WEEK, 9),
            {"periods": Periods.FROM_START, "days": Days.ALL},
            "每9周1次，每期自服务开始日起算，首尾不足一期的也计1次，节假日照常，本期不足整期。",
        ),
        (PerPeriod(1, Period.TERM), {"days": Days.ALL}, "服务期内1次，节假日照常。"),
        (FixedMonths((5,)), {"days": Days.ALL}, "每年5月1次，节假日照常。"),
        (FixedMonths((12, 5), 2), {"days": Days.ALL}, "每年5月、12月各2次，节假日照常。"),
        (
            BeforeEvent((Occasion("x", date(2026, 5, 20)),), 7),
            {"days": Days.ALL},
            "保障事件开始前7天内1次，节假日照常。",
        ),
        (
            AfterEvent((Occasion("x", date(2026, 5, 20)),), Limit(1, Unit.WEEK), "中标通知书发出"),
            {},
            "中标通知书发出后1周内1次，到期日遇非工作日提前到前一个工作日。",
        ),
        (
            BeforeEvent((Occasion("x", date(2026, 5, 20)),), 31, "服务期满", "1个月"),
            {"days": Days.ALL},
            "服务期满前1个月内1次，节假日照常。",
        ),
        (
            AfterEvent(tuple(Occasion(f"{n}", date(2026, 5, n)) for n in (6, 20)), Limit(2, Unit.WORKDAY)),
            {"days": Days.ALL},
            "每次事件发生后2个工作日内1次，节假日照常。",
        ),
        (PerPeriod(1, Period.DAY), {}, "每天1次，只安排在工作日。"),
        (PerPeriod(1, Period.DAY), {"days": Days.ALL}, "每天1次，节假日照常。"),
        (PerPeriod(1, Period.WORKDAY), {}, "每个工作日1次。"),
        (
            PerPeriod(2, Period.TERM),
            {"days": Days.ALL},
            "服务期内2次，服务期均分为2段、每段1次，节假日照常。",
        ),
        (
            PerPeriod(3, Period.MONTH, 2),
            {"days": Days.ALL, "partial": Partial.STARTED},
            "每2个月3次，按自然月，每期均分为3段、每段1次，首尾不足一段的也计1次，节假日照常。",
        ),
        (
            PerPeriod(2, Period.WEEK),
            {"periods": Periods.FROM_START, "days": Days.ALL},
            "每周2次，每期自服务开始日起算，每期均分为2段、每段1次，首尾不足一段的也计1次，节假日照常。",
        ),
        (
            AfterEvent((Occasion("x", date(2026, 5, 20)),), Limit(2, Unit.WEEK)),
            {"days": Days.ALL},
            "事件发生后2周内1次，节假日照常。",
        ),
        (
            PerPeriod(1, Period.HALFYEAR),
            {"days": Days.ALL},
            "每半年1次，按上、下半年，首尾不足一期的也计1次，节假日照常，本期不足整期。",
        ),
        (
            PerPeriod(1, Period.QUARTER, 2),
            {"days": Days.ALL},
            "每2个季度1次，按自然季度，首尾不足一期的也计1次，节假日照常，本期不足整期。",
        ),
    ],
)
def test_the_rule_is_told(frequency: object, rule: dict[str, object], sentence: str) -> None:
    period = ServicePeriod(d("05-01"), d("05-31"))
    assert windows(frequency, period, CHINA, RecurrenceRule(**rule))[0].rule == sentence  # type: ignore[arg-type]


def test_blocks_of_quarters_begin_with_the_quarter_of_the_anchor() -> None:
    # Service from February: the block is January to June, then July to December.
    found = windows(PerPeriod(1, Period.QUARTER, 2), ServicePeriod(d("02-10"), d("12-31")), CHINA)
    assert [(one.id, one.opens_on, one.closes_on) for one in found] == [
        ("2026Q1#1", d("02-10"), d("06-30")),
        ("2026Q3#1", d("07-01"), d("12-31")),
    ]


def test_an_anchor_of_years_ago_loses_no_period() -> None:
    rule = RecurrenceRule(anchor=date(2020, 1, 1))
    found = windows(PerPeriod(1, Period.MONTH), ServicePeriod(d("01-01"), d("03-31")), CHINA, rule)
    assert [one.id for one in found] == ["2026-01#1", "2026-02#1", "2026-03#1"]


def test_two_turns_in_a_named_month_fall_on_working_days_of_their_own() -> None:
    # October 2026: the 1st to 7th are off; the first half has working days from the 8th.
    found = windows(FixedMonths((10,), 2), ServicePeriod(d("01-01"), d("12-31")), CHINA)
    assert [(one.id, one.opens_on, one.due_on) for one in found] == [
        ("2026-10#1", d("10-01"), d("10-15")),
        ("2026-10#2", d("10-16"), d("10-30")),
    ]


PERIODS = [Period.WEEK, Period.MONTH, Period.QUARTER, Period.HALFYEAR, Period.YEAR]
FREQUENCIES = st.builds(PerPeriod, st.integers(1, 6), st.sampled_from(PERIODS), st.integers(1, 4))
RULES = st.builds(
    RecurrenceRule,
    days=st.sampled_from(Days),
    move=st.sampled_from(Move),
    periods=st.sampled_from(Periods),
    anchor=st.none() | st.dates(date(2024, 1, 1), date(2026, 12, 31)),
)
STARTS = st.dates(date(2024, 1, 1), date(2026, 6, 1))


@examples(300)
@given(FREQUENCIES, RULES, STARTS, st.integers(0, 900))
def test_windows_tile_the_service_period(
    frequency: PerPeriod, rule: RecurrenceRule, first: date, length: int
) -> None:
    period = ServicePeriod(first, first + timedelta(days=length))
    found = windows(frequency, period, CHINA, rule)
    assert len({window.id for window in found}) == len(found)
    at = period.first
    for window in found:
        assert window.opens_on == at
        assert window.opens_on <= window.closes_on
        at = window.closes_on + ONE
    assert at == period.last + ONE


@examples(300)
@given(FREQUENCIES, RULES, STARTS, st.integers(0, 400))
def test_due_days_are_where_the_rule_puts_them(
    frequency: PerPeriod, rule: RecurrenceRule, first: date, length: int
) -> None:
    for window in windows(frequency, ServicePeriod(first, first + timedelta(days=length)), CHINA, rule):
        day, last = window.due_on, window.closes_on
        works = [window.opens_on + ONE * n for n in range((last - window.opens_on).days + 1)]
        works = [one for one in works if CHINA.is_working_day(one)]
        if rule.days is Days.ALL or rule.move is Move.NONE or CHINA.is_working_day(last):
            assert day == last
        elif rule.move is Move.PREVIOUS:
            assert day == (works[-1] if works else last)
        else:
            assert day > last and CHINA.is_working_day(day)
            assert not any(CHINA.is_working_day(last + ONE * n) for n in range((day - last).days))
        assert window.due_at == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(rule.tz)) + ONE


@examples(200)
@given(FREQUENCIES, RULES, STARTS, st.integers(30, 400), st.integers(1, 400))
def test_an_extension_keeps_what_is_already_planned(
    frequency: PerPeriod, rule: RecurrenceRule, first: date, length: int, more: int
) -> None:
    last = first + timedelta(days=length)
    before = windows(frequency, ServicePeriod(first, last), CHINA, rule)
    after = {
        w.id: w for w in windows(frequency, ServicePeriod(first, last + timedelta(days=more)), CHINA, rule)
    }
    for window in before:
        kept = after[window.id]
        assert kept.opens_on == window.opens_on
        if window.closes_on < last:
            assert kept == window


@examples(200)
@given(FREQUENCIES, RULES, STARTS, st.integers(100, 400), st.integers(1, 99))
def test_a_later_start_keeps_the_ids_of_the_rest(
    frequency: PerPeriod, rule: RecurrenceRule, first: date, length: int, cut: int
) -> None:
    last = first + timedelta(days=length)
    anchored = RecurrenceRule(rule.days, rule.move, rule.partial, rule.periods, anchor=first)
    before = {w.id: w for w in windows(frequency, ServicePeriod(first, last), CHINA, anchored)}
    late = ServicePeriod(first + timedelta(days=cut), last)
    for window in windows(frequency, late, CHINA, anchored):
        assert before[window.id].closes_on == window.closes_on
        assert before[window.id].opens_on <= window.opens_on


@examples(100)
@given(st.integers(1, 6), STARTS)
def test_turns_of_a_week_fall_on_distinct_working_days(count: int, day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    week = [monday + ONE * n for n in range(7)]
    working = [one for one in week if CHINA.is_working_day(one)]
    found = windows(PerPeriod(count, Period.WEEK), ServicePeriod(week[0], week[-1]), CHINA)
    assert len(found) == count
    assert len({window.due_on for window in found}) == count
    if len(working) >= count:
        assert all(window.due_on in working for window in found)


@examples(60)
@given(STARTS, st.integers(0, 300), st.integers(1, 5), st.integers(0, 30))
def test_daily_duties_are_counted_by_walking(first: date, length: int, every: int, shift: int) -> None:
    period = ServicePeriod(first, first + timedelta(days=length))
    anchor = first - timedelta(days=shift)
    walked, seen = [], 0
    day = anchor
    while day <= period.last:
        if CHINA.is_working_day(day):
            if seen % every == 0 and day >= period.first:
                walked.append(day)
            seen += 1
        day += ONE
    found = windows(PerPeriod(1, Period.DAY, every), period, CHINA, RecurrenceRule(anchor=anchor))
    assert [window.due_on for window in found] == walked


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("recurrence.zero_frequency", lambda: PerPeriod(0, Period.WEEK)),
        ("recurrence.zero_frequency", lambda: PerPeriod(1, Period.WEEK, 0)),
        ("recurrence.zero_frequency", lambda: PerPeriod(-1, Period.WEEK)),
        ("recurrence.zero_frequency", lambda: FixedMonths(())),
        ("recurrence.zero_frequency", lambda: FixedMonths((5,), 0)),
        ("recurrence.zero_frequency", lambda: BeforeEvent((), 0)),
        ("recurrence.zero_frequency", lambda: BeforeEvent((), -3)),
        ("recurrence.unknown_month", lambda: FixedMonths((0,))),
        ("recurrence.unknown_month", lambda: FixedMonths((13,))),
        ("recurrence.period_reversed", lambda: ServicePeriod(d("03-02"), d("03-01"))),
        ("recurrence.bad_day_end", lambda: RecurrenceRule(day_ends_minutes=0)),
        ("recurrence.bad_day_end", lambda: RecurrenceRule(day_ends_minutes=1441)),
        ("limit.not_a_day_limit", lambda: AfterEvent((), Limit(3, Unit.HOUR))),
        ("clock.unknown_zone", lambda: plan(PerPeriod(1, Period.WEEK), "03-01", "03-02", tz="Mars/Base")),
    ],
)
def test_bad_input_is_refused_with_its_code(code: str, make: object) -> None:
    with pytest.raises(DomainError) as raised:
        make()  # type: ignore[operator]
    assert raised.value.code == code
    assert SENTENCES[code].format(**raised.value.facts)
    assert None not in raised.value.facts.values()


def test_the_edges_of_what_is_allowed() -> None:
    assert FixedMonths((1, 12)).months == (1, 12)
    assert BeforeEvent((), 1).lead_days == 1
    assert RecurrenceRule(day_ends_minutes=1).day_ends_minutes == 1
    assert ServicePeriod(d("03-01"), d("03-01")).last == d("03-01")
