"""What a mail says: whether a machine wrote it, who has checked its sender, its own words, its files."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.utils import getaddresses
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile

from opsledger.core.errors import DomainError
from opsledger.kernel import uploads

MAX_FILES = 9
MAX_PARTS = 100
MAX_TEXT = 20_000
_MARKUP = re.compile(r"<(style|script).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(r"^(>|-----|发件人[:：]|From:|在.{4,60}写道[:：])", re.MULTILINE)
_DAEMON = re.compile(r"^(mailer-daemon|postmaster|no-?reply|bounce)", re.IGNORECASE)
_PASSED = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*pass\b([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*@?(?:[^@\s;]*@)?([^\s;]+)")


def is_automatic(mail: EmailMessage, envelope_from: str | None = None) -> bool:
    """Out-of-office answers, bounces, lists and our own mail: answering them makes loops (RFC 3834)."""
    auto = head(mail, "Auto-Submitted").lower() or "no"
    bulk = head(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    empty = head(mail, "Return-Path") == "<>" or envelope_from == ""
    ours = mail.get("X-OpsLedger-Ticket") is not None
    told = any(mail.get(name) is not None for name in ("X-Autoreply", "X-Auto-Response-Suppress", "List-Id"))
    bounce = mail.get_content_type() == "multipart/report"
    sender = next((address for _, address in getaddresses([head(mail, "From")])), "").lower()
    own = bool(sender) and sender == settings.MAIL_ADDRESS.lower()
    return auto != "no" or bulk or empty or ours or told or bounce or own or bool(_DAEMON.match(sender))


def head(mail: EmailMessage, name: str) -> str:
    """A header as text; a broken one is "" rather than an error."""
    try:
        return str(mail.get(name, "")).strip()
    except (ValueError, TypeError, AttributeError, IndexError, LookupError):
        return ""


def recipients_of(mail: EmailMessage) -> list[str]:
    """Every address to which the mail went, as far as it says."""
    told = [head(mail, name) for name in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")]
    return [address.lower() for _, address in getaddresses(told) if address]


def is_checked(mail: EmailMessage, sender: str) -> bool:
    """Whether the house's own mail gate says that the sender's domain is the sender's (RFC 8601).

    Only the topmost result of the gate named in the settings counts: it writes its own above whatever came with
    the mail.  DMARC passes by itself; DKIM or SPF must have passed for the domain of the sender.
    """
    gate = settings.MAIL_AUTHSERV.lower()
    if not gate:
        return False
    domain = sender.rpartition("@")[2]
    for told in mail.get_all("Authentication-Results", []):
        words = " ".join(str(told).split())
        if words.partition(";")[0].split(" ")[0].lower() != gate:
            continue
        for found in _PASSED.finditer(words):
            named = {name.lower() for name in _DOMAIN.findall(found[2])}
            if domain in named:
                return True
        return False
    return False


def body_of(mail: EmailMessage) -> tuple[str, list[InMemoryUploadedFile], str]:
    """The words of a mail as plain text, those attachments whose content is allowed, and a line on the others."""
    text, files, dropped = "", [], []
    for number, part in enumerate(mail.walk()):
        if number > MAX_PARTS:
            break
        if part.is_multipart():
            continue
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            held = _file(part, name or "附件") if len(files) < MAX_FILES else None
            if held:
                files.append(held)
            else:
                dropped.append(name or "附件")
        elif not text and part.get_content_type() == "text/plain":
            text = _decoded(part)
        elif not text and part.get_content_type() == "text/html":
            text = re.sub(r"\s*\n\s*", "\n", _MARKUP.sub(" ", _decoded(part)))
    line = f"（未收下的附件：{'、'.join(dropped[:20])}；类型不允许、过大或数量过多）" if dropped else ""
    return text.strip()[:MAX_TEXT], files, line


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


def own_words(text: str) -> str:
    """A reply without what it quotes."""
    found = _QUOTED.search(text)
    return (text[: found.start()] if found else text).strip()
