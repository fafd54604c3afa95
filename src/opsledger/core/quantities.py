"""Durations, percentages, counts and money as Chinese contracts print them.

Everything here is exact: numbers are `Decimal`, money is `Decimal` CNY with two places.  The capitals
(大写) follow the People's Bank's rules for filling in bills (正确填写票据和结算凭证的基本规定, 1997).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from opsledger.core.errors import DomainError

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"两": 2, "兩": 2, "俩": 2, "貳": 2, "叄": 3, "陸": 6, "幺": 1}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
_HALF = re.compile(r"^(.*?)半$")
_ARABIC = re.compile(r"^(\d+(?:,\d{3})*(?:\.\d+)?)([万萬亿億千百]*)$")

CHINESE_NUMBER = "〇零一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟"
"""Characters a Chinese number is written with, for regular expressions."""


def number(words: str) -> Decimal:
    """The number that words stand for: ``15``, ``1,967.67``, ``十五``, ``两``, ``半``, ``60万``.

    Full-width digits and spaces are accepted; 半 after a number adds one half (``两个半`` without 个 is
    ``两半`` = 2.5).  Raises ``quantities.not_a_number``.
    """
    text = re.sub(r"\s+", "", words).translate(_FULL_WIDTH)
    if found := _ARABIC.match(text):
        value = Decimal(found[1].replace(",", ""))
        for unit in found[2]:
            value *= _MYRIADS.get(unit) or _TENS[unit]
        return value
    if text and (half := _HALF.match(text)):
        return (number(half[1]) if half[1] else Decimal(0)) + Decimal("0.5")
    if not text or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        raise DomainError("quantities.not_a_number", words=words)
    return Decimal(_chinese(text))


def _chinese(text: str) -> int:
    if all(c in _DIGITS for c in text):
        # A row of digits is read place by place: 二〇二四 is 2024.
        return int("".join(str(_DIGITS[c]) for c in text))
    total = myriads = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        elif _MYRIADS[c] == 10**4:
            myriads = (section + digit or 1) * 10**4
            section = digit = 0
        else:
            total = (total + myriads + section + digit or 1) * 10**8
            myriads = section = digit = 0
    return total + myriads + section + digit


_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
_UNIT_WORDS = {
    "秒": "second", "秒钟": "second", "分": "minute", "分钟": "minute", "小时": "hour", "钟头": "hour",
    "h": "hour", "天": "day", "日": "day", "自然日": "day", "日历日": "day", "工作日": "workday",
    "个工作日": "workday", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "个月": "month",
    "季度": "quarter", "季": "quarter", "年": "year", "年度": "year", "当天": "same_day", "当日": "same_day",
}  # fmt: skip
_DURATION = re.compile(
    r"^([\d.,]+[万千百]?|[" + CHINESE_NUMBER + r"]+)(?:个|個)?(半)?(?:个)?"
    r"(秒钟|秒|分钟|分|小时|钟头|h|自然日|日历日|工作日|天|日|周|星期|礼拜|月|季度|季|年度|年)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as printed: a value and its unit (second … year, workday, same_day)."""

    value: Decimal
    unit: str

    @property
    def minutes(self) -> Decimal | None:
        """Length in minutes for minute, hour, day, week; None where it depends on a calendar."""
        return self.value * _MINUTES[self.unit] if self.unit in _MINUTES else None


def duration(words: str) -> Duration:
    """``半小时`` is 0.5 hour, ``3个工作日`` 3 workday, ``一个半小时`` 1.5 hour, ``当天`` 1 same_day.

    Raises ``quantities.not_a_duration``.
    """
    text = re.sub(r"\s+", "", words).translate(_FULL_WIDTH)
    if text in ("当天", "当日"):
        return Duration(Decimal(1), "same_day")
    found = _DURATION.match(text)
    if not found:
        raise DomainError("quantities.not_a_duration", words=words)
    value = number(found[1]) + (Decimal("0.5") if found[2] else 0)
    unit = _UNIT_WORDS[found[3].lower()]
    if unit == "month" and "季" in found[3]:
        unit = "quarter"
    return Duration(value, unit)


