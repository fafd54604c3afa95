"""Who has a ticket open now, and which tickets one looked at lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, Visit
from opsledger.kernel.access import Actor

LATELY = 8
_FORGOTTEN = timedelta(seconds=60)
_AT_ONCE = 12


def ticket_at(actor: Actor, slug: str, number: str) -> tuple[int, str]:
    """The id of a ticket that the actor may see, and on whose side they see it; Http404 otherwise; one query."""
    contract_id = actor.contract_id(slug)
    rows = Ticket.objects.filter(
        policies.visible_tickets(actor, contract_id), contract_id=contract_id, number=number
    )
    found = rows.order_by().values_list("pk", "unit_id").first()
    if found is None:
        raise Http404
    return found[0], policies.side_of(actor, contract_id, found[1])


def others_here(actor: Actor, ticket_id: int, side: str, at: datetime) -> list[Visit]:
    """Who else of a side has the ticket in view, those who write first; one query."""
    rows = Visit.objects.filter(ticket_id=ticket_id, side=side, seen_at__gt=at - _FORGOTTEN)
    rows = rows.exclude(user_id=actor.user_id).select_related("user")
    return list(rows.order_by("-writing", "opened_at", "pk")[:_AT_ONCE])


def lately_seen(actor: Actor) -> list[Visit]:
    """The tickets that one opened last, the latest first, of all contracts; only those that one may still see."""
    seen = policies.visible_anywhere(actor, "ticket__")
    rows = Visit.objects.filter(seen, user_id=actor.user_id).select_related("ticket__contract")
    fields = ("number", "title", "kind", "state", "contract__slug", "contract__name")
    return list(
        rows.only("opened_at", *(f"ticket__{name}" for name in fields)).order_by("-opened_at", "-pk")[:LATELY]
    )
