"""Time worked on a ticket: entered by whoever did the work, taken back by the same, each on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, WorkDay, WorkEntry
from opsledger.apps.desk.models.work import DAY_MINUTES
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

MAX_NOTE = 500


@transaction.atomic
def enter_work(*, actor: Actor, ticket: Ticket, minutes: int, note: str, on: date | None = None) -> WorkEntry:
    """Minutes that the actor worked on the ticket `on` a day (today unless said), with what was done.

    Refused: a day ahead or before the contract, less than a minute, more than a person's day has left over all
    their tickets, a closed contract, anybody but the provider's people.
    """
    _must(actor, ticket)
    at = clock.now()
    day = on or clock.local(at).date()
    said = note.strip()[:MAX_NOTE]
    _check(ticket, day, minutes, said, clock.local(at).date())
    _take_of_day(int(actor.user_id or 0), day, minutes)
    entry = WorkEntry.objects.create(
        ticket=ticket, user_id=actor.user_id, on=day, minutes=minutes, note=said, entered_at=at
    )
    _add(ticket, minutes, at)
    _record(actor, ticket, "ticket.worked", entry)
    return entry


@transaction.atomic
def withdraw_work(*, actor: Actor, entry: WorkEntry) -> WorkEntry:
    """Take one's own entry back: it stays to be read, and counts no more."""
    ticket = entry.ticket
    _must(actor, ticket)
    if entry.user_id != actor.user_id:
        raise DomainError("ticket.work_not_yours", name=str(entry.user))
    at = clock.now()
    if WorkEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(withdrawn_at=at) != 1:
        raise DomainError("ticket.work_withdrawn")
    entry.withdrawn_at = at
    WorkDay.objects.filter(user_id=entry.user_id, on=entry.on).update(minutes=F("minutes") - entry.minutes)
    _add(ticket, -entry.minutes, at)
    _record(actor, ticket, "ticket.work_withdrawn", entry)
    return entry


def _must(actor: Actor, ticket: Ticket) -> None:
    check_open(ticket.contract)
    if not policies.may_enter_work(actor, ticket):
        raise DomainError("access.denied")


def _check(ticket: Ticket, day: date, minutes: int, note: str, today: date) -> None:
    if not 1 <= minutes <= DAY_MINUTES:
        raise DomainError("work.minutes")
    if day > today:
        raise DomainError("work.future")
    if day < ticket.contract.starts_on:
        raise DomainError("work.too_early", first=ticket.contract.starts_on)
    if not note:
        raise DomainError("work.note_empty")


def _take_of_day(user_id: int, day: date, minutes: int) -> None:
    """Claim the minutes of the person's day, or refuse: of two entries at once none can overrun it."""
    fits = WorkDay.objects.filter(user_id=user_id, on=day, minutes__lte=DAY_MINUTES - minutes)
    if fits.update(minutes=F("minutes") + minutes) == 1:
        return
    try:
        with transaction.atomic():
            WorkDay.objects.create(user_id=user_id, on=day, minutes=minutes)
    except IntegrityError:
        if fits.update(minutes=F("minutes") + minutes) == 1:
            return
        known = WorkDay.objects.get(user_id=user_id, on=day).minutes
        raise DomainError("work.day_full", on=day, known=known, minutes=minutes) from None


def _add(ticket: Ticket, minutes: int, at: datetime) -> None:
    """The sum on the ticket, in the same transaction; its version is not touched, nobody's page grows stale."""
    Ticket.objects.filter(pk=ticket.pk).update(worked_minutes=F("worked_minutes") + minutes, updated_at=at)
    ticket.worked_minutes += minutes
    ticket.updated_at = at


def _record(actor: Actor, ticket: Ticket, verb: str, entry: WorkEntry) -> None:
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb=verb,
        # Of no unit: service units do not read the provider's hours.
        subject=replace(subject(ticket), unit_id=None),
        changes={"minutes": entry.minutes, "on": entry.on, "note": entry.note},
    )
