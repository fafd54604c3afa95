"""Days, figures and sums as they are printed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from opsledger.adapters.docx_paper import Paper
from opsledger.kernel import clock, shown


def day(value: date | str | None) -> str:
    """2026年3月8日, without the weekday; — for nothing."""
    if not value:
        return "—"
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


def moment(value: datetime | str | None) -> str:
    """2026-03-08 16:42 in the zone of the installation; — for nothing."""
    if not value:
        return "—"
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{clock.local(found):%Y-%m-%d %H:%M}"


def points(value: str | Decimal | None) -> str:
    """A score without trailing zeros."""
    return "—" if value is None else shown.number(Decimal(value))


def yuan(value: str | Decimal | None) -> str:
    """¥1,234,567.00; — for nothing."""
    return "—" if value is None else shown.money(Decimal(value))


def percent(part: int, whole: int) -> str:
    """A share in per cent, cut to two places; — of nothing."""
    if not whole:
        return "—"
    return f"{Decimal(part * 10000 // whole) / 100:.2f}%"


def only_first(paper: Paper, shown_most: int, number: int) -> None:
    """Say that a list was cut, where it was."""
    if number > shown_most:
        paper.note(f"只列前{shown_most}条，共{number}条，全部明细见平台台账。")
