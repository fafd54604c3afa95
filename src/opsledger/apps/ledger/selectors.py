"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from opsledger.apps.ledger import verbs
from opsledger.apps.ledger.models import Attachment, Chain, Entry
from opsledger.apps.ledger.policies import visible_entries
from opsledger.apps.ledger.services import contract_chain
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

_SEARCHED = ("subject_label", "actor_name", "verb")


def entries_of(actor: Actor, contract_id: int) -> QuerySet[Entry]:
    """The entries of a contract that `actor` may read, newest first."""
    return (
        Entry.objects.filter(chain__name=contract_chain(contract_id))
        .filter(visible_entries(actor, contract_id))
        .order_by("-seq")
    )


def recorded_between(rows: QuerySet[Entry], since: date | None, until: date | None) -> QuerySet[Entry]:
    """The entries recorded on these days, both included, as people here count days."""
    if since:
        rows = rows.filter(recorded_at__gte=clock.midnight(since))
    if until:
        rows = rows.filter(recorded_at__lt=clock.midnight(until + timedelta(days=1)))
    return rows


def holding(words: str) -> Q:
    """The entries whose object, person or act holds these words; an act also by its Chinese name (登记工时)."""
    named = [verb for verb, word in verbs.VERB_WORDS.items() if words in word]
    return Q(*((f"{name}__icontains", words) for name in _SEARCHED), ("verb__in", named), _connector=Q.OR)


def history_of(subject_type: str, subject_id: str) -> QuerySet[Entry]:
    """Every entry on one object, oldest first; the caller has checked that it may be seen."""
    return Entry.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


def attachments_of(subject_type: str, subject_ids: Iterable[str]) -> dict[str, list[Attachment]]:
    """Attachments by the id of their object."""
    found: dict[str, list[Attachment]] = {}
    rows = Attachment.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids))
    for row in rows.select_related("file", "uploaded_by"):
        found.setdefault(row.subject_id, []).append(row)
    return found


def attachment_of(subject_type: str, subject_id: str, attachment_id: int) -> Attachment | None:
    """One attachment of one object, or None."""
    return (
        Attachment.objects.select_related("file")
        .filter(pk=attachment_id, subject_type=subject_type, subject_id=subject_id)
        .first()
    )


def chain_summary(contract_id: int) -> dict[str, object]:
    """Length, algorithm and head of a contract's chain (an empty one if nothing is recorded yet)."""
    chain = Chain.objects.filter(name=contract_chain(contract_id)).first()
    if chain is None:
        return {"entries": 0, "algorithm": "", "head": ""}
    return {"entries": chain.head_seq, "algorithm": chain.algorithm, "head": chain.head_hash}


def entered_later(actor: Actor, contract_id: int) -> QuerySet[Entry]:
    """Entries that people made after the act had happened, newest first; the worker's own are none of them."""
    rows = entries_of(actor, contract_id).exclude(actor_id=None)
    return rows.filter(happened_at__lt=F("recorded_at") - timedelta(minutes=1))
