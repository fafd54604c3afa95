"""Mail: a message becomes a ticket, a reply becomes a note on its ticket; machines and loops are left alone.

A mail is believed only from an address that a person of the contract has in their account (`User.email`), because
anybody can write any sender: others are kept aside with the reason.  A reply is known by the token in its subject
("[工单 2026-00012 #ab12cd34]"), which only somebody who got our mail can have.
"""

from __future__ import annotations

import hmac
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import items_for, severities_of
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import MailTaken, Ticket
from opsledger.apps.desk.services.notes import add_note
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, uploads

MAX_BYTES = 25 * 1024 * 1024
MAX_FILES = 9
MAX_PARTS = 100
MAX_PER_HOUR = 30
_TOKEN = re.compile(r"\[工单 ([0-9]{4}-[0-9]{5,}) #([0-9a-f]{8})\]")
_ITEM = re.compile(r"(?:序号|需求|系统)?\s*(\d{2})[\s：:]")
_QUOTED = re.compile(r"^(>|-----|发件人[:：]|From:|在.{4,60}写道[:：])", re.MULTILINE)


def subject_token(ticket: Ticket) -> str:
    """What stands in the subject of every mail about a ticket."""
    key = f"mail:{ticket.contract_id}:{ticket.number}".encode()
    mark = hmac.new(settings.SECRET_KEY.encode(), key, sha256).hexdigest()[:8]
    return f"[工单 {ticket.number} #{mark}]"


def take_mail(*, contract: Contract, raw: bytes) -> MailTaken:
    """Take in one message; whatever becomes of it is kept with its reason, and twice is once."""
    mail = message_from_bytes(raw[: MAX_BYTES + 1], policy=policy.default)
    ident = str(mail.get("Message-ID") or sha256(raw).hexdigest()).strip()[:280]
    sender = parseaddr(str(mail.get("From", "")))[1].lower()[:254]
    with transaction.atomic():
        taken, fresh = MailTaken.objects.get_or_create(
            message_id=f"{contract.pk}:{ident}",
            defaults={
                "sender": sender,
                "subject": str(mail.get("Subject", ""))[:300],
                "outcome": "taken",
                "taken_at": clock.now(),
            },
        )
        if not fresh:
            return taken
        try:
            with transaction.atomic():
                taken.outcome, taken.ticket = _handle(contract, mail, sender, len(raw))
        except DomainError as error:
            taken.outcome = f"refused: {error.code}"[:40]
        taken.save(update_fields=["outcome", "ticket"])
    return taken


def is_automatic(mail: EmailMessage) -> bool:
    """Out-of-office answers, bounces, lists and our own mail: answering them makes loops (RFC 3834)."""
    auto = str(mail.get("Auto-Submitted", "no")).lower()
    bulk = str(mail.get("Precedence", "")).lower() in ("bulk", "junk", "list", "auto_reply")
    empty = str(mail.get("Return-Path", "x")).strip() == "<>"
    ours = mail.get("X-OpsLedger-Ticket") is not None
    told = any(mail.get(name) is not None for name in ("X-Autoreply", "X-Auto-Response-Suppress", "List-Id"))
    return auto != "no" or bulk or empty or ours or told


def _handle(contract: Contract, mail: EmailMessage, sender: str, size: int) -> tuple[str, Ticket | None]:
    if size > MAX_BYTES:
        return "too_large", None
    if is_automatic(mail):
        return "automatic", None
    user = User.objects.filter(email__iexact=sender, is_active=True).first() if sender else None
    if user is None or not user.memberships.filter(contract=contract).exists():
        return "unknown_sender", None
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if MailTaken.objects.filter(sender=sender, taken_at__gte=hour).count() > MAX_PER_HOUR:
        return "too_many", None
    text, files = body_of(mail)
    subject = str(mail.get("Subject", "")).strip()
    found = _TOKEN.search(subject)
    if found:
        return _reply(contract, user, found, text, files)
    return _report(contract, user, subject, text, files)


def _reply(
    contract: Contract, user: User, found: re.Match[str], text: str, files: list[InMemoryUploadedFile]
) -> tuple[str, Ticket | None]:
    actor = actor_for(user)
    rows = Ticket.objects.filter(contract=contract, number=found[1]).filter(
        policies.visible_tickets(actor, contract.pk)
    )
    ticket = rows.select_related("contract", "item").first()
    if ticket is None or not hmac.compare_digest(subject_token(ticket).encode(), found[0].encode()):
        return "wrong_token", None
    add_note(actor=actor, ticket=ticket, note=_own_words(text) or "（无正文）", files=files)
    return "note", ticket


def _report(
    contract: Contract, user: User, subject: str, text: str, files: list[InMemoryUploadedFile]
) -> tuple[str, Ticket | None]:
    actor = actor_for(user)
    items = list(items_for(actor, contract))
    item = _item(items, subject)
    if item is None:
        return "which_item", None
    levels = severities_of(item)
    ticket = report_ticket(
        actor=actor,
        item=item,
        title=subject[:120] or "邮件报修",
        description=text,
        severity=levels[-1].word if levels else "",
        reporter=user,
        contact_phone=user.phone,
        source=Ticket.Source.MAIL,
        files=files,
    )
    return "reported", ticket


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


def body_of(mail: EmailMessage) -> tuple[str, list[InMemoryUploadedFile]]:
    """The words of a mail as plain text, and those attachments whose content is allowed."""
    text, files = "", []
    for number, part in enumerate(mail.walk()):
        if number > MAX_PARTS:
            break
        if part.is_multipart():
            continue
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            held = _file(part, name or "附件") if len(files) < MAX_FILES else None
            files += [held] if held else []
        elif not text and part.get_content_type() == "text/plain":
            text = _decoded(part)
        elif not text and part.get_content_type() == "text/html":
            text = re.sub(
                r"\s*\n\s*", "\n", re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", _decoded(part), flags=re.S)
            )
    return text.strip()[:20_000], files


def _decoded(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset() or "utf-8", "gb18030", "utf-8"):
        try:
            return raw.decode(charset).replace("\x00", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace").replace("\x00", "")


def _file(part: EmailMessage, name: str) -> InMemoryUploadedFile | None:
    raw = part.get_payload(decode=True) or b""
    held = InMemoryUploadedFile(BytesIO(raw), "files", name, part.get_content_type(), len(raw), None)
    try:
        uploads.check(held)
    except DomainError:
        return None
    return held


def _own_words(text: str) -> str:
    """A reply without what it quotes."""
    found = _QUOTED.search(text)
    return (text[: found.start()] if found else text).strip()
