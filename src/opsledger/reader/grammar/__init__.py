"""The grammar of service contracts: the blocks of one item become proposals of every kind."""

from __future__ import annotations

from collections.abc import Iterator

from opsledger.reader.blocks import Block
from opsledger.reader.grammar import (
    duties,
    kpis,
    level_tables,
    licences,
    quotas,
    retention,
    staffing,
    windows,
)
from opsledger.reader.grammar.deliverables import DeliverableReader
from opsledger.reader.grammar.sentences import Sentence, heading_of, sentences
from opsledger.reader.grammar.sla import SlaReader
from opsledger.reader.proposals import Proposal

__all__ = ["read_item"]


def read_item(key: str, blocks: list[Block], title: str) -> tuple[list[Proposal], list[str]]:
    """All proposals of one item in order of place, without repetitions, and its service windows."""
    facts, used = level_tables.read(key, blocks)
    sla, documents = SlaReader(key), DeliverableReader(key)
    found_windows: list[str] = []
    heading = title
    for block in blocks:
        found_windows += [name for name, _ in windows.read(key, block.start, block.end)]
        for sentence in sentences(key, block, heading):
            if block.start not in used:
                facts += sla.read(sentence, block)
            facts += _others(sentence, title)
            facts += documents.read(sentence, block)
        heading = heading_of(key[block.start : block.end]) or heading
    return list(_once(key, facts)), list(dict.fromkeys(found_windows))


def _others(sentence: Sentence, title: str) -> Iterator[Proposal]:
    yield from duties.read(sentence)
    yield from kpis.read(sentence)
    yield from quotas.read(sentence, title)
    yield from staffing.read(sentence)
    yield from retention.read(sentence)
    yield from licences.read(sentence, title)


def _once(key: str, facts: list[Proposal]) -> Iterator[Proposal]:
    """Drop what is said twice: the same limit, or one duty from two words of one clause."""
    seen: set[tuple[object, ...]] = set()
    amounts: dict[tuple[object, ...], int] = {}
    for fact in sorted(facts, key=lambda f: (f.span.start, f.span.end)):
        f = fact.fields
        marks: list[tuple[object, ...]] = []
        line = key.rfind("\n", 0, fact.span.start)
        if fact.kind == "sla":
            marks = [
                ("sla", line, f["metric"], f["value"], f["unit"], f["clock"], s) for s in (f["severity"], "*")
            ]
            if marks[0] in seen or (f["severity"] is None and marks[-1] in seen):
                continue
        elif fact.kind == "duties" and f["count"] is not None:
            same = (f["activity"], f["count"], f["period"], f["every"])
            marks = [("duties", fact.span.end, *same), ("duties", line, *same)]
            if marks[1] in seen and f["period"] == "term":
                continue
        elif fact.kind == "quotas":
            mark = ("quotas", f["what"], f["op"], f["value"], f["unit"])
            if amounts.setdefault(mark, line) != line:
                continue
        elif fact.kind == "staffing":
            # The same people told of in two blocks are one demand; two in one block are two.
            people = ("staffing", f["min"], f["role"])
            if amounts.setdefault(people, line) != line:
                continue
        elif fact.kind in ("kpis", "retention"):
            marks = [(fact.kind, *sorted((k, str(v)) for k, v in f.items()))]
        if fact.kind != "sla" and marks and marks[0] in seen:
            continue
        seen.update(marks)
        yield fact
