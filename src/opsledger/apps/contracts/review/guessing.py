"""What a selected stretch of text probably says: a start for the form, never more."""

from __future__ import annotations

from typing import Any

from opsledger.apps.contracts.review.conversion import term_data
from opsledger.core.errors import DomainError
from opsledger.reader import read_text


def guess(quote: str) -> tuple[str, dict[str, Any]]:
    """Kind and data of the surest fact that the reader finds in `quote`; a limit without facts if none."""
    if not quote.strip():
        return "sla", {}
    try:
        reading = read_text(quote, "")
    except DomainError:
        return "sla", {}
    found = [proposal for item in reading.items for proposal in item.proposals]
    if not found:
        return "sla", {}
    best = max(found, key=lambda proposal: proposal.confidence)
    kind, data, _ = term_data(best.kind, best.fields, common=False)
    return kind, data
