"""What may be done to a ticket now, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opsledger.apps.desk import policies
from opsledger.apps.desk.forms import has_form
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.services.acting import check_hand, done_actions
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.transitions import Transition
from opsledger.kernel import errors
from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Offered:
    """The ways that are open, and of the others the action, its word and the sentence that says why not."""

    allowed: list[Transition]
    refused: list[tuple[str, str, str]]


def offered(actor: Actor, ticket: Ticket, events: Iterable[TicketEvent]) -> Offered:
    """Every act of the ticket's table that is done through a form of its page."""
    roles = policies.roles_on(actor, ticket)
    done = done_actions(ticket, events)
    ways = tickets.allowed(ticket.kind, ticket.state, roles, done)
    allowed = [way for way in ways if has_form(ticket, way.action)]
    open_now = {way.action for way in allowed}
    refused = []
    for action, label in tickets.table(ticket.kind).actions.items():
        if has_form(ticket, action) and action not in open_now:
            why = tickets.why_not(ticket.kind, ticket.state, action, roles, done)
            if why is not None:
                refused.append((action, label, errors.sentence(why)))
    return Offered(allowed, refused)


def why_not(actor: Actor, ticket: Ticket, action: str) -> str:
    """Why the form of an act need not be filled in at all; "" when it may."""
    try:
        check_hand(actor, ticket, action)
    except DomainError as error:
        return errors.sentence(error)
    roles = policies.roles_on(actor, ticket)
    why = tickets.why_not(ticket.kind, ticket.state, action, roles, done_actions(ticket))
    return errors.sentence(why) if why else ""
