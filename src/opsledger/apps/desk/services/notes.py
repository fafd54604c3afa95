"""What is added to a ticket without moving it: notes and files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
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
    _check(actor, ticket)
    at = clock.now()
    event = TicketEvent.objects.create(
        ticket=ticket,
        kind="noted",
        action="note",
        happened_at=happened_at or at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=note.strip(),
        private=private and policies.is_provider(actor, ticket.contract_id),
    )
    names = [
        ledger.attach_upload(upload=upload, subject=subject(ticket), actor=actor).name for upload in uploads
    ]
    changes: dict[str, object] = {"private": True} if event.private else {"note": note.strip()[:500]}
    if names:
        changes["files"] = names
        TicketEvent.objects.filter(pk=event.pk).update(data={"files": names})
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.noted",
        subject=subject(ticket),
        happened_at=happened_at,
        changes=changes,
    )
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=at)
    return event


def attach(*, actor: Actor, ticket: Ticket, files: Iterable[UploadedFile]) -> TicketEvent:
    """Add files without words."""
    return add_note(actor=actor, ticket=ticket, note="", files=files)


def _check(actor: Actor, ticket: Ticket) -> None:
    check_open(ticket.contract)
    if not actor.is_system and not policies.may_take_part(actor, ticket):
        raise DomainError("ticket.no_right_to_attach")
