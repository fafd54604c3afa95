"""People on their posts: take on, check in and out, leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties.models import Attendance, StaffMember
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

LONGEST_LEAVE = 92


def record(actor: Actor, member: StaffMember, verb: str, changes: dict[str, object]) -> None:
    """Put something about a person on a post into the ledger."""
    ledger.record(
        chain=ledger.contract_chain(member.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("staff", str(member.pk), f"{member.role} {member.name}"),
        changes=changes,
    )


def must(actor: Actor, contract_id: int, *roles: str) -> None:
    """Refuse unless one of the roles is held; the system itself may."""
    if not actor.is_system:
        actor.must(contract_id, *roles)


@transaction.atomic
def add_member(*, actor: Actor, obligation: Obligation, said: dict[str, Any]) -> StaffMember:
    """A person takes a post that the contract promises."""
    must(actor, obligation.contract_id, access.MANAGER)
    member = StaffMember.objects.create(contract_id=obligation.contract_id, obligation=obligation, **said)
    record(actor, member, "staff.added", {"from": member.starts_on, "note": member.qualification})
    return member


def on_post(member: StaffMember, day: date) -> None:
    """Refuse a day on which the person does not hold the post."""
    if day < member.starts_on or (member.ends_on and day > member.ends_on):
        raise DomainError("staff.not_on_post", name=member.name, day=day)


@transaction.atomic
def check_in(*, actor: Actor, member: StaffMember, note: str = "") -> Attendance:
    """Say that one is there today: the person, or the manager for them.  The second time is the leaving."""
    must(actor, member.contract_id, access.MANAGER, access.ENGINEER)
    own = member.user_id is not None and member.user_id == actor.user_id
    if not own and not actor.is_system:
        actor.must(member.contract_id, access.MANAGER)
    now = clock.now()
    day = clock.local(now).date()
    on_post(member, day)
    row, made = Attendance.objects.get_or_create(
        member=member,
        day=day,
        defaults={"kind": "present", "in_at": now, "note": note[:200], "recorded_by_id": actor.user_id},
    )
    if made:
        record(actor, member, "staff.checked_in", {"name": member.name})
        return row
    if row.kind == Attendance.Kind.LEAVE:
        raise DomainError("staff.on_leave", name=member.name)
    row.out_at = now
    row.save(update_fields=["out_at"])
    record(actor, member, "staff.checked_out", {"name": member.name})
    return row


@transaction.atomic
def record_leave(*, actor: Actor, member: StaffMember, first: date, last: date, reason: str) -> int:
    """Leave from `first` to `last`; days on which the person was there already stay as they are."""
    must(actor, member.contract_id, access.MANAGER)
    if last < first or (last - first).days >= LONGEST_LEAVE:
        raise DomainError("staff.bad_leave", limit=LONGEST_LEAVE)
    if not reason.strip():
        raise DomainError("staff.reason_needed")
    on_post(member, first)
    on_post(member, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    known = set(Attendance.objects.filter(member=member, day__in=days).values_list("day", flat=True))
    rows = [
        Attendance(member=member, day=day, kind="leave", note=reason[:200], recorded_by_id=actor.user_id)
        for day in days
        if day not in known
    ]
    Attendance.objects.bulk_create(rows)
    record(actor, member, "staff.leave", {"from": first, "to": last, "reason": reason.strip()})
    return len(rows)
