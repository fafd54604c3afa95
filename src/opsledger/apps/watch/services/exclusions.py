"""Time that is asked to be taken out of the account, and the decision on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.apps.watch.models import Exclusion
from opsledger.apps.watch.services.outages import PROVIDER, chain_of, in_order, must
from opsledger.core.availability import EXCLUSION_KINDS
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def subject_of(row: Exclusion) -> ledger.Subject:
    """An exclusion as the ledger names it."""
    label = f"{row.item.numbered} {row.get_kind_display()}"
    return ledger.Subject("exclusion", str(row.pk), label, row.item.unit_id)


@transaction.atomic
def request_exclusion(
    *,
    actor: Actor,
    item: ServiceItem,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    evidence: str,
) -> Exclusion:
    """Ask that a stretch of time does not count; asked after it began, it needs two approvals."""
    must(actor, item.contract_id, *PROVIDER)
    in_order(starts_at, ends_at)
    if kind not in EXCLUSION_KINDS:
        raise DomainError(
            "availability.unknown_exclusion", kind=kind, kinds="、".join(EXCLUSION_KINDS.values())
        )
    for text, word in ((reason, "理由"), (evidence, "依据")):
        if not text.strip():
            raise DomainError("watch.exclusion_incomplete", missing=word)
    now = clock.now()
    row = Exclusion.objects.create(
        contract_id=item.contract_id,
        item=item,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:500],
        evidence=evidence.strip()[:300],
        requested_by_id=actor.user_id,
        requested_at=now,
        retroactive=now >= starts_at,
    )
    ledger.record(
        chain=chain_of(item),
        actor=actor,
        verb="exclusion.requested",
        subject=subject_of(row),
        changes={
            "starts_at": starts_at,
            "ends_at": ends_at,
            "reason": reason,
            "evidence": evidence,
            "retroactive": row.retroactive,
        },
    )
    return row


@transaction.atomic
def approve_exclusion(*, actor: Actor, exclusion: Exclusion) -> Exclusion:
    """The buyer approves; what began before it was approved needs a second person (buyer or supervisor)."""
    now = clock.now()
    retroactive = exclusion.retroactive or now >= exclusion.starts_at
    if exclusion.state == Exclusion.State.REQUESTED:
        actor.must(exclusion.contract_id, access.BUYER)
        state = Exclusion.State.SECOND if retroactive else Exclusion.State.APPROVED
        fields = {"approved_by": actor.user_id, "approved_at": now, "retroactive": retroactive}
    elif exclusion.state == Exclusion.State.SECOND:
        actor.must(exclusion.contract_id, access.BUYER, access.SUPERVISOR)
        if actor.user_id == exclusion.approved_by_id:
            raise DomainError("watch.same_approver")
        state, fields = Exclusion.State.APPROVED, {"second_by": actor.user_id, "second_at": now}
    else:
        raise DomainError("watch.exclusion_decided", state=exclusion.get_state_display())
    _decide(exclusion, state, fields)
    ledger.record(
        chain=chain_of(exclusion.item),
        actor=actor,
        verb="exclusion.approved",
        subject=subject_of(exclusion),
        changes={"state": exclusion.get_state_display(), "retroactive": exclusion.retroactive},
    )
    return exclusion


def _decide(row: Exclusion, state: str, fields: dict[str, object]) -> None:
    if Exclusion.objects.filter(pk=row.pk, state=row.state).update(state=state, **fields) != 1:
        raise DomainError("page.stale", by="他人", what="剔除申请已被处理")
    row.refresh_from_db()


@transaction.atomic
def reject_exclusion(*, actor: Actor, exclusion: Exclusion, reason: str) -> Exclusion:
    """The time keeps counting."""
    actor.must(exclusion.contract_id, access.BUYER, access.SUPERVISOR)
    if exclusion.state not in (Exclusion.State.REQUESTED, Exclusion.State.SECOND):
        raise DomainError("watch.exclusion_decided", state=exclusion.get_state_display())
    if not reason.strip():
        raise DomainError("watch.exclusion_incomplete", missing="理由")
    _decide(exclusion, Exclusion.State.REJECTED, {"refusal": reason.strip()[:300]})
    ledger.record(
        chain=chain_of(exclusion.item),
        actor=actor,
        verb="exclusion.rejected",
        subject=subject_of(exclusion),
        changes={"reason": reason.strip()},
    )
    return exclusion
