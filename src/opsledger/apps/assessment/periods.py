"""The periods in which a contract can be assessed: months, quarters, years, the whole term."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

KINDS: Mapping[str, str] = {"month": "月", "quarter": "季度", "year": "年度", "term": "服务期"}


@dataclass(frozen=True, slots=True)
class Span:
    """One period, cut to the contract's term; both days belong to it."""

    id: str
    kind: str
    title: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.starts_on <= day <= self.ends_on


def spans(kind: str, starts_on: date, ends_on: date) -> list[Span]:
    """Every period of one kind that overlaps the term, in order.

    Ids are ``2026-03``, ``2026-Q1``, ``2026`` and ``term``: those that payment plans name.
    """
    if kind == "term":
        return [Span("term", "term", "服务期", starts_on, ends_on)]
    step = {"month": 1, "quarter": 3, "year": 12}[kind]
    found = []
    year, month = starts_on.year, (starts_on.month - 1) // step * step + 1
    while date(year, month, 1) <= ends_on:
        last = month + step - 1
        end = date(year, last, monthrange(year, last)[1])
        found.append(_span(kind, year, month, max(date(year, month, 1), starts_on), min(end, ends_on)))
        month += step
        if month > 12:
            year, month = year + 1, 1
    return found


def _span(kind: str, year: int, month: int, first: date, last: date) -> Span:
    if kind == "month":
        return Span(f"{year}-{month:02d}", kind, f"{year}年{month}月", first, last)
    if kind == "quarter":
        quarter = (month + 2) // 3
        return Span(f"{year}-Q{quarter}", kind, f"{year}年第{'一二三四'[quarter - 1]}季度", first, last)
    return Span(f"{year}", kind, f"{year}年度", first, last)


def all_spans(starts_on: date, ends_on: date) -> list[Span]:
    """Every period of every kind, shorter kinds first."""
    return [span for kind in KINDS for span in spans(kind, starts_on, ends_on)]


def span_of(period_id: str, starts_on: date, ends_on: date) -> Span | None:
    """The period with this id in the term, or None."""
    return next((span for span in all_spans(starts_on, ends_on) if span.id == period_id), None)
