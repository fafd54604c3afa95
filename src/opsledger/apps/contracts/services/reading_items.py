"""Correct what was read of a service item; settle a finding; invite somebody to review."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify
from opsledger.apps.contracts.models import (
    DocumentReading,
    ReadingFinding,
    ReadingGuest,
    ReadingItem,
)
from opsledger.apps.contracts.services.reading_acts import keep, must_review
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def change_item(
    *, actor: Actor, reading: DocumentReading, item: ReadingItem, version: int, said: dict[str, Any]
) -> ReadingItem:
    """Put other facts in place of what was read of an item; its number stays the only one of its kind."""
    must_review(actor, reading)
    taken = ReadingItem.objects.filter(reading=reading, no=said["no"]).exclude(pk=item.pk)
    if taken.exists():
        raise DomainError("reading.number_taken", no=said["no"])
    was = str(item)
    changed = ReadingItem.objects.filter(pk=item.pk, version=version).update(**said, version=F("version") + 1)
    item.refresh_from_db()
    if changed != 1:
        raise DomainError("page.stale", by="他人", what=f"服务项现为“{item}”")
    keep(
        actor=actor,
        reading=reading,
        verb="item",
        label=f"{was} → {item}" if was != str(item) else str(item),
        changes=[],
    )
    return item


@transaction.atomic
def settle_finding(
    *,
    actor: Actor,
    reading: DocumentReading,
    finding: ReadingFinding,
    version: int,
    note: str,
    reopen: bool = False,
) -> ReadingFinding:
    """Settle a finding with a note, or open it again."""
    must_review(actor, reading)
    if not reopen and not note.strip():
        raise DomainError("reading.note_needed")
    values: dict[str, Any] = {
        "note": finding.note if reopen else note.strip()[:500],
        "settled_by_id": None if reopen else actor.user_id,
        "settled_at": None if reopen else clock.now(),
    }
    changed = ReadingFinding.objects.filter(pk=finding.pk, version=version).update(
        **values, version=F("version") + 1
    )
    finding.refresh_from_db()
    if changed != 1:
        state = "已处理" if finding.settled_at else "未处理"
        raise DomainError("page.stale", by=str(finding.settled_by or "他人"), what=f"疑点现为“{state}”")
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.finding_reopened" if reopen else "reading.finding_settled",
        subject=subject(reading),
        changes={"name": finding.title, "note": values["note"]},
    )
    return finding


@transaction.atomic
def settle_many(*, actor: Actor, reading: DocumentReading, chosen: Any, expected: int, note: str) -> int:
    """Settle every open finding of the queryset `chosen` with one note; refuses if their number has changed."""
    must_review(actor, reading)
    if not note.strip():
        raise DomainError("reading.note_needed")
    ids = list(chosen.filter(settled_at=None).values_list("pk", flat=True))
    if len(ids) != expected:
        raise DomainError("reading.findings_changed", expected=expected, found=len(ids))
    done = ReadingFinding.objects.filter(pk__in=ids, settled_at=None).update(
        note=note.strip()[:500],
        settled_by_id=actor.user_id,
        settled_at=clock.now(),
        version=F("version") + 1,
    )
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.finding_settled",
        subject=subject(reading),
        changes={"count": done, "note": note.strip()[:500]},
    )
    return done


@transaction.atomic
def invite(*, actor: Actor, reading: DocumentReading, username: str, url: str) -> ReadingGuest:
    """Let one more person review; they are told once."""
    must_review(actor, reading)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise DomainError("reading.no_such_person", username=username)
    guest, made = ReadingGuest.objects.get_or_create(
        reading=reading,
        user=user,
        defaults={"invited_by_id": actor.user_id, "invited_at": clock.now()},
    )
    if made:
        notify(
            users=[user],
            title=f"{actor.name}邀请您审阅“{reading.name}”",
            dedupe=f"reading-{reading.pk}-invited",
            url=url,
        )
        ledger.record(
            chain=chain(reading.pk),
            actor=actor,
            verb="reading.invited",
            subject=subject(reading),
            changes={"name": str(user)},
        )
    return guest


@transaction.atomic
def uninvite(*, actor: Actor, reading: DocumentReading, guest: ReadingGuest) -> None:
    """Take an invitation back; what the guest has done stays."""
    must_review(actor, reading)
    name = str(guest.user)
    guest.delete()
    ledger.record(
        chain=chain(reading.pk),
        actor=actor,
        verb="reading.uninvited",
        subject=subject(reading),
        changes={"name": name},
    )
