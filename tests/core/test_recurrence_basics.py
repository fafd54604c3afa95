"""Due windows of the usual frequencies."""

from __future__ import annotations

from datetime import date

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.limits import Limit, Unit
from opsledger.core.recurrence import (
    AfterEvent,
    FixedMonths,
    Occasion,
    Period,
    PerPeriod,
    ServicePeriod,
    windows,
)

CHINA = WorkingCalendar.china()


def test_four_a_year_over_nine_months_is_one_per_started_quarter() -> None:
    # 2026-02-10 to 2026-11-09 touches all four quarters.
    found = windows(PerPeriod(4, Period.YEAR), ServicePeriod(date(2026, 2, 10), date(2026, 11, 9)), CHINA)
    assert [(w.id, w.opens_on, w.closes_on) for w in found] == [
        ("2026#1", date(2026, 2, 10), date(2026, 3, 31)),
        ("2026#2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026#3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026#4", date(2026, 10, 1), date(2026, 11, 9)),
    ]


def test_monthly_due_day_moves_back_into_the_month() -> None:
    found = windows(PerPeriod(1, Period.MONTH), ServicePeriod(date(2026, 5, 1), date(2026, 5, 31)), CHINA)
    # 05-31 is a Sunday; the Friday before is 05-29.
    assert [(w.id, w.due_on) for w in found] == [("2026-05#1", date(2026, 5, 29))]


def test_fixed_months_and_after_signing() -> None:
    year = ServicePeriod(date(2026, 1, 1), date(2026, 12, 31))
    assert [w.id for w in windows(FixedMonths((12, 5)), year, CHINA)] == ["2026-05#1", "2026-12#1"]
    signed = AfterEvent((Occasion("signed", date(2026, 3, 4)),), Limit(1, Unit.WEEK))
    assert [(w.id, w.closes_on) for w in windows(signed, year, CHINA)] == [
        ("signed#after", date(2026, 3, 11))
    ]
