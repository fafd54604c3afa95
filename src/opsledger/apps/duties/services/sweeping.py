"""What the worker does when a moment has come.  Each row is dealt with once, by whichever worker claims it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.services.acting import subject_of
from opsledger.apps.ledger import services as ledger
from opsledger.core.occurrences import OUTCOMES, outcome
from opsledger.kernel.access import SYSTEM

_OPEN = ("open", "under_way", "returned")
_BATCH = 500


def open_due(at: datetime) -> int:
    """Open the occurrences whose window has begun.  Nothing is put on record: the plan said so already."""
    return Occurrence.objects.filter(state="planned", next_at__lte=at).update(
        state="open", next_at=F("due_at"), version=F("version") + 1
    )


def stamp_missed(at: datetime) -> int:
    """Put on record, once each, the occurrences whose due moment has passed without a submission.

    The entry bears the due moment, however late the worker comes.
    """
    rows = Occurrence.objects.filter(state__in=_OPEN, missed_at=None, next_at__lt=at).select_related("item")
    count = 0
    for row in rows.order_by("due_at", "id")[:_BATCH]:
        count += stamp_one(row, at)
    return count


@transaction.atomic
def stamp_one(row: Occurrence, at: datetime) -> int:
    """Stamp one row as read, unless another worker or a submission came first; 1 if it was stamped."""
    found = outcome(row.state, begins_at=row.begins_at, due_at=row.due_at, at=at)
    if found != "missed":
        return 0
    claimed = Occurrence.objects.filter(
        pk=row.pk, missed_at=None, state__in=_OPEN, next_at=row.next_at, due_at=row.due_at
    ).update(missed_at=row.due_at, next_at=None, version=F("version") + 1)
    if claimed != 1:
        return 0
    ledger.record(
        chain=ledger.contract_chain(row.contract_id),
        actor=SYSTEM,
        verb="occurrence.missed",
        subject=subject_of(row),
        happened_at=row.due_at,
        changes={"due": row.due_at, "state": OUTCOMES["missed"]},
    )
    return 1


def accept_unopposed(at: datetime) -> int:
    """Let submissions stand that nobody has to check once the days for objections are over.

    One entry per contract and run names them all.
    """
    rows = Occurrence.objects.filter(state="submitted", next_at__lte=at).order_by("contract_id", "id")
    count = 0
    by_contract: dict[int, list[Occurrence]] = {}
    for row in rows.select_related("contract")[:_BATCH]:
        by_contract.setdefault(row.contract_id, []).append(row)
    for contract_id, found in by_contract.items():
        count += _accept(contract_id, found)
    return count


@transaction.atomic
def _accept(contract_id: int, rows: list[Occurrence]) -> int:
    taken = []
    for row in rows:
        claimed = Occurrence.objects.filter(
            pk=row.pk, state="submitted", next_at=row.next_at, version=row.version
        ).update(state="verified", verified_at=row.next_at, next_at=None, version=F("version") + 1)
        if claimed == 1:
            taken.append(row)
    if taken:
        contract = taken[0].contract
        ledger.record(
            chain=ledger.contract_chain(contract_id),
            actor=SYSTEM,
            verb="occurrence.accepted_by_rule",
            subject=ledger.Subject("contract", str(contract_id), contract.name),
            changes={"count": len(taken), "occurrences": [row.pk for row in taken]},
        )
    return len(taken)
