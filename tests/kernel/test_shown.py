"""How moments, spans and money read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from opsledger.kernel import shown

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 20, 8, 42, tzinfo=UTC), "今天 16:42"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "明天 00:00"),
        (datetime(2026, 11, 21, 16, 5, tzinfo=UTC), "11月22日（周日）00:05"),
        (datetime(2025, 12, 31, 1, 0, tzinfo=UTC), "2025年12月31日（周三）09:00"),
    ],
)
def test_moments(moment, words):
    assert shown.moment(moment, zone=ZONE, today=TODAY) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0分钟"),
        (timedelta(seconds=30), "不足1分钟"),
        (timedelta(minutes=72), "1小时12分"),
        (timedelta(hours=2), "2小时"),
        (timedelta(days=2, hours=3, minutes=50), "2天3小时"),
        (timedelta(days=1), "1天"),
    ],
)
def test_spans(span, words):
    assert shown.span(span) == words


def test_remaining_and_overdue():
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert shown.remaining(at + timedelta(minutes=72), at) == "还剩1小时12分"
    assert shown.remaining(at - timedelta(minutes=35), at) == "已超时35分钟"


def test_money_and_numbers():
    assert shown.money(Decimal("1234567")) == "¥1,234,567.00"
    assert shown.money(Decimal("-0.5")) == "-¥0.50"
    assert shown.number(Decimal("1200.50")) == "1,200.5"
    assert shown.number(100) == "100"
