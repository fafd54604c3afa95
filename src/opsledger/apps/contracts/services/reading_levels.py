"""Put the severities of a reading in order and say what they mean, before the contract is made."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review.levels import Level, levels_of, mark_of
from opsledger.apps.contracts.services.reading_acts import must_review
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel.access import Actor


@transaction.atomic
def save_levels(*, actor: Actor, reading: DocumentReading, levels: Sequence[Level], mark: str) -> None:
    """Keep the order and the definitions; refuses where somebody has changed them since the page was shown.

    `levels` must name each word once, the gravest first; `mark` is that of the levels on the page.
    """
    must_review(actor, reading)
    locked = DocumentReading.objects.select_for_update().get(pk=reading.pk)
    known = levels_of(locked)
    words = [level["word"] for level in levels]
    if mark_of(known) != mark or sorted(words) != sorted(level["word"] for level in known):
        raise DomainError("page.stale", by="他人", what="故障等级的次序或定义已改过")
    kept = [{"word": one["word"], "definition": one["definition"].strip()[:300]} for one in levels]
    DocumentReading.objects.filter(pk=reading.pk).update(levels=kept)
    reading.levels = kept
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.levels",
        subject=subject(reading),
        changes={"name": " > ".join(words)[:400]},
    )
