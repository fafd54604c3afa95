"""A report becomes a ticket: number, first fact, clocks, files."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent, TicketNumber
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.dispatching import dispatch_by_rule
from opsledger.apps.desk.services.tags import set_tags
from opsledger.apps.desk.services.timing import open_timers, start_timers, subject
from opsledger.apps.desk.words import verb
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.transitions import Transition
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

# A change is drafted and a problem logged; the rest is reported.
FIRST_ACTIONS = {"change": "draft", "problem": "log"}


def report_ticket(
    *,
    actor: Actor,
    item: ServiceItem,
    title: str,
    description: str = "",
    kind: str = "incident",
    severity: str = "",
    scope: str = "",
    reporter: User | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    place: str = "",
    device: str = "",
    source: str = Ticket.Source.PORTAL,
    happened_at: datetime | None = None,
    files: Iterable[UploadedFile] = (),
    tags: Collection[str] = (),
) -> Ticket:
    """A new ticket, its clocks running from `happened_at` (now, unless it is entered afterwards).

    `severity` is one of the item's own words for this kind, "" where it has none.  Refused: an item that is
    not the actor's, a contract that is closed, a moment outside the item's service period.  Where the contract has
    a rule for it, the report is dispatched at once by the system.
    """
    with transaction.atomic():
        at = clock.now()
        moment = happened_at or at
        _check(actor, item, moment, at)
        rank = _severity_rank(item, kind, severity)
        action = FIRST_ACTIONS.get(kind, "report")
        found = tickets.step(
            kind, tickets.NEW, action, _roles(actor, item), {"item": item.pk, "summary": title}
        )
        ticket = Ticket(
            contract=item.contract,
            number=_number(item.contract_id, clock.local(moment).year),
            kind=kind,
            item=item,
            unit=item.unit,
            scope=scope,
            severity=severity,
            severity_rank=rank,
            title=title.strip()[:120],
            description=description.strip(),
            state=found.target,
            reporter=reporter,
            contact_name=contact_name or (str(reporter) if reporter else ""),
            contact_phone=contact_phone,
            place=place,
            device=device,
            source=source,
            reported_at=moment,
            updated_at=at,
        )
        _write(ticket, _first_fact(actor, ticket, found, moment, at), found.action, files, actor, at)
        if tags:
            set_tags(actor=actor, ticket=ticket, tags=tags)
        dispatch_by_rule(ticket, at)
        return ticket


def _write(
    ticket: Ticket,
    first: TicketEvent,
    action: str,
    files: Iterable[UploadedFile],
    actor: Actor,
    at: datetime,
) -> None:
    """The ticket with its deadlines, its first fact, its files, the entry, the clocks."""
    opening = open_timers(ticket, first, at)
    ticket.save(force_insert=True)
    first.ticket = ticket
    first.save(force_insert=True)
    names = [
        ledger.attach_upload(upload=upload, subject=subject(ticket), actor=actor).name for upload in files
    ]
    told: dict[str, object] = {
        "item": ticket.item.numbered,
        "severity": ticket.severity,
        "source": ticket.get_source_display(),
    }
    if ticket.device:
        told["device"] = ticket.device
    if names:
        told["files"] = names
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb=verb(action),
        subject=subject(ticket, held=True),
        happened_at=first.happened_at,
        changes=told,
    )
    start_timers(ticket, opening, at)
    ticket.just_told = [first]


def _check(actor: Actor, item: ServiceItem, moment: datetime, at: datetime) -> None:
    check_open(item.contract)
    if moment > at:
        raise DomainError("ticket.happened_in_future")
    whole = actor.is_system or sees_whole(actor, item.contract_id)
    if not whole and item.unit_id not in unit_ids(actor, item.contract_id):
        raise DomainError("ticket.item_not_yours")
    day = clock.local(moment).date()
    if not item.starts_on <= day <= item.ends_on:
        raise DomainError("ticket.outside_period", item=str(item), first=item.starts_on, last=item.ends_on)


def _roles(actor: Actor, item: ServiceItem) -> frozenset[str]:
    if actor.is_system:
        return frozenset({"system"})
    held = set(actor.roles(item.contract_id)) & policies.REPORTING_ROLES
    if access.UNIT in held and item.unit_id not in unit_ids(actor, item.contract_id):
        held.discard(access.UNIT)
    return frozenset(held)


def _severity_rank(item: ServiceItem, kind: str, severity: str) -> int:
    levels = severities_of(item, kind)
    if not levels and not severity:
        return 9
    ranks = {level.word: level.rank for level in levels}
    if severity not in ranks:
        raise DomainError(
            "ticket.severity_unknown", severity=severity or "未选择", allowed="、".join(ranks) or "无"
        )
    return ranks[severity]


def _first_fact(
    actor: Actor, ticket: Ticket, found: Transition, moment: datetime, at: datetime
) -> TicketEvent:
    data = {"item": str(ticket.item_id)}
    if ticket.severity:
        data["severity"] = ticket.severity
    return TicketEvent(
        ticket=ticket,
        kind=found.events[0] if found.events else found.action,
        action=found.action,
        happened_at=moment,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        data=data,
        note=ticket.description,
    )


_NEXT = "UPDATE desk_ticketnumber SET last = last + 1 WHERE contract_id = %s RETURNING last"


def _number(contract_id: int, year: int) -> str:
    """The next number of the contract; two writers never get the same."""
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, (contract_id,))
            row = cursor.fetchone()
        if row is not None:
            return f"{year}-{row[0]:05d}"
        try:
            with transaction.atomic():
                TicketNumber.objects.create(contract_id=contract_id)
        except IntegrityError:
            continue
    raise DomainError("ticket.number_busy")
