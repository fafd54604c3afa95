"""Put states and outages on record; ask for and approve time that does not count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.apps.watch.models import Exclusion, Outage, StateSpan, Target
from opsledger.core.availability import EXCLUSION_KINDS
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

_PROVIDER = (access.MANAGER, access.ENGINEER)


def _must(actor: Actor, contract_id: int, *roles: str) -> None:
    if not actor.is_system:
        actor.must(contract_id, *roles)


def _in_order(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError("watch.ends_before_start")


def _chain(item: ServiceItem) -> str:
    return ledger.contract_chain(item.contract_id)


@transaction.atomic
def create_target(
    *, actor: Actor, item: ServiceItem, name: str, kind: str = "http", interval_seconds: int = 60
) -> Target:
    """A thing of an item to be watched; the same name twice is the same target."""
    _must(actor, item.contract_id, access.MANAGER)
    target, made = Target.objects.get_or_create(
        item=item,
        name=name,
        defaults={"contract_id": item.contract_id, "kind": kind, "interval_seconds": interval_seconds},
    )
    if made:
        ledger.record(
            chain=_chain(item),
            actor=actor,
            verb="target.created",
            subject=ledger.Subject("target", str(target.pk), f"{item.numbered} {name}", item.unit_id),
            changes={"kind": target.get_kind_display()},
        )
    return target


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a target was seen in a state (up, down, degraded, unknown); None is still so."""

    state: str
    starts_at: datetime
    ends_at: datetime | None = None


@transaction.atomic
def record_spans(
    *, actor: Actor, target: Target, spans: Iterable[Span], source: str = "probe", log: bool = True
) -> int:
    """Take in many spans at once; one that begins when a known one begins replaces it.  Returns how many."""
    _must(actor, target.contract_id, access.MANAGER)
    rows = []
    for one in spans:
        if one.state not in StateSpan.State.values:
            raise DomainError("watch.unknown_state", state=one.state)
        _in_order(one.starts_at, one.ends_at)
        rows.append(
            StateSpan(
                target=target, state=one.state, starts_at=one.starts_at, ends_at=one.ends_at, source=source
            )
        )
    StateSpan.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["target", "starts_at"],
        update_fields=["state", "ends_at", "source"],
    )
    if log and rows:
        ledger.record(
            chain=ledger.contract_chain(target.contract_id),
            actor=actor,
            verb="watch.spans_recorded",
            subject=ledger.Subject("target", str(target.pk), target.name, target.item.unit_id),
            changes={
                "count": len(rows),
                "from": min(row.starts_at for row in rows),
                "to": max(row.ends_at or row.starts_at for row in rows),
            },
        )
    return len(rows)


def _subject(outage: Outage) -> ledger.Subject:
    return ledger.Subject("outage", str(outage.pk), f"{outage.item.numbered} 中断", outage.item.unit_id)


@transaction.atomic
def record_outage(
    *,
    actor: Actor,
    item: ServiceItem,
    starts_at: datetime,
    ends_at: datetime | None = None,
    cause: str = "",
    ticket_ref: str = "",
) -> Outage:
    """Put an interruption on record; with the same ticket it is told once and then only corrected."""
    _must(actor, item.contract_id, *_PROVIDER, access.UNIT, access.BUYER, access.SUPERVISOR)
    now = clock.now()
    _in_order(starts_at, ends_at)
    if starts_at > now or (ends_at and ends_at > now):
        raise DomainError("watch.in_the_future")
    if ticket_ref:
        known = Outage.objects.filter(item=item, ticket_ref=ticket_ref).first()
        if known is not None:
            return correct_outage(
                actor=actor, outage=known, starts_at=starts_at, ends_at=ends_at, cause=cause or known.cause
            )
    outage = Outage.objects.create(
        contract_id=item.contract_id,
        item=item,
        starts_at=starts_at,
        ends_at=ends_at,
        cause=cause[:300],
        ticket_ref=ticket_ref[:60],
        recorded_by_id=actor.user_id,
        recorded_at=now,
    )
    changes: dict[str, object] = {"starts_at": starts_at, "ends_at": ends_at, "cause": cause}
    if ticket_ref:
        changes["ticket"] = ticket_ref
    ledger.record(
        chain=_chain(item),
        actor=actor,
        verb="outage.recorded",
        subject=_subject(outage),
        happened_at=starts_at,
        changes=changes,
    )
    return outage


def _change_outage(outage: Outage, **fields: object) -> None:
    wrote = Outage.objects.filter(pk=outage.pk, version=outage.version).update(
        **fields, version=F("version") + 1
    )
    if wrote != 1:
        raise DomainError("page.stale", by="他人", what="中断记录已更新")
    outage.refresh_from_db()


@transaction.atomic
def end_outage(*, actor: Actor, outage: Outage, ends_at: datetime, cause: str = "") -> Outage:
    """The service works again."""
    _must(actor, outage.contract_id, *_PROVIDER, access.UNIT, access.BUYER, access.SUPERVISOR)
    if outage.ends_at is not None:
        raise DomainError("watch.already_ended", ended=clock.local(outage.ends_at).strftime("%Y-%m-%d %H:%M"))
    _in_order(outage.starts_at, ends_at)
    if ends_at > clock.now():
        raise DomainError("watch.in_the_future")
    _change_outage(outage, ends_at=ends_at, cause=(cause or outage.cause)[:300])
    ledger.record(
        chain=_chain(outage.item),
        actor=actor,
        verb="outage.ended",
        subject=_subject(outage),
        happened_at=ends_at,
        changes={"ends_at": ends_at, "cause": outage.cause},
    )
    return outage


@transaction.atomic
def correct_outage(
    *, actor: Actor, outage: Outage, starts_at: datetime, ends_at: datetime | None, cause: str
) -> Outage:
    """Mend a record; what it was before stays in the ledger."""
    _must(actor, outage.contract_id, access.MANAGER, access.BUYER, access.SUPERVISOR, access.ENGINEER)
    _in_order(starts_at, ends_at)
    before = {"starts_at": outage.starts_at, "ends_at": outage.ends_at, "cause": outage.cause}
    after = {"starts_at": starts_at, "ends_at": ends_at, "cause": cause[:300]}
    if before == after:
        return outage
    _change_outage(outage, **after)
    ledger.record(
        chain=_chain(outage.item),
        actor=actor,
        verb="outage.corrected",
        subject=_subject(outage),
        changes={"from": before, "to": after},
    )
    return outage


def _exclusion_subject(row: Exclusion) -> ledger.Subject:
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
    _must(actor, item.contract_id, *_PROVIDER)
    _in_order(starts_at, ends_at)
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
        chain=_chain(item),
        actor=actor,
        verb="exclusion.requested",
        subject=_exclusion_subject(row),
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
        chain=_chain(exclusion.item),
        actor=actor,
        verb="exclusion.approved",
        subject=_exclusion_subject(exclusion),
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
        chain=_chain(exclusion.item),
        actor=actor,
        verb="exclusion.rejected",
        subject=_exclusion_subject(exclusion),
        changes={"reason": reason.strip()},
    )
    return exclusion
