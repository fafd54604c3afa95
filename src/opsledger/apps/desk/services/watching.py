"""Watching a ticket that is not one's own."""

from __future__ import annotations

from opsledger.apps.desk.models import Ticket, Watcher
from opsledger.kernel.access import Actor


def watch(*, actor: Actor, ticket: Ticket, on: bool) -> None:
    """Be told of what happens to a ticket that one may see, or no longer."""
    if on:
        Watcher.objects.get_or_create(ticket=ticket, user_id=actor.user_id)
    else:
        Watcher.objects.filter(ticket=ticket, user_id=actor.user_id).delete()
