"""The calendar of what falls due, by month and by week, with the official calendar's marks."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

SHOWN_A_DAY = 3


def _asked_day(request: HttpRequest) -> date:
    try:
        found = parse_date(request.GET.get("on", ""))
    except ValueError:
        found = None
    today = clock.today()
    # Beyond a century either way a calendar is a slip of the finger.
    return found if found and abs(found.year - today.year) < 100 else today


def _month(first: date) -> tuple[date, date]:
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


@guard()
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    on = _asked_day(request)
    by_week = request.GET.get("by") == "week"
    mine = request.GET.get("mine") == "1"
    if by_week:
        first = on - timedelta(days=on.weekday())
        last = first + timedelta(days=6)
        before, after = first - timedelta(days=7), first + timedelta(days=7)
    else:
        start = on.replace(day=1)
        first, last = _month(start)
        before, after = (
            (start - timedelta(days=1)).replace(day=1),
            (start + timedelta(days=32)).replace(day=1),
        )
    days = selectors.calendar_days(request.actor, contract, first, last, at=clock.now(), mine=mine)
    told = {
        "contract": contract,
        "by_week": by_week,
        "mine": mine,
        "on": on,
        "today": clock.today(),
        "before": before,
        "after": after,
        "first": first,
        "last": last,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "shown": SHOWN_A_DAY,
        "total": sum(day.total for day in days if by_week or day.day.month == on.month),
        "provisional": sorted({day.day.year for day in days if day.provisional}),
    }
    return page(request, "duties/calendar.html", told)
