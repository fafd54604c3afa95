"""One way for every act on a ticket: policy, table, conditional write, facts, ledger, clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import agreements, policies
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.services.timing import refresh_timers, subject
from opsledger.apps.desk.words import verb
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.transitions import Transition
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

# Acts whose moment is a claim of the provider on the clock: entered late, the unit must agree.
CLAIMS = frozenset(
    {"accept", "arrive", "diagnose", "mitigate", "provide_spare", "suspend", "resolve", "answer_at_once"}
)


@dataclass(slots=True)
class Act:
    """What is done to a ticket: the table's action with its facts, and what is written where.

    `fields` go into the ticket, `data` into the event (strings only are read by the fold), `changes` into the
    ledger.  `version` is that of the page from which the act came; None for programs that read just before.
    """

    actor: Actor
    ticket: Ticket
    action: str
    facts: dict[str, object] = field(default_factory=dict)
    happened_at: datetime | None = None
    version: int | None = None
    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, object] = field(default_factory=dict)
    # A claim on the past whenever it is made: the unit must agree.
    claims: bool = False


def done_actions(ticket: Ticket, events: Iterable[TicketEvent] | None = None) -> list[str]:
    """The actions taken since the report or the last reopening; `events` in order, where already read."""
    found: list[str] = []
    if events is None:
        events = TicketEvent.objects.filter(ticket=ticket).only("action").order_by("recorded_at", "id")
    for action in (event.action for event in events if event.action):
        if action == "reopen":
            found.clear()
        found.append(action)
    return found


def check_open(contract: Contract) -> None:
    """Refuse on a contract that has ended."""
    if contract.status == Contract.Status.CLOSED:
        raise DomainError("ticket.contract_closed", contract=str(contract))


def check_hand(actor: Actor, ticket: Ticket, action: str) -> None:
    """An engineer is told whose ticket it is, rather than that engineers may not."""
    held = actor.roles(ticket.contract_id)
    taken = ticket.assignee_id not in (None, actor.user_id)
    if access.ENGINEER in held and taken and not actor.is_system:
        roles = policies.roles_on(actor, ticket)
        table = tickets.table(ticket.kind)
        found = table.find(ticket.state, action)
        if found and "engineer" in found.roles and not found.roles & roles:
            raise DomainError("ticket.not_yours", assignee=str(ticket.assignee))


def take(act: Act) -> Ticket:
    """Do the act, or raise the `DomainError` that says why not; nothing is half done."""
    with transaction.atomic():
        return _take(act, clock.now())


def _take(act: Act, at: datetime) -> Ticket:
    ticket, actor = act.ticket, act.actor
    check_open(ticket.contract)
    if act.version is not None and act.version != ticket.version:
        raise stale(ticket)
    check_hand(actor, ticket, act.action)
    moment = _moment(act, at)
    facts = {
        "item": ticket.item_id,
        "summary": ticket.title,
        "reported_at": ticket.reported_at,
        "now": at,
        "at": act.happened_at,
        **act.facts,
    }
    found = tickets.step(
        ticket.kind, ticket.state, act.action, policies.roles_on(actor, ticket), facts, done_actions(ticket)
    )
    _write(ticket, found, act.fields, at)
    late = _entered_late(act, moment, at)
    _remember(act, found, moment, at, late)
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb=verb(act.action),
        subject=subject(ticket, held=True),
        happened_at=moment,
        changes=_told(act, found, late),
    )
    refresh_timers(ticket, at)
    return ticket


def _moment(act: Act, at: datetime) -> datetime:
    """When the act took place; never in the future."""
    moment = act.happened_at or at
    if moment > at:
        raise DomainError("ticket.happened_in_future")
    return moment


def _entered_late(act: Act, moment: datetime, at: datetime) -> bool:
    """Whether the service unit must accept the time: a claim on the clock that was entered afterwards."""
    if act.claims:
        return True
    allowed = timedelta(minutes=agreements.agreement_of(act.ticket.contract).late_entry_minutes)
    return act.action in CLAIMS and not act.actor.is_system and at - moment > allowed


def _write(ticket: Ticket, found: Transition, fields: Mapping[str, Any], at: datetime) -> None:
    """The conditional write: exactly one row, in the state and version in which it was read."""
    over = found.target in tickets.table(ticket.kind).over
    said = {**fields, "state": found.target, "over": over, "version": ticket.version + 1, "updated_at": at}
    changed = Ticket.objects.filter(pk=ticket.pk, state=ticket.state, version=ticket.version).update(**said)
    if changed != 1:
        raise stale(ticket)
    for name, value in said.items():
        setattr(ticket, name, value)


def _remember(act: Act, found: Transition, moment: datetime, at: datetime, late: bool) -> None:
    kinds = found.events or (act.action,)
    for number, kind in enumerate(kinds):
        first = number == 0
        TicketEvent.objects.create(
            ticket=act.ticket,
            kind=kind,
            action=act.action if first else "",
            happened_at=moment,
            recorded_at=at,
            actor_id=act.actor.user_id,
            actor_name=act.actor.name,
            data=act.data if first else {},
            note=act.note if first else "",
            needs_confirmation=late,
        )


def _told(act: Act, found: Transition, late: bool) -> dict[str, object]:
    told = dict(act.changes)
    states = tickets.table(act.ticket.kind).states
    if not found.stays:
        told["state"] = {"from": states[found.source], "to": states[found.target]}
    if act.note:
        told.setdefault("note", act.note[:500])
    if late:
        told["entered_late"] = True
    return told


def stale(ticket: Ticket) -> DomainError:
    """The refusal that says who was quicker, and with what."""
    last = TicketEvent.objects.filter(ticket_id=ticket.pk).exclude(action="").order_by("-id").first()
    if last is None:
        return DomainError("page.stale", by="他人", what="内容已变化")
    label = tickets.table(ticket.kind).actions.get(last.action, "记录")
    when = clock.local(last.recorded_at)
    return DomainError("page.stale", by=last.actor_name, what=f"{when:%m-%d %H:%M} {label}")
