"""What the reader proposes: typed facts, each with the place it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opsledger.reader.blocks import Span

KINDS = ("licences", "sla", "duties", "kpis", "quotas", "deliverables", "staffing", "retention")
"""Kinds of facts in the order of the interchange form."""


def plain(value: Decimal) -> int | float:
    """A Decimal as JSON prints it: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One binding term: kind, fields of the interchange form, its place and the rule that found it.

    `confidence` is between 0 and 1: 0.9 and more where number, unit and verb stand in one clause, less
    where a part was taken from another clause, a heading or a default.
    """

    kind: str
    fields: Mapping[str, Any]
    span: Span
    rule: str
    confidence: float

    def as_fact(self, text: str) -> dict[str, Any]:
        """The fact in the interchange form with its quote and span."""
        return {
            **self.fields,
            "quote": text[self.span.start : self.span.end],
            "span": [self.span.start, self.span.end],
        }
