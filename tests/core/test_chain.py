"""The hash chain: known answers, and that no single change anywhere goes unseen."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core import chain
from opsledger.core.canonical import canonical
from opsledger.core.chain import GENESIS, Entry, Genesis, Head, append, genesis, link, verify
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

KEY = Genesis("contract:anyang-2026")
bodies = st.dictionaries(
    st.sampled_from(["verb", "actor", "note", "minutes"]),
    st.one_of(st.integers(0, 99), st.text("派单接到场", max_size=3), st.booleans()),
    max_size=3,
)
algorithms = st.sampled_from([name for name in chain.ALGORITHMS if chain.available(name)])


def built(written: list[tuple[Mapping[str, object], str]], start: Genesis = KEY) -> list[Entry]:
    entries: list[Entry] = []
    for body, algorithm in written:
        head = Head(entries[-1].sequence, entries[-1].hash) if entries else start.head(algorithm)
        entries.append(append(head, body, algorithm))
    return entries


chains = st.lists(st.tuples(bodies, algorithms), min_size=1, max_size=6).map(built)


def told(code: str, facts: Mapping[str, object]) -> str:
    return SENTENCES[code].format(**facts)


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].sequence, entries[-1].hash)


def test_the_hash_is_made_as_the_module_says() -> None:
    start = hashlib.sha256(b'opsledger.genesis.1\nsha256\n"k"').hexdigest()
    assert genesis("k", "sha256") == Head(0, start)
    body = {"verb": "resolve", "at": 1}
    by_hand = f'opsledger.entry.1\nsha256\n{start}\n{{"at":1,"verb":"resolve"}}'
    assert link(start, body, "sha256") == hashlib.sha256(by_hand.encode()).hexdigest()


@pytest.mark.skipif(not chain.available("sm3"), reason="this OpenSSL has no SM3")
def test_sm3_is_the_standards_sm3() -> None:
    # GB/T 32905-2016 appendix A.1: the message "abc"
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert chain.digest("sm3", b"abc").hex() == expected
    assert chain.best_algorithm() == "sm3"


def test_without_sm3_the_best_is_sha256(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "available", lambda name: name == "sha256")
    assert chain.best_algorithm() == "sha256"
    told_break = verify(built_sm3_shell(), KEY).broken
    assert told_break is not None
    assert told_break.code == "chain.algorithm_unavailable"


def built_sm3_shell() -> list[Entry]:
    return [Entry(1, "0" * 64, {}, "sm3", "0" * 64)]


@given(chains)
def test_an_untouched_chain_is_whole(entries: list[Entry]) -> None:
    result = verify(iter(entries), KEY, head_of(entries))
    assert (result.whole, result.checked, result.head) == (True, len(entries), head_of(entries))


@given(chains, st.data())
def test_it_can_be_verified_in_two_parts(entries: list[Entry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(entries)))
    first = verify(entries[:cut], KEY)
    assert first.head is not None
    assert verify(entries[cut:], first.head, head_of(entries)).whole


@given(chains, st.data())
def test_any_change_of_any_field_is_found_at_its_place(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[at]
    field = data.draw(st.sampled_from([field.name for field in dataclasses.fields(Entry)]))
    value: object
    if field == "sequence":
        value = data.draw(st.integers(-1, 9).filter(lambda other: other != entry.sequence))
    elif field == "body":
        value = data.draw(bodies.filter(lambda other: canonical(other) != canonical(entry.body)))
    elif field == "algorithm":
        value = data.draw(st.sampled_from(["sm3", "sha256", "md5", ""]).filter(entry.algorithm.__ne__))
    else:
        digits = list(getattr(entry, field))
        place = data.draw(st.integers(0, 63))
        digits[place] = data.draw(st.sampled_from("0123456789abcdefAg").filter(digits[place].__ne__))
        value = "".join(digits)
    changed = [*entries[:at], dataclasses.replace(entry, **{field: value}), *entries[at + 1 :]]
    broken = verify(changed, KEY, head_of(entries)).broken
    assert broken is not None
    assert broken.sequence == entry.sequence
    assert told(broken.code, broken.error().facts)


@given(chains, st.data())
def test_removal_is_found(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    broken = verify(entries[:at] + entries[at + 1 :], KEY, head_of(entries)).broken
    assert broken is not None
    assert broken.sequence == at + 1


@given(chains.filter(lambda entries: len(entries) > 1), st.data())
def test_a_swap_is_found_also_when_renumbered(entries: list[Entry], data: st.DataObject) -> None:
    one, two = sorted(data.draw(st.sets(st.integers(0, len(entries) - 1), min_size=2, max_size=2)))
    swapped = list(entries)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    found = verify(swapped, KEY).broken
    assert found is not None
    assert (found.sequence, found.code) == (one + 1, "chain.gap")
    renumbered = [dataclasses.replace(entry, sequence=n) for n, entry in enumerate(swapped, 1)]
    found = verify(renumbered, KEY).broken
    assert found is not None
    assert (found.sequence, found.code) == (one + 1, "chain.link_broken")


@given(chains, bodies, st.data())
def test_insertion_is_found(entries: list[Entry], body: dict[str, object], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries)))
    algorithm = entries[0].algorithm
    before = head_of(entries[:at]) if at else KEY.head(algorithm)
    forged = [*entries[:at], append(before, body, algorithm), *entries[at:]]
    found = verify(forged, KEY, head_of(entries)).broken
    assert found is not None
    # A forgery that repeats what stood there is the true entry twice; either way the place is named.
    assert found.sequence in (at + 1, at + 2)
    # Renumbering what follows does not help: its links still name the old neighbour.
    renumbered = [dataclasses.replace(entry, sequence=n) for n, entry in enumerate(forged, 1)]
    assert not verify(renumbered, KEY, head_of(entries)).whole


@given(chains)
def test_a_chain_does_not_pass_for_another_contracts(entries: list[Entry]) -> None:
    broken = verify(entries, Genesis("contract:other")).broken
    assert broken is not None
    assert (broken.sequence, broken.code) == (1, "chain.link_broken")


def test_a_body_that_could_not_have_been_written_counts_as_changed() -> None:
    entry = built([({"minutes": 5}, "sha256")])[0]
    smuggled = dataclasses.replace(entry, body={"minutes": 5.0})
    broken = verify([smuggled], KEY).broken
    assert broken is not None
    assert (broken.code, broken.found) == ("chain.body_changed", "chain.float")


def test_an_empty_chain_is_whole_unless_something_was_due() -> None:
    assert verify([]).whole
    assert verify([], KEY, KEY.head("sha256")).whole
    broken = verify([], GENESIS, Head(3, "a" * 64)).broken
    assert broken is not None
    assert (broken.sequence, broken.code) == (1, "chain.tail_differs")


def test_the_first_of_several_breaks_is_named_and_the_rest_is_not_read() -> None:
    entries = built([({"n": n}, "sha256") for n in range(5)])
    entries[2] = dataclasses.replace(entries[2], body={"n": 7})
    entries[4] = dataclasses.replace(entries[4], body={"n": 7})
    stream = iter(entries)
    result = verify(stream, KEY)
    assert result.broken is not None
    assert (result.checked, result.broken.sequence) == (2, 3)
    assert len(list(stream)) == 2


@pytest.mark.parametrize(
    ("previous", "algorithm", "code"),
    [
        ("a" * 63, "sha256", "chain.bad_hash"),
        ("A" * 64, "sha256", "chain.bad_hash"),
        ("٣" * 64, "sha256", "chain.bad_hash"),
        ("a" * 64, "md5", "chain.unknown_algorithm"),
        ("a" * 64, "\ud800", "chain.unknown_algorithm"),
    ],
)
def test_bad_links_are_refused(previous: str, algorithm: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        link(previous, {}, algorithm)
    assert refused.value.code == code
    assert told(code, refused.value.facts)
