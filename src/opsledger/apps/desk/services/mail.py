"""Mail in: a message becomes a ticket, a reply becomes a note on its ticket; machines and loops are left alone.

Anybody can write any sender.  A mail is heard only from an address that a person of the contract has in their
account (`User.email`), and it speaks with that person's rights only where the sender was checked: by the house's
own mail gate (`MAIL_AUTHSERV`), or because the reply carries the mark that was made for that person.  What was not
checked is kept as what it is, a letter in that name: the ledger names the letter, not the person, as who acted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import items_for, severities_of
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import MailTaken, Ticket
from opsledger.apps.desk.services.letters import write_back_by_mail
from opsledger.apps.desk.services.mail_marks import (
    SUBJECT,
    Reply,
    read_references,
    read_tag,
    subject_token,
    tag_of,
)
from opsledger.apps.desk.services.mail_reading import (
    body_of,
    head,
    is_automatic,
    is_checked,
    own_words,
    recipients_of,
)
from opsledger.apps.desk.services.notes import add_note
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

__all__ = ["MAX_BYTES", "MAX_PER_HOUR", "subject_token", "take_mail", "too_many"]

MAX_BYTES = 25 * 1024 * 1024
# From one sender, and from all senders of a contract together.
MAX_PER_HOUR = 30
MAX_PER_HOUR_IN_ALL = 300
_HEARD = ("reported", "note", "too_many")
_ITEM = re.compile(r"(?:序号|需求|系统)?\s*(\d{2})[\s：:]")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail with what was found out about it before anything is done."""

    mail: EmailMessage
    sender: str
    recipients: tuple[str, ...]
    size: int
    envelope_from: str | None
    reply: Reply | None

    @property
    def subject(self) -> str:
        return head(self.mail, "Subject")


def take_mail(
    *,
    raw: bytes,
    contract: Contract | None = None,
    recipients: Sequence[str] = (),
    envelope_from: str | None = None,
    size: int | None = None,
) -> MailTaken:
    """Take in one message; whatever becomes of it is kept with its reason, and twice is once.

    `contract` is found from the address it was sent to, from its reply mark, or from the sender's only contract.
    `size` is that of the whole where `raw` is its head alone.
    """
    letter = _read(raw, recipients, envelope_from, size)
    contract = contract or _contract_of(letter)
    ident = (head(letter.mail, "Message-ID") or sha256(raw).hexdigest())[:280]
    with transaction.atomic():
        taken, fresh = MailTaken.objects.get_or_create(
            message_id=f"{contract.pk if contract else 0}:{ident}",
            defaults={
                "contract": contract,
                "sender": letter.sender,
                "subject": letter.subject[:300].replace("\x00", ""),
                "outcome": "taken",
                "taken_at": clock.now(),
            },
        )
        if not fresh:
            return taken
        try:
            with transaction.atomic():
                taken.outcome, taken.ticket, taken.checked = _handle(contract, letter)
        except DomainError as error:
            taken.outcome = f"refused: {error.code}"[:40]
        taken.save(update_fields=["outcome", "ticket", "checked"])
    return taken


def _read(raw: bytes, recipients: Sequence[str], envelope_from: str | None, size: int | None) -> _Letter:
    mail = message_from_bytes(raw[: MAX_BYTES + 1], policy=policy.default)
    sender = parseaddr(head(mail, "From"))[1].lower()[:254].replace("\x00", "")
    sent_to = tuple(dict.fromkeys([*(one.lower() for one in recipients), *recipients_of(mail)]))
    marks = (read_tag(tag_of(address)) for address in sent_to)
    thread = f"{head(mail, 'In-Reply-To')} {head(mail, 'References')}"
    reply = next((mark for mark in marks if mark), None) or read_references(thread)
    return _Letter(mail, sender, sent_to, size or len(raw), envelope_from, reply)


def _contract_of(letter: _Letter) -> Contract | None:
    """By the reply's ticket, by the address, by the subject's ticket, or the sender's only contract."""
    if letter.reply:
        found = Contract.objects.filter(tickets__pk=letter.reply.ticket_id).first()
        if found:
            return found
    live = Contract.objects.exclude(status=Contract.Status.CLOSED)
    tags = [tag_of(address) for address in letter.recipients]
    named = live.filter(
        Q(slug__in=[tag for tag in tags if tag]) | Q(settings__desk__mail_address__in=letter.recipients)
    ).first()
    if named or not letter.sender:
        return named
    own = list(live.filter(memberships__user__in=_people(letter.sender)).distinct()[:20])
    found = SUBJECT.search(letter.subject)
    if found:
        for ticket in Ticket.objects.filter(contract__in=own, number=found[1]).select_related("contract"):
            if subject_token(ticket) == found[0]:
                return ticket.contract
    return own[0] if len(own) == 1 else None


