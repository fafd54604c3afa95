"""Who else has a ticket open, told to the page every so many seconds; and what one looked at lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from opsledger.apps.desk import selectors
from opsledger.apps.desk.services.visits import be_here
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
@require_POST
def here(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Say that one is here, hear who else is: three queries beside those of every request."""
    actor, at = request.actor, clock.now()
    ticket_id, side = selectors.ticket_at(actor, slug, number)
    be_here(
        actor=actor,
        ticket_id=ticket_id,
        side=side,
        at=at,
        opened=bool(request.POST.get("opened")),
        writing=bool(request.POST.get("writing")),
    )
    others = selectors.others_here(actor, ticket_id, side, at)
    return render(request, "desk/parts/here.html", {"others": others})


@guard()
def recent(request: HttpRequest) -> HttpResponse:
    """The tickets that one opened last."""
    return page(request, "desk/recent.html", {"visits": selectors.lately_seen(request.actor)})
