"""Planned downtime that an approved change brings with it: it comes, moves and goes with the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.apps.watch.models import Exclusion
from opsledger.apps.watch.services.exclusions import subject_of
from opsledger.apps.watch.services.outages import chain_of
from opsledger.kernel.access import SYSTEM


@dataclass(frozen=True, slots=True)
class Downtime:
    """The window of a change as approved and as it went; `closed_at` is when the work was reported done."""

    change_ref: str
    title: str
    starts_at: datetime
    ends_at: datetime
    approved_by_id: int | None
    asked_at: datetime
    approved_at: datetime
    closed_at: datetime | None = None


@transaction.atomic
def keep_downtime(*, item: ServiceItem, downtime: Downtime) -> Exclusion:
    """The change's window as planned downtime of its item; told again it is corrected, what it was stays in the ledger.

    A window that had begun before it was approved waits for a second person, as every such exclusion does.
    """
    known = Exclusion.objects.filter(item=item, change_ref=downtime.change_ref).first()
    late = downtime.approved_at >= downtime.starts_at
    second = known is not None and known.second_by_id is not None
    told = {
        "kind": "maintenance",
        "starts_at": downtime.starts_at,
        "ends_at": downtime.ends_at,
        "closed_at": downtime.closed_at,
        "reason": f"变更{downtime.change_ref} {downtime.title}"[:500],
        "evidence": f"变更{downtime.change_ref}的批准记录",
        "requested_at": downtime.asked_at,
        "approved_by_id": downtime.approved_by_id,
        "approved_at": downtime.approved_at,
        "retroactive": late,
        "state": Exclusion.State.SECOND if late and not second else Exclusion.State.APPROVED,
    }
    if known is not None and all(getattr(known, name) == value for name, value in told.items()):
        return known
    before = _span(known) if known else {}
    row, _ = Exclusion.objects.update_or_create(
        item=item, change_ref=downtime.change_ref, contract_id=item.contract_id, defaults=told
    )
    after = _span(row)
    ledger.record(
        chain=chain_of(item),
        actor=SYSTEM,
        verb="exclusion.corrected" if known else "exclusion.planned",
        subject=subject_of(row),
        changes={"from": before, "to": after} if known else {**after, "reason": row.reason},
    )
    return row


@transaction.atomic
def drop_downtime(*, item: ServiceItem, change_ref: str, reason: str) -> bool:
    """The change does not come about (or not now): its time counts like any other again."""
    row = Exclusion.objects.filter(item=item, change_ref=change_ref).first()
    if row is None or row.state == Exclusion.State.WITHDRAWN:
        return False
    Exclusion.objects.filter(pk=row.pk).update(state=Exclusion.State.WITHDRAWN, refusal=reason[:300])
    ledger.record(
        chain=chain_of(item),
        actor=SYSTEM,
        verb="exclusion.withdrawn",
        subject=subject_of(row),
        changes={"reason": reason},
    )
    return True


def _span(row: Exclusion) -> dict[str, object]:
    return {
        "starts_at": row.starts_at,
        "ends_at": row.closed_at or row.ends_at,
        "state": row.get_state_display(),
    }
