"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from opsledger.apps.ledger.models import Attachment, Entry
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
