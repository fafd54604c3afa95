"""What a manager looks at first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors.lists import due_first, tickets_for
from opsledger.core import tickets
from opsledger.kernel.access import Actor

# States in which nothing more is expected of anybody, in any kind of ticket.
FINAL_STATES = frozenset(state for kind in tickets.KINDS for state in tickets.table(kind).over)
SOON = timedelta(hours=4)


def unassigned(actor: Actor, contract: Contract) -> QuerySet[Ticket]:
    """Tickets that nobody has been given yet, the next due first."""
    rows = tickets_for(actor, contract).filter(assignee=None).exclude(state__in=FINAL_STATES)
    return due_first(rows.exclude(state="resolved"))


def at_risk(actor: Actor, contract: Contract, at: datetime) -> QuerySet[Ticket]:
    """Open tickets that are past a limit, or will be within four hours."""
    rows = tickets_for(actor, contract).exclude(state__in=FINAL_STATES)
    return due_first(rows.exclude(state="resolved").filter(due_at__lt=at + SOON))
