"""A mailbox on an IMAP server (RFC 3501): what is unseen is read without being touched, and marked when it was taken.

A message stays unseen until `done` is called for it, so that whoever dies in between finds it again.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType

TIMEOUT_SECONDS = 30
_PORTS = {"ssl": 993, "starttls": 143, "none": 143}
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mailbox is.  `tls` is ``ssl``, ``starttls`` or ``none``; `port` 0 is the usual one."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 0
    folder: str = "INBOX"
    done_folder: str = ""
    tls: str = "ssl"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: `raw` is whole, or its head alone where it is larger than asked (`cut`)."""

    uid: str
    raw: bytes
    cut: bool


class Mailbox:
    """An open mailbox; use it in a `with`.  Errors: `OSError`, `imaplib.IMAP4.error`."""

    def __init__(self, address: Address) -> None:
        if address.tls not in _PORTS:
            raise ValueError(f"IMAP_TLS must be one of {', '.join(_PORTS)}")
        self.address = address

    def __enter__(self) -> Mailbox:
        told = self.address
        port = told.port or _PORTS[told.tls]
        self._line: imaplib.IMAP4
        if told.tls == "ssl":
            self._line = imaplib.IMAP4_SSL(
                told.host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS
            )
        else:
            self._line = imaplib.IMAP4(told.host, port, timeout=TIMEOUT_SECONDS)
        try:
            if told.tls == "starttls":
                self._line.starttls(ssl.create_default_context())
            self._line.login(told.user, told.password)
            _good(self._line.select(_quoted(told.folder)))
        except BaseException:
            self._line.shutdown()
            raise
        # Some servers tell what they can only after the login.
        kinds, found = self._line.capability()
        self._can = b" ".join(found).upper().split() if kinds == "OK" else []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._line.logout()
        except (OSError, imaplib.IMAP4.error):
            self._line.shutdown()

    def waiting(self, limit: int, max_bytes: int) -> Iterator[Letter]:
        """Up to `limit` unseen messages, the oldest first."""
        found = _good(self._line.uid("SEARCH", "UNSEEN"))
        uids = found[0].split() if found and found[0] else []
        for uid in uids[:limit]:
            name = uid.decode()
            size = _SIZE.search(_flat(_good(self._line.uid("FETCH", name, "(RFC822.SIZE)"))))
            cut = size is not None and int(size[1]) > max_bytes
            part = "BODY.PEEK[HEADER]" if cut else "BODY.PEEK[]"
            raw = _literal(_good(self._line.uid("FETCH", name, f"({part})")))
            if raw is not None:
                yield Letter(name, raw, cut)

    def done(self, uid: str, *, flagged: bool = False) -> None:
        """Mark as seen, or move where the address says so; what is `flagged` stays and waits for a person."""
        flags = "(\\Seen \\Flagged)" if flagged else "(\\Seen)"
        _good(self._line.uid("STORE", uid, "+FLAGS.SILENT", flags))
        place = self.address.done_folder
        if not place or flagged:
            return
        if b"MOVE" in self._can:
            _good(self._line.uid("MOVE", uid, _quoted(place)))
            return
        _good(self._line.uid("COPY", uid, _quoted(place)))
        _good(self._line.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
        if b"UIDPLUS" in self._can:
            _good(self._line.uid("EXPUNGE", uid))


def _good(answer: tuple[str, list[bytes | tuple[bytes, bytes] | None]]) -> list[bytes]:
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind} {told!r:.200}")
    return told  # type: ignore[return-value]


def _flat(told: list[bytes]) -> bytes:
    parts = [part for one in told for part in (one if isinstance(one, tuple) else (one,))]
    return b" ".join(part for part in parts if isinstance(part, bytes))


def _literal(told: list[bytes]) -> bytes | None:
    return next((one[1] for one in told if isinstance(one, tuple)), None)


def _quoted(name: str) -> str:
    """A folder's name as the protocol writes it: modified UTF-7 (RFC 3501 5.1.3), in quotes."""
    found = ""
    for part in re.split(r"([^\x20-\x7e]+)", name):
        if part and not part.isascii():
            code = base64.b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            found += f"&{code}-"
        else:
            found += part.replace("&", "&-")
    safe = found.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
