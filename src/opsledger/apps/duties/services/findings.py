"""What a round turned up, until it is mended and someone else has checked it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.desk import services as desk
from opsledger.apps.duties.checklists import Check, Checklist
from opsledger.apps.duties.models import Answer, Finding, Occurrence, Round
from opsledger.apps.duties.models.findings import LIVE
from opsledger.apps.duties.policies import table_roles
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.core.findings import TABLE
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM, Actor


def finding_subject(row: Finding) -> ledger.Subject:
    """How the ledger names a finding."""
    return ledger.Subject("finding", str(row.pk), f"{row.item.numbered} {row.summary}", row.item.unit_id)


def _judge(actor: Actor, row: Finding, action: str, facts: Mapping[str, object]) -> str:
    own = actor.is_system or sees_whole(actor, row.contract_id)
    if not own and row.item.unit_id not in unit_ids(actor, row.contract_id):
        raise DomainError("access.denied")
    return TABLE.step(row.state, action, table_roles(actor, row.contract_id), facts).target


def _write(
    actor: Actor, row: Finding, verb: str, fields: Mapping[str, Any], changes: Mapping[str, object]
) -> Finding:
    wrote = Finding.objects.filter(pk=row.pk, state=row.state, version=row.version).update(
        **fields, version=F("version") + 1
    )
    if wrote != 1:
        now = Finding.objects.get(pk=row.pk)
        raise DomainError("page.stale", by="他人", what=f"当前状态：{now.get_state_display()}")
    ledger.record(
        chain=ledger.contract_chain(row.contract_id),
        actor=actor,
        verb=verb,
        subject=finding_subject(row),
        changes=changes,
    )
    row.refresh_from_db()
    return row


@transaction.atomic
def record_finding(
    *,
    actor: Actor,
    item: ServiceItem,
    summary: str,
    level: str = "medium",
    occurrence: Occurrence | None = None,
    round_: Round | None = None,
    check_id: str = "",
    asset_code: str = "",
    found_at: datetime | None = None,
) -> Finding:
    """Put something that needs mending on record; `asset_code` names the device where a round went over many."""
    TABLE.step("new", "record", table_roles(actor, item.contract_id), {"item": item.pk, "summary": summary})
    row = Finding.objects.create(
        contract_id=item.contract_id,
        item=item,
        occurrence=occurrence,
        round=round_,
        check_id=check_id,
        asset_code=asset_code,
        summary=summary.strip()[:300],
        level=level if level in Finding.Level.values else "medium",
        found_at=found_at or clock.now(),
        found_by_id=actor.user_id,
    )
    ledger.record(
        chain=ledger.contract_chain(item.contract_id),
        actor=actor,
        verb="finding.recorded",
        subject=finding_subject(row),
        happened_at=row.found_at,
        changes={"summary": row.summary, "severity": row.get_level_display()},
    )
    return row


def record_from_round(
    actor: Actor, round_: Round, occurrence: Occurrence, checklist: Checklist, answers: Mapping[str, Answer]
) -> list[Finding]:
    """A finding for each failed check, unless the same check (of the same device) has one that is still open."""
    if occurrence.item is None and not round_.stops:
        return []
    rows = Finding.objects.filter(
        contract_id=round_.contract_id, state__in=LIVE, round__template_key=round_.template_key
    )
    known = set(rows.exclude(check_id="").values_list("item_id", "check_id"))
    at_stop = {one["key"]: one for one in round_.stops}
    made = []
    for check in checklist.checks:
        row = answers.get(check.id)
        item = _item_of(occurrence, check.stop)
        if row is None or row.verdict != "fail" or item is None or (item.pk, check.id) in known:
            continue
        stop = at_stop.get(check.stop, {})
        device = str(stop.get("code", "")) if check.stop.startswith("a") else ""
        made.append(
            record_finding(
                actor=actor,
                item=item,
                summary=f"{device} {stop['name']}：{_failed(check, row)}" if device else _failed(check, row),
                occurrence=occurrence,
                round_=round_,
                check_id=check.id,
                asset_code=device,
                found_at=row.answered_at,
            )
        )
    return made


def _item_of(occurrence: Occurrence, stop: str) -> ServiceItem | None:
    """The service item that a failed check concerns: the stop's own where the round goes over systems."""
    if occurrence.item is not None or not stop:
        return occurrence.item
    rows = ServiceItem.objects.filter(contract_id=occurrence.contract_id)
    found = rows.filter(pk=int(stop[1:])) if stop.startswith("i") else rows.filter(assets__pk=int(stop[1:]))
    return found.first()


def _failed(check: Check, row: Answer) -> str:
    """A failed check in words, with its value and the range it left."""
    value = "" if check.kind in ("table", "yes_no") else f"：{row.value}{check.unit}"
    bounds = f"（{check.bounds_words}）" if check.bounds_words else ""
    words = f"{check.label}{value}{bounds}{'，' + row.note if row.note else ''}"
    return f"不符合：{words}" if check.kind == "yes_no" else words


