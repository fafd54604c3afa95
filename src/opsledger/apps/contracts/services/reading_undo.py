"""Take back one's own latest act, whole, without touching what others have done since."""

from __future__ import annotations

import json

from django.db import transaction
from django.db.models import F, Q

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm, ReviewAct, ReviewChange
from opsledger.apps.contracts.services.reading_acts import ACT_WORDS, must_review
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.contracts.services.reading_rows import put_back_rows, rebase_rows
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_BATCH = 400


def last_act(actor: Actor, reading: DocumentReading) -> ReviewAct | None:
    """The act that an undo of this person would take back."""
    return (
        ReviewAct.objects.filter(reading=reading, actor_id=actor.user_id, undone_at=None)
        .filter(Q(changes__isnull=False) | ~Q(rows=[]))
        .order_by("-id")
        .first()
    )


@transaction.atomic
def undo_last(*, actor: Actor, reading: DocumentReading) -> tuple[ReviewAct, list[int], int]:
    """Take back one's own latest act; terms that others have changed since are left as they are.

    Returns the act, the ids of the terms that were put back, and how many terms, items and findings were left.
    """
    must_review(actor, reading)
    act = last_act(actor, reading)
    if act is None:
        raise DomainError("reading.nothing_to_undo")
    at = clock.now()
    if ReviewAct.objects.filter(pk=act.pk, undone_at=None).update(undone_at=at) != 1:
        raise DomainError("reading.nothing_to_undo")
    put_back: list[int] = []
    changes = list(act.changes.all())
    for first in range(0, len(changes), _BATCH):
        put_back += _put_back(changes[first : first + _BATCH])
    rows = put_back_rows(act.rows)
    if rows:
        earlier = ReviewAct.objects.filter(reading=reading, pk__lt=act.pk, undone_at=None).exclude(rows=[])
        rebase_rows(earlier, act.rows)
    left = len(changes) + len(act.rows) - len(put_back) - rows
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.undone",
        subject=subject(reading),
        changes={
            "name": f"{ACT_WORDS.get(act.verb, act.verb)}：{act.label}",
            "count": len(put_back) + rows,
            "left": left,
        },
    )
    return act, put_back, left


def _put_back(changes: list[ReviewChange]) -> list[int]:
    """Restore the terms that nobody has changed since; like changes go in one statement."""
    alike: dict[tuple[str, int], list[int]] = {}
    for change in changes:
        key = (json.dumps(change.before, sort_keys=True), change.after_version)
        alike.setdefault(key, []).append(change.term_id)
    done: list[int] = []
    for (before, version), ids in alike.items():
        fits = list(
            ProposedTerm.objects.select_for_update()
            .filter(pk__in=ids, version=version)
            .values_list("pk", flat=True)
        )
        ProposedTerm.objects.filter(pk__in=fits).update(**json.loads(before), version=F("version") + 1)
        done += fits
    _rebase(changes, set(done))
    return done


def _rebase(changes: list[ReviewChange], done: set[int]) -> None:
    """A restored term has a newer version: the act before this one, if undone next, must find its own."""
    undone = {change.term_id: change for change in changes if change.term_id in done}
    earlier: dict[int, ReviewChange] = {}
    rows = ReviewChange.objects.filter(
        term_id__in=undone, act__undone_at=None, id__lt=max((c.pk for c in changes), default=0)
    )
    for row in rows.order_by("id"):
        if row.pk < undone[row.term_id].pk:
            row.after_version = undone[row.term_id].after_version + 1
            earlier[row.term_id] = row
    ReviewChange.objects.bulk_update(earlier.values(), ["after_version"], batch_size=_BATCH)
