"""The calendar for other programs, as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


@guard()
def ical(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    content = selectors.ical_of(request.actor, contract, at=clock.now(), mine=request.GET.get("mine") == "1")
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="opsledger.ics"'
    return response