def follow_up(actor: Actor, round_: Round, answers: Mapping[str, Answer]) -> None:
    """What the round said of earlier findings: gone ones wait for their check, the others are counted."""
    for check_id, answer in answers.items():
        if not check_id.startswith("finding_") or not check_id[8:].isdigit():
            continue
        row = (
            Finding.objects.select_related("item")
            .filter(pk=int(check_id[8:]), item_id=round_.item_id)
            .first()
        )
        if row is None or row.state not in LIVE:
            continue
        if answer.value == "仍存在":
            Finding.objects.filter(pk=row.pk).update(asked_again=F("asked_again") + 1)
        elif answer.value == "已消除" and TABLE.find(row.state, "fix") is not None:
            fix_finding(actor=actor, finding=row, measure=f"复查确认已消除。{answer.note}".strip())


@transaction.atomic
def order_remediation(*, actor: Actor, finding: Finding, assignee: User, due_at: datetime) -> Finding:
    """Have it mended by someone until a moment of its own."""
    target = _judge(actor, finding, "remediate", {"assignee": assignee, "due_at": due_at, "now": clock.now()})
    fields = {"state": target, "assignee": assignee, "due_at": due_at, "next_at": due_at, "overdue_at": None}
    changes = {"assignee": str(assignee), "due": due_at}
    return _write(actor, finding, "finding.remediation_ordered", fields, changes)


@transaction.atomic
def make_ticket(*, actor: Actor, finding: Finding, severity: str = "", kind: str = "incident") -> Finding:
    """Turn it into a ticket of the desk, with the desk's clocks."""
    _judge(actor, finding, "make_ticket", {"into": "new"})
    ticket = desk.report_ticket(
        actor=actor,
        item=finding.item,
        title=finding.summary[:120],
        description=f"巡检发现：{finding.summary}",
        kind=kind,
        severity=severity,
        source="portal",
    )
    target = _judge(actor, finding, "make_ticket", {"into": ticket.number})
    fields = {"state": target, "ticket_id": ticket.pk, "ticket_number": ticket.number}
    return _write(actor, finding, "finding.ticketed", fields, {"ticket": ticket.number})


@transaction.atomic
def extend_finding(*, actor: Actor, finding: Finding, due_at: datetime, reason: str) -> Finding:
    """More time, given by the buyer or the supervisor."""
    _judge(actor, finding, "extend", {"due_at": due_at, "reason": reason, "now": clock.now()})
    fields = {"due_at": due_at, "next_at": due_at, "overdue_at": None, "reason": reason.strip()[:500]}
    return _write(actor, finding, "finding.extended", fields, {"due": due_at, "reason": reason.strip()})


@transaction.atomic
def fix_finding(*, actor: Actor, finding: Finding, measure: str, uploads=()) -> Finding:
    """It has been mended; what was done, with pictures or files."""
    target = _judge(actor, finding, "fix", {"measure": measure, "evidence_required": False})
    for upload in uploads:
        ledger.attach_upload(upload=upload, subject=finding_subject(finding), actor=actor)
    now = clock.now()
    fields = {
        "state": target,
        "measure": measure.strip(),
        "fixed_at": now,
        "fixed_by": actor.user_id,
        "next_at": None,
    }
    return _write(actor, finding, "finding.fixed", fields, {"note": measure.strip()})


@transaction.atomic
def verify_finding(*, actor: Actor, finding: Finding) -> Finding:
    """Somebody other than the mender has looked: it is gone."""
    target = _judge(actor, finding, "verify", {"retest_required": False})
    fields = {"state": target, "closed_at": clock.now(), "closed_by": actor.user_id}
    return _write(actor, finding, "finding.verified", fields, {})


@transaction.atomic
def return_finding(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """It is not mended; its own due moment holds on."""
    target = _judge(actor, finding, "return", {"reason": reason})
    fields = {
        "state": target,
        "reason": reason.strip()[:500],
        "next_at": None if finding.overdue_at else finding.due_at,
    }
    return _write(actor, finding, "finding.returned", fields, {"reason": reason.strip()})


@transaction.atomic
def close_finding(*, actor: Actor, finding: Finding, action: str, reason: str) -> Finding:
    """Accept the risk (the buyer), or judge it a false alarm (supervisor or buyer)."""
    if action not in ("accept_risk", "dismiss"):
        raise DomainError("finding.unknown_act", action=action)
    target = _judge(actor, finding, action, {"reason": reason})
    fields = {
        "state": target,
        "reason": reason.strip()[:500],
        "closed_at": clock.now(),
        "closed_by": actor.user_id,
        "next_at": None,
    }
    return _write(actor, finding, f"finding.{action}", fields, {"reason": reason.strip()})


def stamp_overdue(at: datetime) -> int:
    """Put on record, once each, the remediations whose due moment has passed."""
    rows = Finding.objects.filter(
        state__in=("ticketed", "remediating", "returned"), next_at__lt=at, overdue_at=None
    ).select_related("item")
    count = 0
    for row in rows.order_by("next_at")[:500]:
        with transaction.atomic():
            claimed = Finding.objects.filter(pk=row.pk, overdue_at=None, next_at=row.next_at).update(
                overdue_at=row.due_at, next_at=None, version=F("version") + 1
            )
            if claimed != 1:
                continue
            ledger.record(
                chain=ledger.contract_chain(row.contract_id),
                actor=SYSTEM,
                verb="finding.overdue",
                subject=finding_subject(row),
                happened_at=row.due_at,
                changes={"due": row.due_at},
            )
            count += 1
    return count


def usual_due(at: datetime, level: str) -> datetime:
    """The due moment offered for a remediation: three days for a serious one, ten for the others."""
    return at + timedelta(days=3 if level == Finding.Level.HIGH else 10)
