"""Tickets by the day on which they are due: a month at a glance, or a week with every one."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.kernel import clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
def due(request: HttpRequest, slug: str) -> HttpResponse:
    """The month (or with `view=week` the week) that holds `day`."""
    contract = contract_for(request.actor, slug)
    day = tables.day_of(request.GET.get("day", "")) or clock.today()
    week = request.GET.get("view") == "week"
    book = selectors.due_calendar(request.actor, contract, day, week=week)
    told = {
        "contract": contract,
        "weeks": [book.days[at : at + 7] for at in range(0, len(book.days), 7)],
        "week": week,
        "day": day,
        "first": book.first,
        "last": book.last,
        "previous": book.first - timedelta(days=7 if week else 1),
        "following": book.last + timedelta(days=1),
        "today": clock.today(),
        "total": book.total,
    }
    return page(request, "desk/due.html", told)
