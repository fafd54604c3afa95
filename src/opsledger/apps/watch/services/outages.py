"""Put states and outages on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.apps.watch.models import Outage, StateSpan, Target
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

PROVIDER = (access.MANAGER, access.ENGINEER)


def must(actor: Actor, contract_id: int, *roles: str) -> None:
    """Refuse unless one of the roles is held; the system itself may."""
    if not actor.is_system:
        actor.must(contract_id, *roles)


def in_order(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse an end that does not lie after its start."""
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError("watch.ends_before_start")


def chain_of(item: ServiceItem) -> str:
    """The ledger chain of an item's contract."""
    return ledger.contract_chain(item.contract_id)


@transaction.atomic
def create_target(
    *, actor: Actor, item: ServiceItem, name: str, kind: str = "http", interval_seconds: int = 60
) -> Target:
    """A thing of an item to be watched; the same name twice is the same target."""
    must(actor, item.contract_id, access.MANAGER)
    target, made = Target.objects.get_or_create(
        item=item,
        name=name,
        defaults={"contract_id": item.contract_id, "kind": kind, "interval_seconds": interval_seconds},
    )
    if made:
        ledger.record(
            chain=chain_of(item),
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
    must(actor, target.contract_id, access.MANAGER)
    rows = []
    for one in spans:
        if one.state not in StateSpan.State.values:
            raise DomainError("watch.unknown_state", state=one.state)
        in_order(one.starts_at, one.ends_at)
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
    must(actor, item.contract_id, *PROVIDER, access.UNIT, access.BUYER, access.SUPERVISOR)
    now = clock.now()
    in_order(starts_at, ends_at)
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
        chain=chain_of(item),
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
    must(actor, outage.contract_id, *PROVIDER, access.UNIT, access.BUYER, access.SUPERVISOR)
    if outage.ends_at is not None:
        raise DomainError("watch.already_ended", ended=clock.local(outage.ends_at).strftime("%Y-%m-%d %H:%M"))
    in_order(outage.starts_at, ends_at)
    if ends_at > clock.now():
        raise DomainError("watch.in_the_future")
    _change_outage(outage, ends_at=ends_at, cause=(cause or outage.cause)[:300])
    ledger.record(
        chain=chain_of(outage.item),
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
    must(actor, outage.contract_id, access.MANAGER, access.BUYER, access.SUPERVISOR, access.ENGINEER)
    in_order(starts_at, ends_at)
    before = {"starts_at": outage.starts_at, "ends_at": outage.ends_at, "cause": outage.cause}
    after = {"starts_at": starts_at, "ends_at": ends_at, "cause": cause[:300]}
    if before == after:
        return outage
    _change_outage(outage, **after)
    ledger.record(
        chain=chain_of(outage.item),
        actor=actor,
        verb="outage.corrected",
        subject=_subject(outage),
        changes={"from": before, "to": after},
    )
    return outage


@transaction.atomic
def refile_outage(*, actor: Actor, former: ServiceItem, item: ServiceItem, ticket_ref: str) -> Outage | None:
    """The interruption that a ticket told of was another item's: it leaves the one and counts for the other.

    Both units read it in the ledger, each of its own item; None where the ticket told of none.
    """
    must(actor, item.contract_id, access.MANAGER, access.BUYER, access.SUPERVISOR)
    outage = Outage.objects.select_related("item").filter(item=former, ticket_ref=ticket_ref).first()
    if outage is None:
        return None
    left = ledger.Subject("outage", str(outage.pk), f"{former.numbered} 中断", former.unit_id)
    _change_outage(outage, item=item)
    for subject, starts_at in ((left, None), (_subject(outage), outage.starts_at)):
        changes: dict[str, object] = {"ticket": ticket_ref}
        if starts_at is not None:
            changes |= {"starts_at": starts_at, "ends_at": outage.ends_at, "cause": outage.cause}
        verb = "outage.refiled_away" if starts_at is None else "outage.refiled"
        ledger.record(chain=chain_of(item), actor=actor, verb=verb, subject=subject, changes=changes)
    return outage
