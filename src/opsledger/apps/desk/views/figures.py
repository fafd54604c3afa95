"""Figures of the desk over a stretch of days: what came, what was done, how long it took, by whom and where."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk.periods import PERIODS, Period, period_of
from opsledger.apps.desk.selectors import statistics
from opsledger.core import deskfigures
from opsledger.core.deskfigures import Stretch
from opsledger.kernel import clock, shown, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

_TOP = 12
_LEFT = ("unit", "severity")


def _rows(group: statistics.Group, period: Period) -> dict[str, Any]:
    """A table of the page; each row leads to the tickets it counts."""
    days = {"reported_from": period.first, "reported_to": period.last}
    rows = [
        (f"?{urlencode({group.key: key, **days})}" if key else "", word, told)
        for key, word, told in group.rows
    ]
    rest = max(0, len(rows) - _TOP)
    return {
        "key": group.key,
        "title": f"按{group.heading}",
        "heading": group.heading,
        "rows": rows,
        "rest": rest,
    }


@guard()
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """`span` (month, last, quarter, year) or `from` and `to`; `export=xlsx` gives every table as a workbook."""
    contract = contract_for(request.actor, slug)
    at = clock.now()
    period = period_of(request.GET.dict(), clock.local(at).date(), contract.starts_on)
    before = period.before
    # One reading serves both: each figure counts by its own moments.
    told = statistics.told_between(request.actor, contract, before.since, period.until)
    groups = statistics.groups_of(request.actor, contract, told, period.since, period.until)
    limits = statistics.limits_between(request.actor, contract, period.since, period.until, at)
    if request.GET.get("export") == "xlsx":
        return _workbook(contract, period, groups)
    cases = [one.case for one in told]
    whole = deskfigures.summary(cases, period.since, min(period.until, at))
    past = deskfigures.summary(cases, before.since, before.until)
    minutes = statistics.response_times(request.actor, contract, period.since, period.until)
    hours = statistics.hours_between(request.actor, contract, period.first, period.last)
    context = {
        "contract": contract,
        "period": period,
        "periods": PERIODS,
        "whole": whole,
        "before": before,
        "came": _change(whole.reported, past.reported),
        "done": _change(whole.resolved, past.resolved),
        "answer": timedelta(minutes=float(median(minutes))) if minutes else None,
        "limits": limits,
        "items": _rows(groups[0], period),
        "columns": [
            [_rows(group, period) for group in groups[1:] if (group.key in _LEFT) is left]
            for left in (True, False)
        ],
        "top": _TOP,
        "trend": _trend(cases, period, at),
        "heat": _heat(cases, period),
        "hours": hours,
        "minutes": sum(one.minutes for one in hours),
    }
    return page(request, "desk/figures.html", context)


def _change(now: int, past: int) -> str:
    """+12% against the days before; "" where there was nothing to compare with."""
    if not past:
        return ""
    return f"{round((now - past) * 100 / past):+d}%" if now != past else "持平"


def _trend(cases: list[deskfigures.Case], period: Period, at: datetime) -> dict[str, Any]:
    cut = deskfigures.stretches(period.first, period.after)
    points = deskfigures.trend(cases, cut, clock.midnight, at)
    return {
        "labels": [_label(point.stretch) for point in points],
        "reported": [point.reported for point in points],
        "resolved": [point.resolved for point in points],
        "left": [point.left for point in points],
    }


def _label(stretch: Stretch) -> str:
    days = (stretch.after - stretch.first).days
    if days == 1:
        return f"{stretch.first.month}月{stretch.first.day}日"
    last = stretch.after - timedelta(days=1)
    if stretch.first.day == 1 and stretch.after.day == 1:
        return f"{stretch.first.year}年{stretch.first.month}月"
    return f"{stretch.first.month}月{stretch.first.day}日至{last.month}月{last.day}日"


def _heat(cases: list[deskfigures.Case], period: Period) -> list[dict[str, Any]]:
    """Rows by weekday; each cell has its number and a shade from 0 to 5."""
    counts = deskfigures.by_hour(cases, period.since, period.until, clock.zone())
    most = max(map(max, counts)) or 1
    return [
        {"word": f"周{name}", "cells": [(hour, n, -(-5 * n // most)) for hour, n in enumerate(row)]}
        for name, row in zip(shown.WEEKDAYS, counts, strict=True)
    ]


_HEADINGS = (
    "新增",
    "办结",
    "期末未办结",
    "按时办结率%",
    "办结用时中位数（小时）",
    "重新打开",
    "已评价",
    "满意度",
)


def _workbook(contract: Contract, period: Period, groups: list[statistics.Group]) -> HttpResponse:
    rows = [
        (
            group.heading,
            word,
            one.reported,
            one.resolved,
            one.left,
            one.in_time,
            round(one.median_time.total_seconds() / 3600, 2) if one.median_time is not None else None,
            one.reopened,
            one.rated,
            one.mean_rating,
        )
        for group in groups
        for _, word, one in group.rows
    ]
    name = f"{contract}-服务台统计-{period.first}至{period.last}.xlsx"
    return tables.workbook(name, ("分组", "名称", *_HEADINGS), rows)
