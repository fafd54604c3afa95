"""Merkle roots over a range of the chain: one short value to sign or print, and proofs that fit on a page.

The tree is that of RFC 6962 section 2.1 (kept in RFC 9162), with the leaf data being the 32 bytes of an
entry's hash: ``leaf = H(0x00 + hash)``, ``node = H(0x01 + left + right)``, and a lone node at the end of a
row moves up unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsledger.core.chain import digest, unhex
from opsledger.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Proof:
    """That one entry stands at `index` (from 0) among `size`: its neighbours' hashes, leaf to root, hex."""

    index: int
    size: int
    algorithm: str
    path: tuple[str, ...]


def merkle_root(hashes: Iterable[str], algorithm: str) -> str:
    """The root, in lower-case hex, over the entry hashes of a range in their order.

    Streams: it keeps one node per level.  A range without entries has no root (``chain.empty_range``).
    """
    peaks: list[tuple[int, bytes]] = []  # (height, node), heights strictly falling
    for entry_hash in hashes:
        height, node = 0, _leaf(entry_hash, algorithm)
        while peaks and peaks[-1][0] == height:
            node = _node(peaks.pop()[1], node, algorithm)
            height += 1
        peaks.append((height, node))
    if not peaks:
        raise DomainError("chain.empty_range")
    node = peaks.pop()[1]
    while peaks:
        node = _node(peaks.pop()[1], node, algorithm)
    return node.hex()


def inclusion_proof(hashes: Sequence[str], index: int, algorithm: str) -> Proof:
    """The proof that ``hashes[index]`` belongs to the range whose root `merkle_root` gives.

    Raises ``chain.empty_range`` and ``chain.not_in_range``.
    """
    if not hashes:
        raise DomainError("chain.empty_range")
    if not 0 <= index < len(hashes):
        raise DomainError("chain.not_in_range", index=index, size=len(hashes))
    row = [_leaf(entry_hash, algorithm) for entry_hash in hashes]
    path: list[str] = []
    at = index
    while len(row) > 1:
        beside = at ^ 1
        if beside < len(row):
            path.append(row[beside].hex())
        paired = [_node(row[i], row[i + 1], algorithm) for i in range(0, len(row) - 1, 2)]
        row = paired + row[len(paired) * 2 :]
        at //= 2
    return Proof(index, len(hashes), algorithm, tuple(path))


def proof_holds(entry_hash: str, proof: Proof, root: str) -> bool:
    """Whether `proof` leads from `entry_hash` to `root` (RFC 9162 section 2.1.3.2).

    False for any other entry, position, size, path or root; malformed hashes raise ``chain.bad_hash``.
    """
    at, last = proof.index, proof.size - 1
    if not 0 <= at <= last:
        return False
    node = _leaf(entry_hash, proof.algorithm)
    steps = iter(proof.path)
    while last:
        if at % 2 or at < last:  # a lone node at the end of a row has no neighbour
            step = next(steps, None)
            if step is None:
                return False
            pair = (unhex(step), node) if at % 2 else (node, unhex(step))
            node = _node(*pair, proof.algorithm)
        at, last = at // 2, last // 2
    return next(steps, None) is None and node.hex() == root


def _leaf(entry_hash: str, algorithm: str) -> bytes:
    return digest(algorithm, b"\0" + unhex(entry_hash))


def _node(left: bytes, right: bytes, algorithm: str) -> bytes:
    return digest(algorithm, b"\1" + left + right)
