"""What the layout rules hand on: one segment of text per service item."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsledger.reader.blocks import Block, Span


@dataclass(slots=True)
class Segment:
    """One service item's place in the document: its heading and the blocks that belong to it."""

    no: str
    name: str
    name_span: Span
    section: str = ""
    unit: str | None = None
    period_span: Span | None = None
    common: bool = False
    blocks: list[Block] = field(default_factory=list)
