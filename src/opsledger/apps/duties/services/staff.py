"""People on their posts: take on, check in and out, leave, replace with the buyer's consent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties.models import Attendance, Replacement, StaffMember
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

LONGEST_LEAVE = 92


def _record(actor: Actor, member: StaffMember, verb: str, changes: dict[str, object]) -> None:
    ledger.record(
        chain=ledger.contract_chain(member.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("staff", str(member.pk), f"{member.role} {member.name}"),
        changes=changes,
    )


def _must(actor: Actor, contract_id: int, *roles: str) -> None:
    if not actor.is_system:
        actor.must(contract_id, *roles)


@transaction.atomic
def add_member(*, actor: Actor, obligation: Obligation, said: dict[str, Any]) -> StaffMember:
    """A person takes a post that the contract promises."""
    _must(actor, obligation.contract_id, access.MANAGER)
    member = StaffMember.objects.create(contract_id=obligation.contract_id, obligation=obligation, **said)
    _record(actor, member, "staff.added", {"from": member.starts_on, "note": member.qualification})
    return member


def _on_post(member: StaffMember, day: date) -> None:
    if day < member.starts_on or (member.ends_on and day > member.ends_on):
        raise DomainError("staff.not_on_post", name=member.name, day=day)


@transaction.atomic
def check_in(*, actor: Actor, member: StaffMember, note: str = "") -> Attendance:
    """Say that one is there today: the person, or the manager for them.  The second time is the leaving."""
    _must(actor, member.contract_id, access.MANAGER, access.ENGINEER)
    own = member.user_id is not None and member.user_id == actor.user_id
    if not own and not actor.is_system:
        actor.must(member.contract_id, access.MANAGER)
    now = clock.now()
    day = clock.local(now).date()
    _on_post(member, day)
    row, made = Attendance.objects.get_or_create(
        member=member,
        day=day,
        defaults={"kind": "present", "in_at": now, "note": note[:200], "recorded_by_id": actor.user_id},
    )
    if made:
        _record(actor, member, "staff.checked_in", {"name": member.name})
        return row
    if row.kind == Attendance.Kind.LEAVE:
        raise DomainError("staff.on_leave", name=member.name)
    row.out_at = now
    row.save(update_fields=["out_at"])
    _record(actor, member, "staff.checked_out", {"name": member.name})
    return row


@transaction.atomic
def record_leave(*, actor: Actor, member: StaffMember, first: date, last: date, reason: str) -> int:
    """Leave from `first` to `last`; days on which the person was there already stay as they are."""
    _must(actor, member.contract_id, access.MANAGER)
    if last < first or (last - first).days >= LONGEST_LEAVE:
        raise DomainError("staff.bad_leave", limit=LONGEST_LEAVE)
    if not reason.strip():
        raise DomainError("staff.reason_needed")
    _on_post(member, first)
    _on_post(member, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    known = set(Attendance.objects.filter(member=member, day__in=days).values_list("day", flat=True))
    rows = [
        Attendance(member=member, day=day, kind="leave", note=reason[:200], recorded_by_id=actor.user_id)
        for day in days
        if day not in known
    ]
    Attendance.objects.bulk_create(rows)
    _record(actor, member, "staff.leave", {"from": first, "to": last, "reason": reason.strip()})
    return len(rows)


@transaction.atomic
def request_replacement(*, actor: Actor, member: StaffMember, said: dict[str, Any]) -> Replacement:
    """Ask the buyer to accept another person; until then the post stays as it is."""
    _must(actor, member.contract_id, access.MANAGER)
    _on_post(member, said["from_on"])
    try:
        with transaction.atomic():
            row = Replacement.objects.create(
                contract_id=member.contract_id,
                leaving=member,
                requested_at=clock.now(),
                requested_by_id=actor.user_id,
                **said,
            )
    except IntegrityError:
        raise DomainError("staff.already_asked", name=member.name) from None
    _record(
        actor, member, "staff.replacement_asked", {"to": row.name, "reason": row.reason, "from": row.from_on}
    )
    notify(
        users=people(member.contract_id, access.BUYER),
        title=f"申请更换人员：{member.role} {member.name} → {row.name}",
        body=row.reason,
        contract_slug=member.contract.slug,
        dedupe=f"replacement:{row.pk}",
    )
    return row


@transaction.atomic
def decide_replacement(
    *, actor: Actor, replacement: Replacement, agree: bool, answer: str = ""
) -> Replacement:
    """The buyer agrees (the successor takes the post on the day asked) or refuses with a reason."""
    actor.must(replacement.contract_id, access.BUYER)
    if not agree and not answer.strip():
        raise DomainError("staff.reason_needed")
    state = Replacement.State.AGREED if agree else Replacement.State.REFUSED
    wrote = Replacement.objects.filter(pk=replacement.pk, state=Replacement.State.REQUESTED).update(
        state=state, decided_at=clock.now(), decided_by=actor.user_id, answer=answer.strip()[:300]
    )
    if wrote != 1:
        raise DomainError("staff.already_decided")
    replacement.refresh_from_db()
    old = replacement.leaving
    if agree:
        StaffMember.objects.filter(pk=old.pk).update(ends_on=replacement.from_on - timedelta(days=1))
        StaffMember.objects.create(
            contract_id=old.contract_id,
            obligation_id=old.obligation_id,
            name=replacement.name,
            role=old.role,
            qualification=replacement.qualification,
            qualification_until=replacement.qualification_until,
            starts_on=replacement.from_on,
        )
    _record(
        actor, old, "staff.replaced" if agree else "staff.replacement_refused",
        {"to": replacement.name, "note": answer.strip()},
    )  # fmt: skip
    return replacement
