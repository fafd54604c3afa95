"""How moments, spans, money and sizes are written for people (SCREENS: words). Pure functions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

WEEKDAYS = "一二三四五六日"


def day(value: date, *, today: date | None = None) -> str:
    """11月21日（周六）, with the year when it is not this one (or when `today` is not given)."""
    year = "" if today is not None and value.year == today.year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def moment(value: datetime, *, zone: ZoneInfo, today: date | None = None) -> str:
    """11月21日（周六）16:42; the word 今天/明天/昨天 stands in for the day when it is near `today`."""
    there = value.astimezone(zone)
    near = {0: "今天", 1: "明天", -1: "昨天"}
    if today is not None and (there.date() - today).days in near:
        return f"{near[(there.date() - today).days]} {there:%H:%M}"
    return f"{day(there.date(), today=today)}{there:%H:%M}"


def exact(value: datetime, *, zone: ZoneInfo) -> str:
    """2026-11-21 16:42:05, for hover and print."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def span(value: timedelta) -> str:
    """1小时12分; 2天3小时; under a minute 不足1分钟. The sign is left to the caller."""
    minutes = int(abs(value.total_seconds()) // 60)
    if minutes == 0:
        return "不足1分钟" if value else "0分钟"
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟"


def remaining(due: datetime, at: datetime) -> str:
    """还剩1小时12分 / 已超时35分."""
    left = due - at
    return f"还剩{span(left)}" if left >= timedelta(0) else f"已超时{span(left)}"


def money(value: Decimal) -> str:
    """¥1,234,567.00."""
    sign = "-" if value < 0 else ""
    return f"{sign}¥{abs(value):,.2f}"


def number(value: Decimal | int | str) -> str:
    """A number without trailing zeros, with thousands separated."""
    found = Decimal(str(value))
    text = f"{found:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(value: int) -> str:
    """2.3 MB."""
    amount = float(value)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")
