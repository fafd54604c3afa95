"""Times put right afterwards: the provider claims, the service unit accepts or refuses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opsledger.apps.contracts.policies import unit_ids
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.services.acting import Act, check_open, take
from opsledger.apps.desk.services.timing import refresh_timers, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.sla.model import KINDS
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

# The report itself is the unit's own word, and severity has an act of its own.
_FIXED = frozenset({"reported", "severity_changed", "item_changed", "corrected", "withdrawn", "cancelled"})


def correctable(ticket: Ticket) -> dict[str, str]:
    """The facts whose time may be put right: id -> what and when."""
    table = tickets.table(ticket.kind)
    found = {}
    for event in TicketEvent.objects.filter(ticket=ticket, kind__in=KINDS - _FIXED).exclude(action=""):
        when = clock.local(event.happened_at)
        found[str(event.pk)] = f"{table.actions.get(event.action, event.action)}（{when:%m-%d %H:%M}）"
    return found


def correct_time(
    *,
    actor: Actor,
    ticket: Ticket,
    event: str,
    happened_at: datetime,
    reason: str,
    version: int | None = None,
) -> Ticket:
    """Say that something happened at another time than was entered; it counts so until the unit refuses."""
    choices = correctable(ticket)
    facts = {"event": event, "correctable_events": choices, "happened_at": happened_at, "reason": reason}
    note = (
        f"{choices.get(event, '')}，实际为 {clock.local(happened_at):%m-%d %H:%M}。{reason}"
        if happened_at
        else reason
    )
    return take(
        Act(
            actor,
            ticket,
            "correct_time",
            facts,
            happened_at,
            version,
            note,
            data={"target": event},
            changes={"event": choices.get(event, event), "to": happened_at, "reason": reason},
            claims=True,
        )
    )


def confirm_time(*, actor: Actor, ticket: Ticket, event_id: int) -> Ticket:
    """The unit accepts a time that was entered or corrected afterwards."""
    done = take(
        Act(actor, ticket, "confirm_correction", {"correction": event_id}, data={"of": str(event_id)})
    )
    _settle(ticket, event_id)
    return done


@transaction.atomic
def refuse_time(*, actor: Actor, ticket: Ticket, event_id: int, reason: str) -> None:
    """The unit refuses: a late entry counts from when it was entered, a correction falls away."""
    check_open(ticket.contract)
    own = ticket.unit_id in unit_ids(actor, ticket.contract_id)
    if access.UNIT not in actor.roles(ticket.contract_id) or not own:
        raise DomainError("access.denied")
    if not reason.strip():
        raise DomainError("transitions.fact_missing", fact="reason", label="理由", action="不认可时间")
    event = _settle(ticket, event_id)
    at = clock.now()
    is_correction = event.kind == "corrected"
    TicketEvent.objects.create(
        ticket=ticket,
        kind="withdrawn" if is_correction else "corrected",
        action="refuse_time",
        happened_at=at if is_correction else event.recorded_at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        data={"target": str(event.pk)},
        note=reason.strip(),
    )
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.time_refused",
        subject=subject(ticket),
        changes={"reason": reason.strip(), "from": event.happened_at, "to": event.recorded_at},
    )
    refresh_timers(ticket, at)


def _settle(ticket: Ticket, event_id: int) -> TicketEvent:
    """The claim is settled once: of two answers the second is refused."""
    rows = TicketEvent.objects.filter(ticket=ticket, pk=event_id)
    if rows.filter(needs_confirmation=True).update(needs_confirmation=False) != 1:
        raise DomainError("ticket.time_settled")
    event = rows.get()
    # A second fact of the same act (an answer given at once) is settled with it.
    TicketEvent.objects.filter(
        ticket=ticket, action="", recorded_at=event.recorded_at, needs_confirmation=True
    ).update(needs_confirmation=False)
    return event
