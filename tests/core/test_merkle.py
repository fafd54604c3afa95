"""Merkle roots against the recursive definition of RFC 6962, and proofs that prove nothing else."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.errors import DomainError
from opsledger.core.merkle import inclusion_proof, merkle_root, proof_holds
from opsledger.core.sentences import SENTENCES


def hashes_of(size: int) -> list[str]:
    return [hashlib.sha256(str(n).encode()).hexdigest() for n in range(size)]


def by_definition(hashes: list[str]) -> bytes:
    """RFC 6962 section 2.1, word for word: split at the largest power of two smaller than n."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + by_definition(hashes[:half]) + by_definition(hashes[half:])).digest()


@pytest.mark.parametrize("size", range(1, 34))
def test_root_is_the_definitions_and_every_proof_holds(size: int) -> None:
    hashes = hashes_of(size)
    root = merkle_root(iter(hashes), "sha256")
    assert root == by_definition(hashes).hex()
    for index, entry_hash in enumerate(hashes):
        assert proof_holds(entry_hash, inclusion_proof(hashes, index, "sha256"), root)


@given(st.integers(2, 40), st.data())
def test_a_proof_holds_for_its_own_entry_place_and_path_only(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(index.__ne__))
    root, proof = merkle_root(hashes, "sha256"), inclusion_proof(hashes, index, "sha256")
    assert not proof_holds(hashes[other], proof, root)
    assert not proof_holds(hashes[index], proof, hashes[0])
    assert not proof_holds(hashes[index], dataclasses.replace(proof, path=proof.path[:-1]), root)
    longer = dataclasses.replace(proof, path=(*proof.path, hashes[other]))
    assert not proof_holds(hashes[index], longer, root)
    assert not proof_holds(hashes[index], dataclasses.replace(proof, index=size), root)
    swapped = data.draw(st.integers(0, len(proof.path) - 1))
    path = [*proof.path[:swapped], hashes[other], *proof.path[swapped + 1 :]]
    assert not proof_holds(hashes[index], dataclasses.replace(proof, path=tuple(path)), root)


@pytest.mark.parametrize(("size", "index", "code"), [(0, 0, "empty_range"), (3, 3, "not_in_range")])
def test_what_is_not_there_has_no_proof(size: int, index: int, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        inclusion_proof(hashes_of(size), index, "sha256")
    assert refused.value.code == f"chain.{code}"
    assert SENTENCES[refused.value.code].format(**refused.value.facts)


def test_an_empty_range_has_no_root() -> None:
    with pytest.raises(DomainError, match=r"chain\.empty_range"):
        merkle_root([], "sha256")