def percent(words: str) -> Decimal:
    """Per cent: ``99.9%`` is 99.9, ``5‰`` is 0.5, ``百分之九十`` is 90.

    Raises ``quantities.not_a_percentage``.
    """
    text = re.sub(r"\s+", "", words).translate(_FULL_WIDTH)
    try:
        if text.startswith(("百分之", "千分之")):
            value = number(text[3:])
            return value if text[0] == "百" else value / 10
        if text.endswith("%"):
            return number(text[:-1])
        if text.endswith("‰"):
            return number(text[:-1]) / 10
    except DomainError:
        pass
    raise DomainError("quantities.not_a_percentage", words=words)


_MONEY = re.compile(r"^(?:人民币|¥|￥|RMB|CNY)?([\d.,]+)(亿|万)?元?(?:整|正)?$")
_CAPITAL = re.compile(
    r"^(?:人民币)?(?P<yuan>[零〇一二三四五六七八九十百千壹贰貳叁肆伍陆柒捌玖拾佰仟万亿]+)(?:元|圆)"
    r"(?:零)?(?:(?P<jiao>[零壹贰叁肆伍陆柒捌玖一二三四五六七八九])角)?"
    r"(?:零)?(?:(?P<fen>[零壹贰叁肆伍陆柒捌玖一二三四五六七八九])分)?(?:整|正)?$"
)
_CENT = Decimal("0.01")


def money(words: str) -> Decimal:
    """CNY with two places from ``1967.67万元``, ``¥3,000.5`` or capitals like ``壹佰贰拾元伍角整``.

    Raises ``quantities.not_money``.
    """
    text = re.sub(r"\s+", "", words).translate(_FULL_WIDTH)
    if found := _MONEY.match(text):
        value = number(found[1]) * {"亿": 10**8, "万": 10**4, None: 1}[found[2]]
        return value.quantize(_CENT, ROUND_HALF_UP)
    if found := _CAPITAL.match(text):
        value = number(found["yuan"])
        value += number(found["jiao"]) / 10 if found["jiao"] else 0
        value += number(found["fen"]) / 100 if found["fen"] else 0
        return value.quantize(_CENT)
    raise DomainError("quantities.not_money", words=words)


_CAP_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_CAP_PLACES = ("", "拾", "佰", "仟")


def capitals(amount: Decimal) -> str:
    """The amount in capitals (大写): 1409.5 is ``壹仟肆佰零玖元伍角整``, 0 is ``零元整``.

    Rounds half up to the fen; a negative amount starts with 负; up to below 10**12.
    Raises ``quantities.too_large``.
    """
    amount = amount.quantize(_CENT, ROUND_HALF_UP)
    if abs(amount) >= 10**12:
        raise DomainError("quantities.too_large", amount=str(amount))
    sign = "负" if amount < 0 else ""
    yuan, cents = divmod(int(abs(amount) * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = _capital_integer(yuan) + "元" if yuan or not cents else ""
    if not cents:
        return sign + words + "整"
    if jiao:
        # 元 ending in 0 before jiao: both with and without 零 are allowed; the shorter one is printed.
        words += _CAP_DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    words += _CAP_DIGITS[fen] + "分" if fen else "整"
    return sign + words


def _capital_integer(value: int) -> str:
    groups = [value // 10**8, value // 10**4 % 10**4, value % 10**4]
    words, gap = "", False
    for group, unit in zip(groups, ("亿", "万", ""), strict=True):
        if not group:
            gap = True
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _capital_group(group) + unit
        gap = False
    return words or "零"


def _capital_group(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _CAP_DIGITS[digit] + _CAP_PLACES[place]
            gap = False
        else:
            gap = True
    return words
