"""The marks by which a reply finds its ticket: in the subject, in the address to reply to, in the message's id.

Each is signed with the installation's key, so that only somebody who got our mail can have one.  The address to
reply to is made for one person: who answers from their own address with it has shown that they got that mail.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings

from opsledger.apps.desk.models import Ticket

SUBJECT = re.compile(r"\[工单 ([0-9]{4}-[0-9]{5,}) #([0-9a-f]{8})\]")
_REPLY = re.compile(r"^t([0-9]+)-([0-9]+)-([0-9a-f]{16})$")
_THREAD = re.compile(r"<ticket-([0-9]+)-([0-9a-f]{16})(?:\.[0-9]+)?@[^>]*>")


def _mark(words: str, length: int) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), sha256).hexdigest()[:length]


def _same(given: str, words: str) -> bool:
    return hmac.compare_digest(given, _mark(words, len(given)))


def subject_token(ticket: Ticket) -> str:
    """What stands in the subject of every mail about a ticket."""
    return f"[工单 {ticket.number} #{_mark(f'mail:{ticket.contract_id}:{ticket.number}', 8)}]"


def reply_address(ticket: Ticket, user_id: int) -> str:
    """The address to which this person answers about this ticket (0: nobody in particular); "" without one."""
    name, _, host = settings.MAIL_ADDRESS.partition("@")
    if not host:
        return ""
    if not settings.MAIL_PLUS:
        return str(settings.MAIL_ADDRESS)
    return f"{name}+t{ticket.pk}-{user_id}-{_mark(f'reply:{ticket.pk}:{user_id}', 16)}@{host}"


def thread_id(ticket: Ticket, number: int = 0) -> str:
    """The id of a mail about a ticket; that without a number stands for the whole thread."""
    host = settings.MAIL_ADDRESS.partition("@")[2] or "opsledger.invalid"
    tail = f".{number}" if number else ""
    return f"<ticket-{ticket.pk}-{_mark(f'thread:{ticket.pk}', 16)}{tail}@{host}>"


@dataclass(frozen=True, slots=True)
class Reply:
    """A mark that holds: the ticket, and for whom the mail was (0 unless the mark was made for one person)."""

    ticket_id: int
    user_id: int = 0


def tag_of(address: str) -> str:
    """What stands behind the plus of one of our addresses, "" if nothing does."""
    name, _, host = address.lower().partition("@")
    own_name, _, own_host = settings.MAIL_ADDRESS.lower().partition("@")
    base, _, tag = name.partition("+")
    return tag if own_host and host == own_host and base == own_name else ""


def read_tag(tag: str) -> Reply | None:
    """The reply that a tag stands for, if it is one of ours."""
    found = _REPLY.match(tag)
    if found is None or not _same(found[3], f"reply:{found[1]}:{found[2]}"):
        return None
    return Reply(int(found[1]), int(found[2]))


def read_references(words: str) -> Reply | None:
    """The ticket that In-Reply-To or References name."""
    for found in _THREAD.finditer(words):
        if _same(found[2], f"thread:{found[1]}"):
            return Reply(int(found[1]))
    return None