def _people(sender: str) -> list[User]:
    return list(User.objects.filter(email__iexact=sender, is_active=True)[:5]) if sender else []


def too_many(sender: str, contract: Contract | None = None) -> bool:
    """Whether so much mail came from this sender, or for this contract, within an hour that no more is heard."""
    since = clock.now() - timedelta(hours=1)
    rows = MailTaken.objects.filter(taken_at__gt=since)
    if rows.filter(sender=sender, outcome__in=_HEARD).count() >= MAX_PER_HOUR:
        return True
    return (
        contract is not None
        and rows.filter(contract=contract, outcome__in=_HEARD).count() >= MAX_PER_HOUR_IN_ALL
    )


def _handle(contract: Contract | None, letter: _Letter) -> tuple[str, Ticket | None, bool]:
    if letter.size > MAX_BYTES:
        return "too_large", None, False
    if is_automatic(letter.mail, letter.envelope_from):
        return "automatic", None, False
    people = _people(letter.sender)
    if contract is None:
        return ("which_contract" if people else "unknown_sender"), None, False
    people = [user for user in people if user.memberships.filter(contract=contract).exists()]
    if not people:
        return "unknown_sender", None, False
    if too_many(letter.sender, contract):
        return "too_many", None, False
    # An address that several people share names nobody in particular.
    marked = letter.reply.user_id if letter.reply else 0
    checked = len(people) == 1 and (marked == people[0].pk or is_checked(letter.mail, letter.sender))
    outcome, ticket = _heard(contract, letter, people[0], checked)
    if checked and outcome == "reported":
        write_back_by_mail(people[0], contract)
    return outcome, ticket, checked


def _heard(contract: Contract, letter: _Letter, user: User, checked: bool) -> tuple[str, Ticket | None]:
    text, files, dropped = body_of(letter.mail)
    found = SUBJECT.search(letter.subject)
    actor = actor_for(user)
    who = actor if checked else Actor(None, f"来信“{user}”（未核验）", is_system=True)
    if letter.reply or found:
        ticket = _ticket_of(contract, letter, actor, found)
        if ticket is None:
            return "wrong_token", None
        words = "\n\n".join(part for part in (own_words(text) or "（无正文）", dropped) if part)
        add_note(actor=who, ticket=ticket, note=words, files=files)
        return "note", ticket
    item = _item(list(items_for(actor, contract)), letter.subject)
    if item is None:
        return "which_item", None
    levels = severities_of(item)
    return "reported", report_ticket(
        actor=who,
        item=item,
        title=letter.subject[:120] or "邮件报修",
        description="\n\n".join(part for part in (text, dropped) if part),
        severity=levels[-1].word if levels else "",
        reporter=user if checked else None,
        contact_name=str(user) if checked else f"{user}（来信未核验）",
        contact_phone=user.phone,
        source=Ticket.Source.MAIL,
        files=files,
    )


def _ticket_of(
    contract: Contract, letter: _Letter, actor: Actor, found: re.Match[str] | None
) -> Ticket | None:
    """The ticket of a reply, as its sender may see it, if a mark holds."""
    rows = Ticket.objects.filter(contract=contract).filter(policies.visible_tickets(actor, contract.pk))
    rows = rows.select_related("contract", "item")
    if letter.reply:
        return rows.filter(pk=letter.reply.ticket_id).first()
    if found is None:
        return None
    ticket = rows.filter(number=found[1]).first()
    return ticket if ticket and subject_token(ticket) == found[0] else None


def _item(items: list[ServiceItem], subject: str) -> ServiceItem | None:
    """The item whose number or name stands in the subject, or the only one."""
    if len(items) == 1:
        return items[0]
    named = [
        item for item in items if item.name in subject or (item.short_name and item.short_name in subject)
    ]
    if len(named) == 1:
        return named[0]
    found = _ITEM.match(subject)
    return next((item for item in items if found and item.no == found[1]), None)
