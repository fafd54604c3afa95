"""The tags of a contract's tickets, as far as an actor sees them."""

from __future__ import annotations

from django.db.models import Count, Min, Q

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket, TicketTag
from opsledger.apps.desk.policies import visible_tickets
from opsledger.apps.desk.tagging import fold
from opsledger.kernel.access import Actor


def tagged(contract_id: int, word: str) -> Q:
    """The tickets that carry a tag."""
    rows = TicketTag.objects.filter(contract_id=contract_id, key=fold(word))
    return Q(pk__in=rows.values("ticket_id"))


def tags_in_use(actor: Actor, contract: Contract, part: str = "", most: int = 12) -> list[tuple[str, int]]:
    """The tags with `part` in them on tickets that the actor sees, and on how many; the most used first, one query."""
    rows = TicketTag.objects.filter(contract=contract)
    seen = visible_tickets(actor, contract.pk)
    if seen:
        rows = rows.filter(ticket__in=Ticket.objects.filter(seen, contract=contract).values("pk"))
    if part.strip():
        rows = rows.filter(key__contains=fold(part))
    counted = rows.order_by().values("key").annotate(number=Count("pk"), first=Min("word"))
    return list(counted.order_by("-number", "key").values_list("first", "number")[:most])
