"""What the unit has not confirmed: two reminders, then the worker confirms under the contract's rule."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opsledger.apps.desk import agreements
from opsledger.apps.desk.closing_rules import REMINDERS, confirm_moment
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.services.closing import confirm_by_rule
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import SYSTEM, Actor


def sweep_unconfirmed(at: datetime) -> int:
    """Remind, or confirm by rule; each ticket is claimed by its moment, so that two workers do it once."""
    done = 0
    rows = Ticket.objects.filter(confirm_due_at__lte=at, state="resolved").order_by("confirm_due_at", "pk")
    for ticket in rows.select_related("contract", "item", "item__contract", "assignee")[:500]:
        with transaction.atomic():
            done += _one(ticket)
    return done


def _one(ticket: Ticket) -> int:
    moment, sent = ticket.confirm_due_at, ticket.reminders
    last = sent >= REMINDERS
    following = None if last else confirm_moment(ticket.contract, ticket.resolved_at or moment, sent + 1)
    claimed = Ticket.objects.filter(pk=ticket.pk, confirm_due_at=moment, state="resolved", reminders=sent)
    if claimed.update(confirm_due_at=following, reminders=sent if last else sent + 1) != 1:
        return 0
    if last:
        days = agreements.agreement_of(ticket.contract).confirm_after_workdays
        confirm_by_rule(
            actor=SYSTEM, ticket=ticket, rule=f"办结后{days}个工作日内未提出异议，经两次提醒，视为确认"
        )
        return 1
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=SYSTEM,
        verb="ticket.confirm_reminded",
        subject=subject(ticket),
        happened_at=moment,
        changes={"count": sent + 1},
    )
    return 1


@transaction.atomic
def call_back(*, actor: Actor, ticket: Ticket, reached: bool, satisfied: bool, note: str) -> TicketEvent:
    """What the unit said when it was called back about a closed ticket."""
    actor.must(ticket.contract_id, access.BUYER, access.SUPERVISOR, access.MANAGER)
    if not ticket.over:
        raise DomainError("ticket.callback_open", state=ticket.state_word)
    at = clock.now()
    words = "未接通" if not reached else "满意" if satisfied else "不满意"
    event = TicketEvent.objects.create(
        ticket=ticket,
        kind="called_back",
        action="call_back",
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        data={"reached": reached, "satisfied": satisfied},
        note=f"{words}。{note}".strip(),
    )
    Ticket.objects.filter(pk=ticket.pk).update(called_back_at=at)
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.called_back",
        subject=subject(ticket),
        changes={"result": words, "note": note},
    )
    return event
