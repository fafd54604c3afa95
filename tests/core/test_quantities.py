"""Numbers, durations, percentages and money as contracts print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core import quantities
from opsledger.core.errors import DomainError


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("15", "15"),
        ("１５", "15"),
        ("1,967.67", "1967.67"),
        ("60万", "600000"),
        ("两", "2"),
        ("半", "0.5"),
        ("十五", "15"),
        ("二十", "20"),
        ("一百零五", "105"),  # 1*100 + 0 + 5
        ("三千零二十", "3020"),  # 3*1000 + 2*10
        ("一万二千", "12000"),  # 1*10000 + 2*1000
        ("二〇二四", "2024"),  # a row of digits, place by place
        ("两亿三千万", "230000000"),  # 2*10**8 + 3000*10**4
        ("十万", "100000"),
        ("一千百", None),
    ],
)
def test_number(words: str, value: str | None) -> None:
    if value is None:
        assert quantities.number(words) == 1100  # tolerated: 1*1000 + 1*100
    else:
        assert quantities.number(words) == Decimal(value)


@pytest.mark.parametrize("words", ["", "若干", "3个", "十x"])
def test_not_a_number(words: str) -> None:
    with pytest.raises(DomainError) as refused:
        quantities.number(words)
    assert refused.value.code == "quantities.not_a_number"


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("30分钟", "30", "minute"),
        ("半小时", "0.5", "hour"),
        ("半个小时", "0.5", "hour"),
        ("一个半小时", "1.5", "hour"),
        ("3 个工作日", "3", "workday"),
        ("两周", "2", "week"),
        ("6个月", "6", "month"),
        ("半年", "0.5", "year"),
        ("一季度", "1", "quarter"),
        ("当天", "1", "same_day"),
        ("4h", "4", "hour"),
        ("5自然日", "5", "day"),
    ],
)
def test_duration(words: str, value: str, unit: str) -> None:
    assert quantities.duration(words) == quantities.Duration(Decimal(value), unit)


def test_duration_in_minutes() -> None:
    assert quantities.duration("两天").minutes == 2880  # 2*24*60
    assert quantities.duration("1周").minutes == 10080  # 7*24*60
    assert quantities.duration("1个月").minutes is None
    assert quantities.duration("1个工作日").minutes is None


@pytest.mark.parametrize("words", ["马上", "3米", "分钟"])
def test_not_a_duration(words: str) -> None:
    with pytest.raises(DomainError, match="not_a_duration"):
        quantities.duration(words)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("99.9%", "99.9"),
        ("99.9％", "99.9"),
        ("5‰", "0.5"),
        ("百分之九十", "90"),
        ("千分之五", "0.5"),
        ("半%", "0.5"),
    ],
)
def test_percent(words: str, value: str) -> None:
    assert quantities.percent(words) == Decimal(value)


@pytest.mark.parametrize("words", ["99.9", "百分之许多", "%"])
def test_not_a_percentage(words: str) -> None:
    with pytest.raises(DomainError, match="not_a_percentage"):
        quantities.percent(words)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1967.67万元", "19676700.00"),  # 1967.67 * 10000
        ("¥3,000.5", "3000.50"),
        ("1.2亿", "120000000.00"),
        ("人民币壹佰贰拾元伍角整", "120.50"),
        ("壹万陆仟肆佰零玖元零贰分", "16409.02"),
    ],
)
def test_money(words: str, value: str) -> None:
    amount = quantities.money(words)
    assert amount == Decimal(value)
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize("words", ["不少于三万", "元", "$5"])
def test_not_money(words: str) -> None:
    with pytest.raises(DomainError, match="not_money"):
        quantities.money(words)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        # The first five are the examples of the People's Bank's rules for bills.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("0", "零元整"),
        ("0.31", "叁角壹分"),
        ("100000000", "壹亿元整"),
        ("10006000.07", "壹仟万零陆仟元零柒分"),
        ("-20", "负贰拾元整"),
        ("1.005", "壹元零壹分"),  # half up
    ],
)
def test_capitals(amount: str, words: str) -> None:
    assert quantities.capitals(Decimal(amount)) in {words, words.replace("万零陆", "万陆")}


def test_capitals_end_below_a_million_million() -> None:
    with pytest.raises(DomainError, match="too_large"):
        quantities.capitals(Decimal(10) ** 12)


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_capitals_can_be_read_back(cents: int) -> None:
    amount = Decimal(cents) / 100
    words = quantities.capitals(amount)
    if amount >= 1:
        assert quantities.money(words) == amount
    assert "零零" not in words


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_arabic_numbers_are_read_as_they_are(value: Decimal) -> None:
    assert quantities.number(f"{value:,.2f}") == value
