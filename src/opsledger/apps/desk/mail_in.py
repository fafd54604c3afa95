"""Where mail comes from: the desk's mailbox, looked into again and again, and relays of the house by SMTP.

A message counts as taken only when its transaction is through: before that it stays unseen in the mailbox, or with
the relay.  Who dies in between finds it again, and its Message-ID makes it once.
"""

from __future__ import annotations

import imaplib
import logging
import threading
from collections.abc import Sequence

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import close_old_connections

from opsledger.adapters import mail_server
from opsledger.adapters.mailbox import Address, Letter, Mailbox
from opsledger.apps.desk.services.mail import MAX_BYTES, take_mail

log = logging.getLogger("opsledger.mail")
BATCH = 100
# These stay in the mailbox under a flag: a person has to look at them.
_FOR_A_PERSON = frozenset({"too_many", "too_large", "which_item", "which_contract"})


def address() -> Address | None:
    """The mailbox of the settings, or None where none is named."""
    told = settings.IMAP
    return Address(**told) if told["host"] else None


def poll(box: Address | None = None) -> int:
    """Take in what is unseen; returns how many messages.  One that cannot be taken does not stop the others."""
    place = box or address()
    if place is None:
        return 0
    done = 0
    with Mailbox(place) as mailbox:
        for letter in list(mailbox.waiting(BATCH, MAX_BYTES)):
            try:
                _take(mailbox, letter)
                done += 1
            except (OSError, imaplib.IMAP4.abort):
                raise
            except Exception:
                log.exception("message %s stays in the mailbox", letter.uid)
    return done


def _take(mailbox: Mailbox, letter: Letter) -> None:
    size = MAX_BYTES + 1 if letter.cut else None
    taken = take_mail(raw=letter.raw, size=size)
    log.info("mail from %s: %s", taken.sender, taken.outcome)
    odd = taken.outcome in _FOR_A_PERSON or taken.outcome.startswith("refused")
    mailbox.done(letter.uid, flagged=odd)


def watch(stop: threading.Event) -> None:
    """Look into the mailbox until told to stop; a server that cannot be reached is tried again."""
    while not stop.is_set():
        try:
            poll()
        except (OSError, imaplib.IMAP4.error) as error:
            log.warning("the mailbox could not be read: %s", error)
        except Exception:
            log.exception("the mailbox could not be worked off")
        close_old_connections()
        stop.wait(settings.IMAP_POLL_SECONDS)


def receive(raw: bytes, sender: str, recipients: Sequence[str]) -> str:
    """What a relay is told of a message that it brings."""
    taken = take_mail(raw=raw, recipients=recipients, envelope_from=sender)
    log.info("mail from %s: %s", taken.sender, taken.outcome)
    if taken.outcome == "too_many":
        # The relay keeps it and comes again, so nothing may be remembered of this time.
        taken.delete()
        return mail_server.TOO_MANY
    return mail_server.TAKEN


def _receive_apart(raw: bytes, sender: str, recipients: Sequence[str]) -> str:
    """`receive` in a thread of the server, which has a connection of its own to the database."""
    try:
        return receive(raw, sender, recipients)
    finally:
        close_old_connections()


def receiver() -> Controller | None:
    """The SMTP server of the settings, not yet started, or None where none is named."""
    if not settings.SMTP_LISTEN:
        return None
    host, _, port = settings.SMTP_LISTEN.rpartition(":")
    rules = mail_server.Rules(tuple(settings.SMTP_PEERS), settings.MAIL_ADDRESS, MAX_BYTES)
    return mail_server.server(host or "127.0.0.1", int(port), rules, _receive_apart)
