"""The sheet of a ticket, for signature: what it says, on the page and as a file."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from opsledger.apps.desk import bars, folding, selectors
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.words import TASK_FACT
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_MOMENTS = ("accepted", "arrived", "mitigated")


def sheet_told(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """What stands on the sheet: the ticket, its moments, its story as `actor` may read it, its clocks as of now."""
    at = clock.now()
    events = selectors.events_of(ticket)
    story = [event for event in selectors.readable(actor, ticket, events) if event.kind != TASK_FACT]
    return {
        "contract": ticket.contract,
        "ticket": ticket,
        "story": story,
        "times": dict.fromkeys(_MOMENTS, None) | {event.kind: event.happened_at for event in story},
        "suspensions": [event for event in story if event.kind in ("suspended", "resumed")],
        "timers": bars.timer_views(folding.fold_ticket(ticket, events, at), at),
    }


def sheet_file(actor: Actor, ticket: Ticket) -> str:
    """The sheet as one file that needs nothing beside it and prints as it stands."""
    return render_to_string("desk/sheet_file.html", sheet_told(actor, ticket))
