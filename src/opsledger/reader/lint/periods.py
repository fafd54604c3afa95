"""Periods: outside the contract's, licences that end inside it or have no dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from opsledger.reader.grammar.dates import Period, periods
from opsledger.reader.lint.findings import Clause, Finding, of_facts, of_name, of_span
from opsledger.reader.reading import Item, Reading

_TERM = re.compile(r"(?:服务期|服务期限|合同期|合同履行期|实施周期|运维期)")
_REACH = 80


def check(reading: Reading) -> Iterator[Finding]:
    contract = _contract(reading)
    span = _whole(reading, contract)
    for item in reading.items:
        yield from _outside(reading, item, contract)
        yield from _licences(reading, item, span)


def _contract(reading: Reading) -> list[Period]:
    """Dated periods beside the words for the contract's term, outside the items."""
    key = reading.normalised.key
    spans = [(i.span.start, i.span.end) for i in reading.items if not i.common]
    found: dict[int, Period] = {}
    for term in _TERM.finditer(key):
        stop = key.find("\n\n", term.end())
        for period in periods(key, term.end(), min(term.end() + _REACH, stop if stop > 0 else len(key))):
            if not any(a <= period.span.start < b for a, b in spans):
                found[period.span.start] = period
    return list(found.values())


def _whole(reading: Reading, contract: list[Period]) -> tuple[date, date] | None:
    """First and last day of service: the contract's dates, else the earliest and latest of the items."""
    starts = [p.start for p in contract]
    ends = [p.end for p in contract]
    if not starts:
        dated = [i.period for i in reading.items if i.period]
        starts = [date.fromisoformat(p["start"]) for p in dated]
        ends = [date.fromisoformat(p["end"]) for p in dated]
    return (min(starts), max(ends)) if starts else None


def _outside(reading: Reading, item: Item, contract: list[Period]) -> Iterator[Finding]:
    if item.period is None or not contract:
        return
    first, last = (date.fromisoformat(item.period[k]) for k in ("start", "end"))
    if any(p.start <= first and last <= p.end for p in contract):
        return
    clauses: tuple[Clause, ...] = (
        of_name(reading, item),
        *(of_span(reading, "合同", p.span) for p in contract),
    )
    yield Finding(
        "period_outside",
        "high",
        clauses,
        f"服务项{item.no}的期限{first}至{last}超出合同服务期。",
        "约定超出部分由谁承担、是否另行付费，或更正期限。",
    )


def _licences(reading: Reading, item: Item, whole: tuple[date, date] | None) -> Iterator[Finding]:
    for fact in item.proposals:
        if fact.kind != "licences":
            continue
        product, end = fact.fields["product"], fact.fields["end"]
        if end is None:
            yield Finding(
                "licence_open",
                "medium",
                of_facts(reading, item, [fact]),
                f"服务项{item.no}的授权“{product}”没有写起止日期，何时到期、何时续办不清楚。",
                "约定授权的起止日期，以及到期前多少天续办。",
            )
        elif whole is not None and date.fromisoformat(end) < whole[1]:
            days = (whole[1] - date.fromisoformat(end)).days
            yield Finding(
                "licence_ends_inside",
                "high",
                of_facts(reading, item, [fact]),
                f"服务项{item.no}的授权“{product}”{end}到期，比服务期结束早{days}天。",
                "约定到期后的续办与费用由谁承担。",
            )
