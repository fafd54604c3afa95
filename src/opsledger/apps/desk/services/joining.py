"""One more who has the same trouble joins a ticket that is there, instead of making a second one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent, Watcher
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.selectors.intake import caller_named
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.notes import Words, check_part, put
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_JOINED, _VERB = "joined", "ticket.joined"


@transaction.atomic
def me_too(
    *,
    actor: Actor,
    ticket: Ticket,
    title: str = "",
    description: str = "",
    phone: str = "",
    files: Iterable[UploadedFile] = (),
) -> TicketEvent:
    """Who reads the ticket has the same trouble: they follow it, and what they typed becomes a note on it.

    The same words by the same person twice are one note.  Refused on a ticket that is done.
    """
    check_part(actor, ticket)
    _claim_open(ticket)
    words = _words(f"{actor.name}也遇到了同一情况", title, description, f"联系电话：{phone}" if phone else "")
    Watcher.objects.get_or_create(ticket=ticket, user_id=actor.user_id)
    uploads = list(files)
    same = TicketEvent.objects.filter(ticket=ticket, action=_JOINED, actor_id=actor.user_id, note=words)
    known = None if uploads else same.first()
    return known or put(Words(actor, ticket, _JOINED, _VERB, words, files=uploads))


@transaction.atomic
def join_call(
    *,
    actor: Actor,
    ticket: Ticket,
    caller: str,
    phone: str = "",
    title: str = "",
    description: str = "",
    minutes_ago: int | None = None,
    remind: bool = False,
) -> TicketEvent:
    """A call about a ticket that is there: noted on it, and a reminder only if the caller asks for haste.

    A caller whom the contract knows follows the ticket if they may read it.  One who may not belongs to another unit:
    then the note is the provider's own, for neither unit learns of the other.
    """
    check_open(ticket.contract)
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    _claim_open(ticket)
    if remind and tickets.table(ticket.kind).find(ticket.state, "remind") is None:
        raise DomainError("ticket.no_reminder", number=ticket.number, state=ticket.state_word)
    known = caller_named(ticket.contract, caller, phone)
    reads = known is not None and _reads(known, ticket)
    if known is not None and reads:
        Watcher.objects.get_or_create(ticket=ticket, user=known)
    head = f"{caller}来电反映同一情况{'并催办' if remind else ''}"
    words = _words(head, title, description, f"来电号码：{phone}" if phone else "")
    ago = timedelta(minutes=minutes_ago or 0)
    return put(
        Words(
            actor,
            ticket,
            "remind" if remind else _JOINED,
            "ticket.reminded" if remind else _VERB,
            words,
            private=known is not None and not reads,
            happened_at=clock.now() - ago if ago else None,
        )
    )


def _claim_open(ticket: Ticket) -> None:
    """The conditional write: only what is still open is joined, whoever resolves it at this moment."""
    rows = Ticket.objects.filter(pk=ticket.pk, over__in=NOT_OVER).exclude(state="resolved")
    if ticket.kind in tickets.REPORTED and rows.update(updated_at=clock.now()) == 1:
        return
    now = Ticket.objects.get(pk=ticket.pk)
    raise DomainError("ticket.join_closed", number=now.number, state=now.state_word)


def _reads(user: User, ticket: Ticket) -> bool:
    seen = policies.visible_tickets(actor_for(user), ticket.contract_id)
    return Ticket.objects.filter(seen, pk=ticket.pk).exists()


def _words(head: str, *more: str) -> str:
    said = "\n".join(part.strip() for part in more if part.strip())
    return f"{head}：\n{said}" if said else f"{head}。"
