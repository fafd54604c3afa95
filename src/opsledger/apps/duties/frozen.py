"""A round's frozen checklist, and an answer as phones are told of it."""

from __future__ import annotations

from typing import Any

from opsledger.apps.duties.checklists import MAX_FROZEN, Checklist, read_checklist
from opsledger.apps.duties.models import Answer, Round


def checklist_of(round_: Round) -> Checklist:
    """The frozen checklist of a round."""
    problems: list[Any] = []
    found = read_checklist(round_.checklist, problems, MAX_FROZEN)
    assert found is not None, problems
    return found


def told(answer: Answer) -> dict[str, Any]:
    """An answer as phones are told of it."""
    return {
        "value": answer.value,
        "note": answer.note,
        "verdict": answer.verdict,
        "version": answer.version,
        "reading": answer.reading.get("value") if answer.reading else None,
    }
