"""The schemes of this folder, and short ways to write facts and periods."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tests.core.drawing import read_yaml

from opsledger.core.scoring import Fact, Mark, Money, Period, Scheme, parse_scheme

FOLDER = Path(__file__).parent
DAY = date(2026, 6, 15)


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(FOLDER / f"{name}.yaml")
    return found


def data(name: str) -> dict[str, Any]:
    """The scheme's data as the file says it, the caller's own to change."""
    return deepcopy(_read(name))


@cache
def scheme(name: str) -> Scheme:
    """The scheme, checked."""
    return parse_scheme(data(name))


def fact(name: str, kind: str, measure: str | None = None, on: date = DAY, **attributes: Any) -> Fact:
    """A fact in June 2026 with one piece of evidence."""
    return Fact(
        id=name,
        kind=kind,
        happened_on=on,
        title=f"事实{name}",
        measure=None if measure is None else Decimal(measure),
        refs=(f"ticket:{name}",),
        attributes=attributes,
    )


def several(n: int, kind: str, prefix: str = "", **attributes: Any) -> list[Fact]:
    """So many facts that are alike."""
    return [fact(f"{prefix}{kind}{i}", kind, **attributes) for i in range(n)]


def year(total: int | None = None, part: int | None = None) -> Period:
    """The year 2026, with its money where given."""
    money = None if total is None else Money(total_cny=Decimal(total), period_cny=Decimal(part or total))
    return Period(
        id="2026", title="2026年度", start_on=date(2026, 1, 1), end_on=date(2026, 12, 31), money=money
    )


def month(n: int, cny: int | None = None, of: int = 2026) -> Period:
    """The n-th month of a year, with its money where given (a twelfth of the price)."""
    end = date(of + n // 12, n % 12 + 1, 1)
    money = None if cny is None else Money(total_cny=Decimal(cny * 12), period_cny=Decimal(cny))
    return Period(
        id=f"{of}-{n:02}",
        title=f"{of}年{n}月",
        start_on=date(of, n, 1),
        end_on=date.fromordinal(end.toordinal() - 1),
        money=money,
    )


def mark(row: str, points: str, period: str = "2026", by: str = "") -> Mark:
    """A mark with a reason."""
    return Mark(indicator_id=row, period_id=period, points=Decimal(points), reason="现场查看", assessor_id=by)


def one_row(rule: dict[str, Any], **row: Any) -> dict[str, Any]:
    """A scheme of a single row that looks at measurements."""
    indicator = {"id": "r", "title": "指标", "match": {"kinds": "measure"}, "rule": rule} | row
    return {
        "id": "s",
        "title": "s",
        "categories": [{"id": "c", "title": "类", "indicators": [indicator]}],
        "bands": [{"id": "all", "title": "全部", "effect": {"type": "full"}}],
    }
