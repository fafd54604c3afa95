"""Filters for sheets, whose figures are strings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template

from opsledger.kernel import shown

register = template.Library()


@register.filter
def signed(value: Decimal) -> str:
    """A sum with its sign: 多付¥1.00 or 少付¥1.00."""
    return f"{'多付' if value > 0 else '少付'}{shown.money(abs(value))}"


@register.filter
def iso_day(value: str) -> str:
    """A day given as text, in words."""
    return shown.day(date.fromisoformat(value)) if value else "—"


@register.filter
def short_day(value: str) -> str:
    """11月3日, for narrow columns."""
    found = date.fromisoformat(value)
    return f"{found.month}月{found.day}日"


@register.filter
def positive(value: str | None) -> bool:
    """Whether a figure given as text is above zero."""
    return value is not None and Decimal(value) > 0


@register.filter
def verdicts(value: str) -> list[str]:
    """The words on the two buttons of a decision."""
    return value.split(":")[1:]
