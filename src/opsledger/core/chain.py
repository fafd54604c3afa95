"""The tamper-evident chain under the ledger: hash links over canonical JSON, and their check.

What is hashed is fixed here, byte by byte, so that an auditor can check a ledger with nothing but a JSON
reader and ``openssl dgst``::

    genesis = H("opsledger.genesis.1\\n" + algorithm + "\\n" + canonical(key))
    hash    = H("opsledger.entry.1\\n" + algorithm + "\\n" + previous hash in hex + "\\n" + canonical(body))

A chain alone cannot show that its tail was cut off; keep the `Head` (or a root of `merkle`) elsewhere and
give it to `verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from opsledger.core.canonical import canonical as canonical
from opsledger.core.errors import DomainError

ALGORITHMS = ("sm3", "sha256")
"""Known by name, the preferred one first: SM3 is GB/T 32905-2016, SHA-256 is FIPS 180-4 (both 32 bytes)."""

_HEX = frozenset("0123456789abcdef")


class Head(NamedTuple):
    """The last entry reached: its sequence (0 before the first entry) and its hash in lower-case hex."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Genesis:
    """The start of the chain named `key`; its hash is made with the algorithm of the first entry."""

    key: str

    def head(self, algorithm: str) -> Head:
        """Sequence 0 and the hash that the first entry must name as its previous one."""
        _require(algorithm)
        text = f"opsledger.genesis.1\n{algorithm}\n".encode() + canonical(self.key)
        return Head(0, digest(algorithm, text).hex())


GENESIS = Genesis("")
"""The start of a chain without a key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link as stored: position from 1 without gaps, body, and the two hashes with their algorithm."""

    sequence: int
    previous_hash: str
    body: Mapping[str, object]
    algorithm: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken place: the position in the chain, the reason as an error code, and what was seen."""

    sequence: int
    code: str
    expected: str
    found: str

    def error(self) -> DomainError:
        """The break as an error with a sentence for people."""
        return DomainError(self.code, sequence=self.sequence, expected=self.expected, found=self.found)


@dataclass(frozen=True, slots=True)
class Verification:
    """How far the chain holds: entries found whole, the last whole one, and the first break if any."""

    checked: int
    head: Head | None
    broken: Break | None

    @property
    def whole(self) -> bool:
        """True when no break was found."""
        return self.broken is None


@cache
def available(algorithm: str) -> bool:
    """Whether `algorithm` is known here and this machine's OpenSSL computes it."""
    if algorithm not in ALGORITHMS:
        return False
    try:
        hashlib.new(algorithm)
    except ValueError:
        return False
    return True


def best_algorithm() -> str:
    """The name to store with new entries: ``sm3`` where OpenSSL offers it, else ``sha256``."""
    return next(name for name in ALGORITHMS if available(name))


def genesis(key: str, algorithm: str) -> Head:
    """Where the chain named `key` begins: sequence 0 and a hash that no other key has.

    An entry carried over from another contract's chain therefore never fits.
    """
    return Genesis(key).head(algorithm)


def link(previous_hash: str, entry_body: Mapping[str, object], algorithm: str) -> str:
    """The hash, in lower-case hex, of `entry_body` standing after `previous_hash`.

    Raises ``chain.unknown_algorithm``, ``chain.algorithm_unavailable``, ``chain.bad_hash`` and what
    `canonical` raises.
    """
    _require(algorithm)
    unhex(previous_hash)
    text = f"opsledger.entry.1\n{algorithm}\n{previous_hash}\n".encode() + canonical(entry_body)
    return digest(algorithm, text).hex()


def append(head: Head, body: Mapping[str, object], algorithm: str) -> Entry:
    """The entry that carries `body` after `head`."""
    return Entry(head.sequence + 1, head.hash, body, algorithm, link(head.hash, body, algorithm))


def verify(
    entries: Iterable[Entry], start: Head | Genesis = GENESIS, end: Head | None = None
) -> Verification:
    """Check `entries`, in their stored order, from `start`; stop at the first break and name it.

    Holds one entry at a time, so a million of them need no memory.  `start` is the chain's `Genesis`, or a
    trusted `Head` to go on from.  With `end`, the head kept elsewhere, a cut or lengthened tail is found too.
    Codes: ``chain.gap``, ``chain.unknown_algorithm``, ``chain.algorithm_unavailable``,
    ``chain.link_broken``, ``chain.body_changed``, ``chain.tail_differs``.
    """
    head = start if isinstance(start, Head) else None
    if head is not None:
        unhex(head.hash)
    checked = 0
    for entry in entries:
        before = head or _first(start, entry.algorithm)
        broken = _break_at(before, entry)
        if broken is not None:
            return Verification(checked, head, broken)
        head = Head(entry.sequence, entry.hash)
        checked += 1
    return Verification(checked, head, _break_of_tail(head, end))


def _break_of_tail(head: Head | None, end: Head | None) -> Break | None:
    if end is None or head == end or (head is None and end.sequence == 0):
        return None
    reached = head or Head(0, "")
    # The first entry missing, or the first too many; or the last one where only the hash is another.
    at = end.sequence if reached.sequence == end.sequence else min(end.sequence, reached.sequence) + 1
    return Break(at, "chain.tail_differs", _name(end), _name(reached))


def _first(start: Head | Genesis, algorithm: str) -> Head:
    if isinstance(start, Head):
        return start
    # Without the algorithm there is no genesis hash; `_break_at` reports that before it looks at the hash.
    return start.head(algorithm) if available(algorithm) else Head(0, "")


def _break_at(before: Head, entry: Entry) -> Break | None:
    due = before.sequence + 1
    if entry.sequence != due:
        return Break(due, "chain.gap", str(due), str(entry.sequence))
    if not available(entry.algorithm):
        return Break(due, _why_not(entry.algorithm), "/".join(ALGORITHMS), entry.algorithm)
    if entry.previous_hash != before.hash:
        return Break(due, "chain.link_broken", before.hash, entry.previous_hash)
    try:
        hashed = link(before.hash, entry.body, entry.algorithm)
    except DomainError as error:  # what could never have been written was put there afterwards
        return Break(due, "chain.body_changed", entry.hash, error.code)
    if hashed != entry.hash:
        return Break(due, "chain.body_changed", entry.hash, hashed)
    return None


def _name(head: Head) -> str:
    return f"{head.sequence}:{head.hash}"


def digest(algorithm: str, text: bytes) -> bytes:
    """The 32-byte hash of `text`, or ``chain.unknown_algorithm`` or ``chain.algorithm_unavailable``."""
    _require(algorithm)
    return hashlib.new(algorithm, text).digest()


def _require(algorithm: str) -> None:
    if not available(algorithm):
        raise DomainError(_why_not(algorithm), expected="/".join(ALGORITHMS), found=algorithm)


def _why_not(algorithm: str) -> str:
    return "chain.algorithm_unavailable" if algorithm in ALGORITHMS else "chain.unknown_algorithm"


def unhex(text: str) -> bytes:
    """The 32 bytes of a hash in lower-case hex; anything else is ``chain.bad_hash``."""
    if len(text) != 64 or not _HEX.issuperset(text):
        raise DomainError("chain.bad_hash", found=text[:80])
    return bytes.fromhex(text)
