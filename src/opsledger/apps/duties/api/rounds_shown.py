"""A round as it goes over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opsledger.apps.duties import selectors, services, skips
from opsledger.apps.duties.api import shown
from opsledger.apps.duties.checklists import check_data
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.models import Round
from opsledger.apps.duties.selectors.rounds import Line
from opsledger.kernel.access import Actor


def whole(row: Round, actor: Actor) -> dict[str, Any]:
    """A round with its checks, answers and files, and the questions for those who may read them."""
    checklist, lines = checklist_of(row), selectors.lines_of(row)
    asks = selectors.reads_questions(actor, row.occurrence)
    return {
        "id": row.pk,
        "occurrence": row.occurrence_id,
        "item": row.item.no if row.item else None,
        "template": row.template_key,
        "template_version": row.template_version,
        "name": checklist.name,
        "intro": checklist.intro,
        "minutes": checklist.minutes,
        "state": row.state,
        "state_word": row.get_state_display(),
        "started_at": row.started_at,
        "started_by": shown.name_of(row.started_by),
        "finished_at": row.finished_at,
        "places": services.takes_places(row.contract),
        "stops": _stops(row, lines),
        "lines": [_line(line) for line in lines],
        "questions": [_question(one) for one in selectors.questions_asked(row)] if asks else [],
    }


def _stops(row: Round, lines: Sequence[Line]) -> list[dict[str, Any]]:
    left_out = skips.reasons_of(row.stops, {line.check.id: line.value for line in lines})
    return [
        {
            **{name: one.get(name, "") for name in ("key", "code", "name", "place")},
            **{name: one[name] for name in ("number", "done", "all")},
            "skip_check": skips.check_of(one["key"]).id,
            "left_out": left_out.get(one["key"], ""),
        }
        for one in selectors.progress(row, lines)
    ]


def _line(line: Line) -> dict[str, Any]:
    answer = line.answer
    return {
        "check": check_data(line.check),
        "stop": line.check.stop,
        "asked": line.asked,
        "value": line.value,
        "note": answer.note if answer else "",
        "verdict": line.verdict,
        "verdict_word": line.verdict_word,
        "version": answer.version if answer else 0,
        "answered_at": answer.answered_at if answer else None,
        "answered_by": shown.name_of(answer.answered_by) if answer else None,
        "last": line.last.value if line.last else None,
        "offered": line.offered,
        "monitored": dict(line.seen) or None,
        "overridden": line.overridden,
        "files": shown.files(one.attachment for one in line.files),
    }


def _question(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "sentence": one.sentence,
        "answer": one.answer.get("text", ""),
        "answered_by": one.answer.get("by", ""),
        "answered_at": one.answer.get("at"),
    }
