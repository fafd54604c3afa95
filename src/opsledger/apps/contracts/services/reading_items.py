"""Correct, add and merge service items; settle findings; invite people; put a reading away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Max

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify
from opsledger.apps.contracts.models import (
    DocumentReading,
    ProposedTerm,
    ReadingFinding,
    ReadingGuest,
    ReadingItem,
)
from opsledger.apps.contracts.review.policies import may_archive
from opsledger.apps.contracts.services.reading_acts import keep, must_review, snapshot
from opsledger.apps.contracts.services.reading_intake import chain, subject
from opsledger.apps.contracts.services.reading_rows import row_before
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
    _free(reading, said["no"], item.pk)
    was, before = str(item), row_before(item)
    changed = ReadingItem.objects.filter(pk=item.pk, version=version, live=True).update(
        **said, version=F("version") + 1
    )
    item.refresh_from_db()
    if changed != 1:
        raise DomainError("page.stale", by="他人", what=f"服务项现为“{item}”")
    label = f"{was} → {item}" if was != str(item) else str(item)
    keep(actor=actor, reading=reading, verb="item", label=label, changes=[], rows=[before])
    return item


def _free(reading: DocumentReading, no: str, pk: int | None = None) -> None:
    if ReadingItem.objects.filter(reading=reading, no=no).exclude(pk=pk).exists():
        raise DomainError("reading.number_taken", no=no)


@transaction.atomic
def add_item(*, actor: Actor, reading: DocumentReading, said: dict[str, Any]) -> ReadingItem:
    """Add a service item that the reader has not found; it stands behind the others."""
    must_review(actor, reading)
    _free(reading, said["no"])
    last = ReadingItem.objects.filter(reading=reading).aggregate(most=Max("position"))["most"] or 0
    item = ReadingItem.objects.create(reading=reading, position=last + 1, **said)
    before = row_before(item)
    gone = {**before, "before": {**before["before"], "no": f"~{item.pk}", "live": False}, "version": 1}
    keep(actor=actor, reading=reading, verb="item_add", label=str(item), changes=[], rows=[gone])
    return item


@transaction.atomic
def merge_item(
    *, actor: Actor, reading: DocumentReading, item: ReadingItem, version: int, into: ReadingItem | None
) -> ReadingItem | None:
    """Move every term of `item` to the item `into` and take `item` out; without `into` only an empty one goes.

    Raises ``page.stale`` where the item was changed, ``reading.item_has_terms`` where it is not empty.
    """
    must_review(actor, reading)
    if into is not None and (into.pk == item.pk or into.reading_id != reading.pk or not into.live):
        raise DomainError("reading.bad_merge")
    terms = list(ProposedTerm.objects.filter(item=item, live=True).select_related("item"))
    if into is None and terms:
        raise DomainError("reading.item_has_terms", count=len(terms))
    was, before = str(item), row_before(item)
    gone = ReadingItem.objects.filter(pk=item.pk, version=version, live=True).update(
        live=False, no=f"~{item.pk}", version=F("version") + 1
    )
    if gone != 1:
        item.refresh_from_db()
        raise DomainError("page.stale", by="他人", what=f"服务项现为“{item}”")
    befores = [snapshot(term) for term in terms]
    ProposedTerm.objects.filter(pk__in=[term.pk for term in terms]).update(
        item=into, version=F("version") + 1
    )
    for term in terms:
        term.version += 1
    keep(
        actor=actor,
        reading=reading,
        verb="item_merge" if into is not None else "item_remove",
        label=f"{was} → {into}" if into is not None else was,
        changes=list(zip(terms, befores, strict=True)),
        rows=[before],
    )
    return into


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
    before = row_before(finding)
    changed = ReadingFinding.objects.filter(pk=finding.pk, version=version).update(
        **values, version=F("version") + 1
    )
    finding.refresh_from_db()
    if changed != 1:
        state = "已处理" if finding.settled_at else "未处理"
        raise DomainError("page.stale", by=str(finding.settled_by or "他人"), what=f"疑点现为“{state}”")
    keep(
        actor=actor,
        reading=reading,
        verb="reopen" if reopen else "settle",
        label=finding.title,
        changes=[],
        rows=[before],
        told={"note": values["note"]},
        recorded_as="reading.finding_reopened" if reopen else "reading.finding_settled",
    )
    return finding


@transaction.atomic
def settle_many(*, actor: Actor, reading: DocumentReading, chosen: Any, expected: int, note: str) -> int:
    """Settle every open finding of the queryset `chosen` with one note; refuses if their number has changed."""
    must_review(actor, reading)
    if not note.strip():
        raise DomainError("reading.note_needed")
    rows = list(chosen.filter(settled_at=None))
    if len(rows) != expected:
        raise DomainError("reading.findings_changed", expected=expected, found=len(rows))
    befores = [row_before(row) for row in rows]
    done = ReadingFinding.objects.filter(pk__in=[row.pk for row in rows], settled_at=None).update(
        note=note.strip()[:500],
        settled_by_id=actor.user_id,
        settled_at=clock.now(),
        version=F("version") + 1,
    )
    keep(
        actor=actor,
        reading=reading,
        verb="settle",
        label=f"{done} 处疑点：{note.strip()}",
        changes=[],
        rows=befores,
        told={"note": note.strip()[:500]},
        recorded_as="reading.finding_settled",
    )
    return done


@transaction.atomic
def archive_reading(*, actor: Actor, reading: DocumentReading, back: bool = False) -> None:
    """Put a reading out of the list, or back; by whoever uploaded it or an administrator.

    Nothing of it is lost: the document, the review and the chain stay, and it can be taken up again.
    """
    if not may_archive(actor, reading):
        raise DomainError("access.denied_archive")
    if not back and reading.state in (DocumentReading.State.RUNNING, DocumentReading.State.MAKING):
        raise DomainError("reading.busy", state=reading.get_state_display())
    changed = DocumentReading.objects.filter(pk=reading.pk, archived_at__isnull=not back).update(
        archived_at=None if back else clock.now()
    )
    if changed:
        reading.refresh_from_db()
        ledger.record(
            chain=chain(reading.pk),
            actor=actor,
            verb="reading.unarchived" if back else "reading.archived",
            subject=subject(reading),
            changes={"name": reading.name},
        )


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
