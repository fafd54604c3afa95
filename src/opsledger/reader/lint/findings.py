"""What the lint of a contract says: a finding, its clauses side by side, and what to agree on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opsledger.reader.blocks import Span
from opsledger.reader.proposals import Proposal
from opsledger.reader.reading import Item, Reading

SEVERITIES = ("high", "medium", "low")
"""high: the clauses exclude each other; medium: a figure cannot be computed; low: a habit that leads to quarrels."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One passage that a finding is about: item number, place in the normalised text, and its words."""

    no: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of a future quarrel.

    `kind` is stable (see `lint.KINDS`); `sentence` says in Chinese what is wrong, `what_to_agree` what the
    parties should write down.
    """

    kind: str
    severity: str
    clauses: tuple[Clause, ...]
    sentence: str
    what_to_agree: str

    def as_json(self) -> dict[str, Any]:
        """The finding for the command line and the review screen."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "sentence": self.sentence,
            "what_to_agree": self.what_to_agree,
            "clauses": [
                {"no": c.no, "span": [c.span.start, c.span.end], "quote": c.quote} for c in self.clauses
            ],
        }


def of_facts(reading: Reading, item: Item, facts: Iterable[Proposal]) -> tuple[Clause, ...]:
    """The passages of an item's facts, each once, in order."""
    spans = dict.fromkeys(fact.span for fact in facts)
    return tuple(of_span(reading, item.no, span) for span in sorted(spans, key=lambda s: s.start))


def of_span(reading: Reading, no: str, span: Span) -> Clause:
    return Clause(no, span, reading.text[span.start : span.end])


def of_name(reading: Reading, item: Item) -> Clause:
    """The item's heading, where the finding is about what it lacks."""
    start = reading.text.find(item.name, item.span.start, item.span.end)
    start = item.span.start if start < 0 else start
    return Clause(item.no, Span(start, start + len(item.name)), item.name)
