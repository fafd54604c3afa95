"""Tickets tied together: links, merging, splitting, turning a question into a fault or a request."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent, TicketLink
from opsledger.apps.desk.services.acting import Act, check_open, take
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.apps.desk.services.timing import refresh_timers, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_CHAIN_MAX = 50
MAX_CHILDREN = 200
# Relations in which nobody may stand to themselves, however long the way round.
_TREES = (TicketLink.Kind.PARENT, TicketLink.Kind.BLOCKS, TicketLink.Kind.CAUSED_BY)


def _must_link(actor: Actor, ticket: Ticket) -> None:
    if not actor.is_system:
        actor.must(ticket.contract_id, *policies.PROVIDER_ROLES, "buyer", "supervisor")


def _same_contract(ticket: Ticket, other: Ticket) -> None:
    if ticket.contract_id != other.contract_id:
        raise DomainError("ticket.other_contract")
    if ticket.pk == other.pk:
        raise DomainError("ticket.link_to_itself")


@transaction.atomic
def link(*, actor: Actor, ticket: Ticket, other: Ticket, kind: str) -> TicketLink:
    """`ticket` stands in this relation to `other`; said twice it is one link, a circle is refused.

    A ticket has one parent, and a parent at most `MAX_CHILDREN`, whoever else links at this moment.
    """
    check_open(ticket.contract)
    _must_link(actor, ticket)
    _same_contract(ticket, other)
    _hold(ticket, other)
    if kind in _TREES and _leads_to(other, ticket, kind):
        raise DomainError("ticket.link_circle", number=other.number)
    if kind == TicketLink.Kind.PARENT:
        _check_parent(ticket, other)
    made, fresh = TicketLink.objects.get_or_create(
        ticket=ticket,
        other=other,
        kind=kind,
        defaults={"created_at": clock.now(), "created_by_id": actor.user_id},
    )
    if fresh:
        _tell_link(actor, ticket, other, made)
    return made


def _hold(ticket: Ticket, other: Ticket) -> None:
    """Who links one of the two waits for whoever is doing so, so that what is asked next stays true."""
    rows = Ticket.objects.filter(pk__in=[ticket.pk, other.pk]).order_by("pk").select_for_update()
    list(rows.values_list("pk"))


def _check_parent(ticket: Ticket, other: Ticket) -> None:
    links = TicketLink.objects.filter(kind=TicketLink.Kind.PARENT)
    known = links.filter(ticket=ticket).select_related("other").first()
    if known is not None and known.other_id != other.pk:
        raise DomainError("ticket.has_parent", number=known.other.number)
    if known is None and links.filter(other=other).count() >= MAX_CHILDREN:
        raise DomainError("ticket.too_many_children", number=other.number, limit=MAX_CHILDREN)


def _tell_link(actor: Actor, ticket: Ticket, other: Ticket, made: TicketLink) -> None:
    # Another unit's matter is not told to this one: its number is enough, and of a parent not even that.
    known = f"{other.number} {other.title}" if other.unit_id == ticket.unit_id else other.number
    _say(actor, ticket, "linked", f"{made.get_kind_display()} {known}", hidden=_is_hidden(made))
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.linked",
        subject=_subject(made),
        changes={"relation": made.get_kind_display(), "other": f"工单{known}"},
    )


def _is_hidden(made: TicketLink) -> bool:
    """Whether the unit of the ticket is not to know of the link: it hangs on another unit's ticket."""
    return made.kind == TicketLink.Kind.PARENT and made.other.unit_id != made.ticket.unit_id


def _subject(made: TicketLink) -> ledger.Subject:
    told = subject(made.ticket)
    return replace(told, unit_id=None) if _is_hidden(made) else told


@transaction.atomic
def unlink(*, actor: Actor, ticket: Ticket, link_id: int) -> None:
    """Take a link away; that it was there stays in the story and the ledger."""
    check_open(ticket.contract)
    _must_link(actor, ticket)
    fixed = (TicketLink.Kind.MERGED, TicketLink.Kind.SPLIT, TicketLink.Kind.CONVERTED)
    found = TicketLink.objects.filter(pk=link_id, ticket=ticket).exclude(kind__in=fixed).first()
    if found is None:
        return
    words = f"{found.get_kind_display()} {found.other.number}"
    hidden, told = _is_hidden(found), _subject(found)
    found.delete()
    _say(actor, ticket, "unlinked", words, hidden=hidden)
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.unlinked",
        subject=told,
        changes={"relation": words},
    )


