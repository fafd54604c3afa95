"""Tickets by the day on which they are due: a month at a glance, or a week with every one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

_PER_DAY = 4
_MOST = 2000


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if 2000 <= day.year <= 2200 else clock.today()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.zone())


@guard()
def due(request: HttpRequest, slug: str) -> HttpResponse:
    """The month (or with `view=week` the week) that holds `day`."""
    contract = contract_for(request.actor, slug)
    day = _day(request.GET.get("day", ""))
    week = request.GET.get("view") == "week"
    first = day - timedelta(days=day.weekday()) if week else day.replace(day=1)
    after = first + timedelta(days=7) if week else (first + timedelta(days=32)).replace(day=1)
    opens = first - timedelta(days=first.weekday())
    closes = after + timedelta(days=-after.weekday() % 7)
    rows = selectors.due_between(request.actor, contract, _midnight(opens), _midnight(closes))[:_MOST]
    by_day: dict[date, list[object]] = {}
    for ticket in rows:
        if ticket.due_at:
            by_day.setdefault(clock.local(ticket.due_at).date(), []).append(ticket)
    shown = None if week else _PER_DAY
    days = [opens + timedelta(days=number) for number in range((closes - opens).days)]
    cells = [
        {
            "day": one,
            "tickets": by_day.get(one, [])[:shown],
            "number": len(by_day.get(one, [])),
            "more": max(0, len(by_day.get(one, [])) - (shown or _MOST)),
            "outside": not week and one.month != first.month,
        }
        for one in days
    ]
    told = {
        "contract": contract,
        "weeks": [cells[at : at + 7] for at in range(0, len(cells), 7)],
        "week": week,
        "day": day,
        "first": first,
        "last": after - timedelta(days=1),
        "previous": first - timedelta(days=7 if week else 1),
        "following": after,
        "today": clock.today(),
        "total": sum(cell["number"] for cell in cells if not cell["outside"]),
    }
    return page(request, "desk/due.html", told)
