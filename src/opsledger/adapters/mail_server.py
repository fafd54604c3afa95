"""A small SMTP server for mail that a relay of the house hands on: it relays nothing itself.

It says 250 only when the message has been taken for good; whatever fails is answered with 451, so that the relay
keeps the message and brings it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

log = logging.getLogger("opsledger.mail")

TAKEN = "250 2.0.0 taken"
TOO_MANY = "450 4.2.1 too many messages, try again later"
_LATER = "451 4.3.0 not taken, try again later"
_NO_RELAY = "550 5.7.1 not an address of this desk"
_NOT_A_RELAY = "554 5.7.1 this host may not bring mail here"

Take = Callable[[bytes, str, Sequence[str]], str]
"""What becomes of a message: its bytes, the envelope's sender and recipients → the answer to the relay."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may bring mail, for which address, and how large."""

    peers: Collection[str]
    address: str
    max_bytes: int


class _Handler:
    def __init__(self, rules: Rules, take: Take) -> None:
        self.rules, self.take = rules, take

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if session.peer is None or session.peer[0] not in self.rules.peers:
            return _NOT_A_RELAY
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address, self.rules.address):
            return _NO_RELAY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            return await asyncio.to_thread(self.take, raw, envelope.mail_from or "", envelope.rcpt_tos)
        except Exception:
            log.exception("a message could not be taken in")
            return _LATER


def is_ours(address: str, own: str) -> bool:
    """Whether mail to `address` is for the desk: its address, also with a plus and something after it."""
    name, _, host = address.lower().partition("@")
    own_name, _, own_host = own.lower().partition("@")
    return host == own_host and name.partition("+")[0] == own_name


def server(host: str, port: int, rules: Rules, take: Take) -> Controller:
    """A server in a thread of its own; `start()` and `stop()` it."""
    return Controller(
        _Handler(rules, take),
        hostname=host,
        port=port,
        data_size_limit=rules.max_bytes,
        ident="OpsLedger",
        server_hostname="opsledger",
    )
