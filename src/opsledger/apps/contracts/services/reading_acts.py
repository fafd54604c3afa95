"""What people do to proposed terms: each act is conditional, kept, told to the ledger, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import Http404

from opsledger.apps.contracts.models import (
    DocumentReading,
    ProposedTerm,
    ReadingItem,
    ReviewAct,
    ReviewChange,
)
from opsledger.apps.contracts.review.conversion import described
from opsledger.apps.contracts.review.policies import visible_readings
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

ACT_WORDS = {
    "accept": "接受",
    "reject": "不采纳",
    "reset": "改回待处理",
    "edit": "修改",
    "move": "改归服务项",
    "add": "新增",
    "accept_many": "批量接受",
    "import": "导入表格",
    "item": "修改服务项",
    "item_add": "新增服务项",
    "item_merge": "合并服务项",
    "item_remove": "删去服务项",
    "settle": "处理疑点",
    "reopen": "重新打开疑点",
}
_STATE_AFTER = {
    "accept": ProposedTerm.State.ACCEPTED,
    "reject": ProposedTerm.State.REJECTED,
    "reset": ProposedTerm.State.PROPOSED,
}
_KEPT = (
    "item_id",
    "kind",
    "data",
    "summary",
    "problem",
    "state",
    "live",
    "acted_by_id",
    "start",
    "end",
    "quote",
)
_BATCH = 400

Values = Mapping[str, Any]


def must_review(actor: Actor, reading: DocumentReading) -> None:
    """Refuse whoever cannot see the reading, and any act on one that is not open for review."""
    rows = DocumentReading.objects.filter(visible_readings(actor), pk=reading.pk)
    state = rows.values_list("state", flat=True).first()
    if state is None:
        raise Http404
    if state != DocumentReading.State.REVIEW:
        raise DomainError("reading.closed", state=DocumentReading.State(state).label)


def snapshot(term: ProposedTerm) -> dict[str, Any]:
    """What an undo puts back."""
    kept = {name: getattr(term, name) for name in _KEPT}
    kept["acted_at"] = term.acted_at.isoformat() if term.acted_at else None
    return kept


def write(
    *, actor: Actor, term: ProposedTerm, version: int, values: Values
) -> tuple[ProposedTerm, dict[str, Any]]:
    """Change a term if it still has `version`; the term as it is now, and the snapshot of before.

    Raises ``page.stale`` with who changed it and how it stands.
    """
    before = snapshot(term)
    changed = 0
    if term.version == version:
        changed = ProposedTerm.objects.filter(pk=term.pk, version=version).update(
            **values, version=F("version") + 1, acted_by_id=actor.user_id, acted_at=clock.now()
        )
    if changed != 1:
        term.refresh_from_db()
        raise DomainError(
            "page.stale",
            by=str(term.acted_by or "他人"),
            what=f"现为“{term.get_state_display()}”：{term.summary}",
        )
    term.refresh_from_db()
    return term, before


def keep(
    *,
    actor: Actor,
    reading: DocumentReading,
    verb: str,
    label: str,
    changes: Sequence[tuple[ProposedTerm, dict[str, Any]]],
    told: Mapping[str, object] | None = None,
    rows: Sequence[Mapping[str, object]] = (),
    recorded_as: str = "",
) -> ReviewAct:
    """Keep an act with what it changed, and enter it in the reading's ledger chain.

    `rows` tells how items and findings were before; `recorded_as` is the ledger's verb where it differs.
    """
    act = ReviewAct.objects.create(
        reading=reading,
        actor_id=actor.user_id,
        verb=verb,
        label=label[:400],
        count=len(changes) or len(rows),
        at=clock.now(),
        rows=list(rows),
    )
    ReviewChange.objects.bulk_create(
        [
            ReviewChange(act=act, term=term, before=before, after_version=term.version)
            for term, before in changes
        ],
        batch_size=_BATCH,
    )
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb=recorded_as or f"reading.{verb}",
        subject=subject(reading),
        changes={"name": label, "count": act.count, **(told or {})},
    )
    return act


@transaction.atomic
def decide_term(
    *, actor: Actor, reading: DocumentReading, term: ProposedTerm, version: int, verb: str
) -> ProposedTerm:
    """Accept, reject or reset one term; accepting asks that it be complete."""
    must_review(actor, reading)
    if verb not in _STATE_AFTER:
        raise DomainError("reading.unknown_act", verb=verb)
    if verb == "accept" and term.problem and term.version == version:
        raise DomainError("reading.term_unsound", problem=term.problem)
    term, before = write(actor=actor, term=term, version=version, values={"state": _STATE_AFTER[verb]})
    keep(actor=actor, reading=reading, verb=verb, label=term.summary, changes=[(term, before)])
    return term


@transaction.atomic
def edit_term(
    *,
    actor: Actor,
    reading: DocumentReading,
    term: ProposedTerm,
    version: int,
    kind: str,
    data: dict[str, Any],
    item: ReadingItem,
) -> ProposedTerm:
    """Put other facts, another kind or another item in place of what was proposed; that accepts it."""
    must_review(actor, reading)
    same = kind == term.kind and data == term.data
    was = str(term.item)
    values = {
        "kind": kind,
        "data": data,
        "summary": described(kind, data)[:400],
        "problem": "",
        "item_id": item.pk,
        "state": ProposedTerm.State.ACCEPTED if same else ProposedTerm.State.EDITED,
    }
    term, before = write(actor=actor, term=term, version=version, values=values)
    verb = "move" if same and before["item_id"] != item.pk else "edit"
    label = f"{term.summary}（{was} → {item}）" if before["item_id"] != item.pk else term.summary
    told = {} if same else {"from": before["summary"], "to": term.summary}
    keep(actor=actor, reading=reading, verb=verb, label=label, changes=[(term, before)], told=told)
    return term


@transaction.atomic
def add_term(
    *,
    actor: Actor,
    reading: DocumentReading,
    item: ReadingItem,
    kind: str,
    data: dict[str, Any],
    start: int = 0,
    end: int = 0,
    quote: str = "",
) -> ProposedTerm:
    """A term that the reader missed, with its place in the text where one was selected."""
    must_review(actor, reading)
    term = new_term(actor=actor, reading=reading, item=item, kind=kind, data=data)
    term.start, term.end, term.quote = start, end, quote[:2000]
    term.source = ProposedTerm.Source.PERSON
    term.save()
    keep(actor=actor, reading=reading, verb="add", label=term.summary, changes=[(term, {"live": False})])
    return term


def new_term(
    *, actor: Actor, reading: DocumentReading, item: ReadingItem, kind: str, data: dict[str, Any]
) -> ProposedTerm:
    """An accepted term, not yet saved."""
    return ProposedTerm(
        reading=reading,
        item=item,
        kind=kind,
        data=data,
        summary=described(kind, data)[:400],
        state=ProposedTerm.State.ACCEPTED,
        acted_by_id=actor.user_id,
        acted_at=clock.now(),
    )


@transaction.atomic
def accept_many(
    *, actor: Actor, reading: DocumentReading, chosen: Any, minimum: int, expected: int, label: str
) -> ReviewAct:
    """Accept every open, complete term of the queryset `chosen` that the preview counted (`expected`)."""
    must_review(actor, reading)
    rows = list(chosen.only("pk", "version", "reading_id"))
    if len(rows) != expected:
        raise DomainError("reading.count_changed", expected=expected, found=len(rows))
    if not rows:
        raise DomainError("reading.nothing_to_accept", minimum=minimum)
    at = clock.now()
    for first in range(0, len(rows), _BATCH):
        part = [row.pk for row in rows[first : first + _BATCH]]
        changed = ProposedTerm.objects.filter(
            pk__in=part, state=ProposedTerm.State.PROPOSED, live=True, problem=""
        ).update(
            state=ProposedTerm.State.ACCEPTED,
            version=F("version") + 1,
            acted_by_id=actor.user_id,
            acted_at=at,
        )
        if changed != len(part):
            raise DomainError("reading.count_changed", expected=expected, found=changed)
    before = {"state": str(ProposedTerm.State.PROPOSED), "acted_by_id": None, "acted_at": None}
    for row in rows:
        row.version += 1
    return keep(
        actor=actor, reading=reading, verb="accept_many", label=label, changes=[(row, before) for row in rows]
    )
