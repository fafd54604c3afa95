"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, QuerySet

from opsledger.apps.ledger.models import Attachment, Chain, Entry
from opsledger.apps.ledger.policies import visible_entries
from opsledger.apps.ledger.services import contract_chain
from opsledger.kernel.access import Actor


def entries_of(actor: Actor, contract_id: int) -> QuerySet[Entry]:
    """The entries of a contract that `actor` may read, newest first."""
    return (
        Entry.objects.filter(chain__name=contract_chain(contract_id))
        .filter(visible_entries(actor, contract_id))
        .order_by("-seq")
    )


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
