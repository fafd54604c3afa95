"""The severities of a reading, from the gravest down: as people put them, else as their words tell."""

from __future__ import annotations

import hashlib
import json

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm
from opsledger.apps.contracts.packs.gravity import gravity
from opsledger.apps.contracts.review.packing import WORD

Level = dict[str, str]
"""`word` and `definition`."""


def levels_of(reading: DocumentReading) -> list[Level]:
    """The words that accepted limits name, in order; words that came after people put them stand last."""
    rows = ProposedTerm.objects.filter(
        reading=reading,
        live=True,
        kind="sla",
        state__in=(ProposedTerm.State.ACCEPTED, ProposedTerm.State.EDITED),
    )
    named = {str(word)[:WORD] for word in rows.order_by().values_list("data__severity", flat=True) if word}
    put = [level for level in reading.levels if level["word"] in named]
    known = {level["word"] for level in put}
    rest = sorted(named - known, key=lambda word: (gravity(word), word))
    return [*put, *({"word": word, "definition": ""} for word in rest)]


def mark_of(levels: list[Level]) -> str:
    """A short mark of how the levels stand, so that a page can tell whether it is stale."""
    return hashlib.sha256(json.dumps(levels, sort_keys=True).encode()).hexdigest()[:16]
