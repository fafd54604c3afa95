"""The result of reading a document: text, blocks, items and what was proposed for each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from opsledger.reader import layout
from opsledger.reader.blocks import Block, Span, cut
from opsledger.reader.grammar import read_item
from opsledger.reader.grammar.dates import periods
from opsledger.reader.normalise import Text, normalise
from opsledger.reader.proposals import KINDS, Proposal


@dataclass(frozen=True, slots=True)
class Item:
    """One service item with its proposals; `common` items hold for all others."""

    no: str
    name: str
    section: str
    unit: str | None
    period: dict[str, str] | None
    windows: list[str]
    common: bool
    span: Span
    proposals: list[Proposal]

    def as_json(self, doc: str, text: str) -> dict[str, Any]:
        """The item in the interchange form."""
        whole: dict[str, Any] = {
            "doc": doc,
            "section": self.section,
            "no": self.no,
            "name": self.name,
            "unit": self.unit,
            "period": self.period,
            "windows": self.windows,
        }
        for kind in KINDS:
            whole[kind] = [p.as_fact(text) for p in self.proposals if p.kind == kind]
        return whole


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read; `text` is what spans point into, `warnings` are codes of this room's sentences."""

    name: str
    normalised: Text
    blocks: list[Block]
    items: list[Item]
    warnings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normalised.text

    def to_jsonl(self) -> str:
        """One JSON object per item and line, UTF-8, in the interchange form plus spans."""
        lines = [json.dumps(item.as_json(self.name, self.text), ensure_ascii=False) for item in self.items]
        return "".join(line + "\n" for line in lines)


def read_text(source: str, name: str) -> Reading:
    """Read a document that is already text; linear in its length."""
    normalised = normalise(source)
    blocks = cut(normalised)
    items = [_item(normalised, segment) for segment in layout.segments(normalised.key, blocks, name)]
    items = [item for item in items if not item.common or item.proposals or item.windows]
    warnings = [] if any(item.proposals for item in items) else ["reader.nothing_found"]
    return Reading(name, normalised, blocks, items, warnings)


def _item(text: Text, segment: layout.Segment) -> Item:
    proposals, windows = read_item(text.key, segment.blocks, segment.name)
    proposals = [_as_printed(text, proposal) for proposal in proposals]
    name = text.text[segment.name_span.start : segment.name_span.end] or segment.name
    dated = segment.period_span and periods(text.key, segment.period_span.start, segment.period_span.end)
    start = min([segment.name_span.start, *(b.start for b in segment.blocks)])
    end = max([segment.name_span.end, *(b.end for b in segment.blocks)])
    return Item(
        no=segment.no,
        name=re.sub(r"\s*\n\s*", "", name).strip(),
        section=segment.section,
        unit=segment.unit,
        period=dated[0].as_json() if dated else None,
        windows=windows,
        common=segment.common,
        span=Span(start, end),
        proposals=proposals,
    )


_REACH = 400
_WORDS = ("name", "severity", "what", "product", "role")


def _as_printed(text: Text, proposal: Proposal) -> Proposal:
    """Words of a fact were found in the folded text; give them back as the document prints them."""
    fields = dict(proposal.fields)
    for field_name in _WORDS:
        words = str(fields.get(field_name) or "")
        if not words or text.key is text.text:
            continue
        at = text.key.find(words, proposal.span.start, proposal.span.end)
        if at < 0:
            # The case a limit holds for is often named in an earlier clause.
            at = text.key.rfind(words, max(0, proposal.span.start - _REACH), proposal.span.end)
        if at >= 0:
            fields[field_name] = text.text[at : at + len(words)]
    return replace(proposal, fields=fields)
