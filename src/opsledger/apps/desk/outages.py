"""A ticket that was resolved with an interruption puts the outage on record."""

from __future__ import annotations

from opsledger.apps.desk.models import Ticket
from opsledger.apps.watch import services as watch
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.events import Event


def on_resolved(event: Event) -> None:
    """Tell the watch of the interruption that the resolving engineer stated, once per ticket."""
    ticket = Ticket.objects.select_related("item").filter(pk=event.subject_id).first()
    if ticket is None or ticket.interrupted_from is None or ticket.interrupted_to is None:
        return
    if ticket.interrupted_to <= ticket.interrupted_from:
        return
    watch.record_outage(
        actor=SYSTEM,
        item=ticket.item,
        starts_at=ticket.interrupted_from,
        ends_at=ticket.interrupted_to,
        cause=ticket.title,
        ticket_ref=ticket.number,
    )
