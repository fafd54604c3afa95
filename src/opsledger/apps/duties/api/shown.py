"""Obligations, occurrences, files and entries as they go over the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties import evidence, selectors, words
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import verbs
from opsledger.apps.ledger.models import Attachment
from opsledger.core.occurrences import OUTCOMES, STATES
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def name_of(person: object) -> str | None:
    """Who it is, in words; None for nobody."""
    return str(person) if person else None


def files(rows: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Attachments as they are listed."""
    return [
        {"id": one.pk, "name": one.name, "size": one.file.size, "media_type": one.file.media_type}
        for one in rows
    ]


def history(subject: str, number: int) -> list[dict[str, Any]]:
    """What the ledger holds about one thing, the oldest first."""
    return [
        {
            "verb": entry.verb,
            "word": verbs.word(entry.verb),
            "text": verbs.changes_text(entry.changes),
            "actor": entry.actor_name,
            "happened_at": entry.happened_at,
            "recorded_at": entry.recorded_at,
        }
        for entry in ledger_rows.history_of(subject, str(number))
    ]


_HISTORY = ("next_due", "last_done", "planned", "done", "late", "missed")


def obligation(row: Obligation) -> dict[str, Any]:
    """An obligation in a list."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "activity": row.activity,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "clause": row.term.clause,
        "rule": row.rule_text,
        "status": row.status,
        "status_word": row.get_status_display(),
        "gap_reason": row.gap_reason,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        **{name: getattr(row, name) for name in _HISTORY},
    }


def whole_obligation(row: Obligation) -> dict[str, Any]:
    """An obligation with what its page says."""
    return {
        **obligation(row),
        "summary": row.term.summary,
        "owner": name_of(row.item.owner) if row.item else None,
        "owner_role": row.owner_role,
        "evidence_rule": evidence.rule_of(row).words(),
        "history": history("obligation", row.pk),
    }


def occurrence(row: Occurrence) -> dict[str, Any]:
    """An occurrence in a list."""
    became = words.standing(row, clock.now())
    return {
        "id": row.pk,
        "obligation": row.obligation_id,
        "window": row.window_id,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "state": row.state,
        "state_word": STATES[row.state],
        "outcome": became,
        "outcome_word": OUTCOMES[became],
        "begins_at": row.begins_at,
        "due_at": row.due_at,
        "planned_at": row.planned_at,
        "assignee": name_of(row.assignee),
        "submitted_at": row.submitted_at,
        "version": row.version,
    }


_MOMENTS = ("submission_recorded_at", "signed_at", "verified_at", "returned_at")
_PEOPLE = ("submitted_by", "signed_by", "verified_by", "returned_by")


def whole_occurrence(row: Occurrence, actor: Actor) -> dict[str, Any]:
    """An occurrence with its evidence and what the actor may do with it."""
    number = str(row.pk)
    round_ = selectors.live_round(row)
    return {
        **occurrence(row),
        "rule": row.rule,
        "evidence_rule": evidence.rule_of(row.obligation).words(),
        "note": row.note,
        "numbers": {name: str(value) for name, value in row.numbers.items()},
        **{name: getattr(row, name) for name in _MOMENTS},
        **{name: name_of(getattr(row, name)) for name in _PEOPLE},
        "reason": row.reason,
        "round": round_.pk if round_ else None,
        "files": files(ledger_rows.attachments_of("occurrence", [number]).get(number, [])),
        "signature": files(ledger_rows.attachments_of("signature", [number]).get(number, [])[-1:]),
        "allowed": selectors.ways_on(actor, row, clock.now()),
    }
