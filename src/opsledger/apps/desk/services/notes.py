"""What is added to a ticket without moving it: notes and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.selectors.mentions import called
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Attachment
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def add_note(
    *,
    actor: Actor,
    ticket: Ticket,
    note: str,
    private: bool = False,
    files: Iterable[UploadedFile] = (),
    happened_at: datetime | None = None,
) -> TicketEvent:
    """Say something on a ticket, with files; `private` is for the provider's people alone.

    It moves nothing and so never makes another's page stale.
    """
    uploads = list(files)
    if not note.strip() and not uploads:
        raise DomainError("ticket.note_empty")
    check_part(actor, ticket)
    hidden = private and policies.is_provider(actor, ticket.contract_id)
    return put(
        Words(actor, ticket, "note", "ticket.noted", note, hidden, happened_at=happened_at, files=uploads)
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What is said on a ticket, by which act of its story and which verb of the ledger."""

    actor: Actor
    ticket: Ticket
    action: str
    verb: str
    note: str
    private: bool = False
    happened_at: datetime | None = None
    files: Sequence[UploadedFile] = ()


def put(said: Words) -> TicketEvent:
    """Write it into story and ledger, in the caller's transaction; who may say it, the caller has asked.

    What is private stays out of the ledger's words.
    """
    actor, ticket, at = said.actor, said.ticket, clock.now()
    event = TicketEvent.objects.create(
        ticket=ticket,
        kind="noted" if said.action == "note" else said.action,
        action=said.action,
        happened_at=said.happened_at or at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=said.note.strip(),
        private=said.private,
    )
    kept = [ledger.attach_upload(upload=one, subject=subject(ticket), actor=actor) for one in said.files]
    changes: dict[str, object] = {"private": True} if said.private else {"note": event.note[:500]}
    if kept:
        changes["files"] = [file.name for file in kept]
    _keep(event, kept)
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb=said.verb,
        subject=subject(ticket),
        happened_at=said.happened_at,
        changes=changes,
    )
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=at)
    return event


def _keep(event: TicketEvent, files: list[Attachment]) -> None:
    """With the note stand the files that came with it, and the people it calls."""
    if files:
        event.data |= {"files": [file.name for file in files], "file_ids": [file.pk for file in files]}
    people = called(event.ticket, event.note, private=event.private) if event.action == "note" else []
    if people:
        event.data["called"] = sorted({str(user) for user in people})
    if event.data:
        event.save(update_fields=["data"])


def attach(*, actor: Actor, ticket: Ticket, files: Iterable[UploadedFile]) -> TicketEvent:
    """Add files without words."""
    return add_note(actor=actor, ticket=ticket, note="", files=files)


def check_part(actor: Actor, ticket: Ticket) -> None:
    """Refuse who may not add words to the ticket, and anything on a contract that has ended."""
    check_open(ticket.contract)
    if not actor.is_system and not policies.may_take_part(actor, ticket):
        raise DomainError("ticket.no_right_to_attach")