def _leads_to(start: Ticket, goal: Ticket, kind: str) -> bool:
    """Whether `goal` is reached from `start` along links of one kind."""
    seen: set[int] = set()
    edge = {start.pk}
    for _ in range(_CHAIN_MAX):
        if goal.pk in edge:
            return True
        seen |= edge
        rows = TicketLink.objects.filter(ticket_id__in=edge, kind=kind).values_list("other_id", flat=True)
        edge = set(rows) - seen
        if not edge:
            return False
    return True


def _say(actor: Actor, ticket: Ticket, kind: str, words: str, *, hidden: bool = False) -> None:
    at = clock.now()
    TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        action=kind,
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=words,
        private=hidden,
    )


@transaction.atomic
def merge(*, actor: Actor, ticket: Ticket, into: Ticket, reason: str, version: int | None = None) -> Ticket:
    """Two reports of one thing become one: the clocks of `into` run from the earlier of the two reports.

    The merged ticket keeps its number, story and files and points to the one that goes on.
    """
    _same_contract(ticket, into)
    if into.kind != ticket.kind or into.item_id != ticket.item_id:
        raise DomainError("ticket.merge_unlike", number=into.number)
    if into.over or into.state == "resolved":
        raise DomainError("ticket.merge_into_closed", number=into.number, state=into.state_word)
    told: dict[str, object] = {"into": into.numbered, "reason": reason}
    facts = {"into": into.pk, "reason": reason}
    done = take(Act(actor, ticket, "merge", facts, None, version, reason, changes=told))
    at = clock.now()
    TicketLink.objects.create(
        ticket=ticket, other=into, kind=TicketLink.Kind.MERGED, created_at=at, created_by_id=actor.user_id
    )
    _say(actor, into, "absorbed", f"{ticket.number} {ticket.title}：{reason}")
    if ticket.reported_at < into.reported_at:
        _report_earlier(actor, into, ticket)
    ledger.record(
        chain=ledger.contract_chain(into.contract_id),
        actor=actor,
        verb="ticket.absorbed",
        subject=subject(into),
        changes={"other": ticket.numbered},
    )
    refresh_timers(into, at)
    return done


def _report_earlier(actor: Actor, into: Ticket, ticket: Ticket) -> None:
    first = TicketEvent.objects.get(ticket=into, kind="reported")
    TicketEvent.objects.create(
        ticket=into,
        kind="corrected",
        action="",
        happened_at=ticket.reported_at,
        recorded_at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        data={"target": str(first.pk)},
    )
    Ticket.objects.filter(pk=into.pk).update(reported_at=ticket.reported_at)
    into.reported_at = ticket.reported_at


@transaction.atomic
def split(*, actor: Actor, ticket: Ticket, title: str, description: str = "", severity: str = "") -> Ticket:
    """A second matter in one report becomes its own ticket; its clocks run from the same report."""
    if not actor.is_system:
        actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    if ticket.over:
        raise DomainError("ticket.split_closed", state=ticket.state_word)
    made = report_ticket(
        actor=actor,
        item=ticket.item,
        title=title,
        description=description,
        kind=ticket.kind,
        severity=severity or ticket.severity,
        scope=ticket.scope,
        reporter=ticket.reporter,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone,
        place=ticket.place,
        device=ticket.device,
        source=ticket.source,
        happened_at=ticket.reported_at,
    )
    _tie(actor, made, ticket, TicketLink.Kind.SPLIT)
    _say(actor, ticket, "divided", f"{made.number} {made.title}")
    return made


@transaction.atomic
def convert(
    *, actor: Actor, ticket: Ticket, kind: str, severity: str = "", version: int | None = None
) -> Ticket:
    """A question turns out to be a fault or a request: a new ticket with its own limits, from the same report."""
    if kind not in ("incident", "request"):
        raise DomainError("tickets.unknown_kind", kind=kind, kinds="事件、服务请求")
    made = report_ticket(
        actor=actor,
        item=ticket.item,
        title=ticket.title,
        description=ticket.description,
        kind=kind,
        severity=severity,
        reporter=ticket.reporter,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone,
        place=ticket.place,
        device=ticket.device,
        source=ticket.source,
        happened_at=ticket.reported_at,
    )
    changes: dict[str, object] = {"into": made.numbered}
    take(Act(actor, ticket, "convert", {"into": made.pk}, None, version, made.numbered, changes=changes))
    _tie(actor, ticket, made, TicketLink.Kind.CONVERTED)
    return made


def _tie(actor: Actor, ticket: Ticket, other: Ticket, kind: str) -> None:
    TicketLink.objects.create(
        ticket=ticket, other=other, kind=kind, created_at=clock.now(), created_by_id=actor.user_id
    )
