"""Acts on one occurrence, each judged by the transition table of core.occurrences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.duties import evidence
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.policies import table_roles
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.core.occurrences import STATES, TABLE
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

OBJECTION_DAYS = 3
"""Days after which a submission that nobody has to verify stands by rule; contract.settings may say other."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in: words, named numbers, pictures and files, and when the work was done if not now."""

    note: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    uploads: Sequence[UploadedFile] = ()
    done_at: datetime | None = None


def subject_of(occurrence: Occurrence) -> ledger.Subject:
    """How the ledger names an occurrence."""
    unit = occurrence.item.unit_id if occurrence.item else None
    return ledger.Subject("occurrence", str(occurrence.pk), occurrence.label, unit)


def judge_act(actor: Actor, occurrence: Occurrence, action: str, facts: Mapping[str, object]) -> str:
    """The state that `action` leads to, or the refusal; a window that has begun counts as open."""
    contract_id = occurrence.contract_id
    roles = table_roles(actor, contract_id)
    if not actor.is_system and not sees_whole(actor, contract_id):
        units = unit_ids(actor, contract_id)
        if occurrence.item is None or occurrence.item.unit_id not in units:
            raise DomainError("access.denied")
    state = occurrence.state
    if state == "planned" and occurrence.begins_at <= clock.now():
        state = "open"
    done = {"sign"} if occurrence.signed_at else set()
    return TABLE.step(state, action, roles, facts, done).target


def write_act(
    actor: Actor,
    occurrence: Occurrence,
    version: int | None,
    verb: str,
    *,
    fields: Mapping[str, object],
    changes: Mapping[str, object],
    happened_at: datetime | None = None,
) -> Occurrence:
    """Change the row only if it is as it was read, then put the act on record."""
    if version is not None and version != occurrence.version:
        raise _stale(occurrence)
    wrote = Occurrence.objects.filter(
        pk=occurrence.pk, state=occurrence.state, version=occurrence.version
    ).update(**fields, version=F("version") + 1)
    if wrote != 1:
        raise _stale(occurrence)
    ledger.record(
        chain=ledger.contract_chain(occurrence.contract_id),
        actor=actor,
        verb=verb,
        subject=subject_of(occurrence),
        happened_at=happened_at,
        changes=changes,
    )
    occurrence.refresh_from_db()
    return occurrence


def _stale(occurrence: Occurrence) -> DomainError:
    last = ledger_rows.history_of("occurrence", str(occurrence.pk)).last()
    now = Occurrence.objects.only("state").get(pk=occurrence.pk)
    return DomainError(
        "page.stale", by=last.actor_name if last else "他人", what=f"当前状态：{STATES[now.state]}"
    )


@transaction.atomic
def submit_occurrence(
    *, actor: Actor, occurrence: Occurrence, submission: Submission, version: int | None = None
) -> Occurrence:
    """Hand in the work with its evidence.

    Refused with everything that the evidence rule still misses.  `done_at` may lie before now (entered
    afterwards): both moments are kept, and the moment of the work decides whether it was in time.
    """
    now = clock.now()
    done_at = submission.done_at or now
    rule = evidence.rule_of(occurrence.obligation)
    facts = {
        "note": submission.note if rule.note or submission.note.strip() else "—",
        "at": done_at,
        "begins_at": occurrence.begins_at,
        "now": now,
        "due_at": occurrence.due_at,
    }
    target = judge_act(actor, occurrence, "submit", facts)
    subject = subject_of(occurrence)
    numbers = evidence.read_numbers(submission.numbers)
    kept = ledger_rows.attachments_of("occurrence", [subject.id]).get(subject.id, [])
    added = [
        ledger.attach_upload(upload=upload, subject=subject, actor=actor) for upload in submission.uploads
    ]
    missing = evidence.missing(rule, [*kept, *added], numbers)
    if missing:
        raise DomainError("occurrence.evidence_missing", missing="；".join(missing))
    late = done_at > occurrence.due_at
    fields: dict[str, Any] = {
        "state": target,
        "submitted_at": done_at,
        "submission_recorded_at": now,
        "submitted_by": actor.user_id,
        "note": submission.note.strip(),
        "numbers": numbers,
        "late": late,
        "signed_at": None,
        "signed_by": None,
        "verified_at": None,
        "verified_by": None,
        "next_at": None if rule.checked else now + timedelta(days=_objection_days(occurrence)),
    }
    changes: dict[str, object] = {"note": submission.note.strip(), "late": late}
    if numbers:
        changes["numbers"] = numbers
    if added:
        changes["files"] = [f"{one.name}（{one.file.digest[:12]}）" for one in added]
    return write_act(
        actor,
        occurrence,
        version,
        "occurrence.submitted",
        fields=fields,
        changes=changes,
        happened_at=done_at,
    )


def _objection_days(occurrence: Occurrence) -> int:
    return int(occurrence.contract.settings.get("objection_days", OBJECTION_DAYS))


@transaction.atomic
def start_occurrence(*, actor: Actor, occurrence: Occurrence, version: int | None = None) -> Occurrence:
    """Begin the work: others see that somebody is at it."""
    target = judge_act(actor, occurrence, "start", {})
    fields = {"state": target, "assignee": actor.user_id, "next_at": _due_if_not_missed(occurrence)}
    return write_act(actor, occurrence, version, "occurrence.started", fields=fields, changes={})


def _due_if_not_missed(occurrence: Occurrence) -> datetime | None:
    return None if occurrence.missed_at else occurrence.due_at


@transaction.atomic
def withdraw_occurrence(*, actor: Actor, occurrence: Occurrence, version: int | None = None) -> Occurrence:
    """Take a submission back to mend it before it is checked."""
    target = judge_act(actor, occurrence, "withdraw", {})
    fields = {"state": target, "next_at": _due_if_not_missed(occurrence)}
    return write_act(actor, occurrence, version, "occurrence.withdrawn", fields=fields, changes={})


@transaction.atomic
def verify_occurrence(
    *, actor: Actor, occurrence: Occurrence, note: str = "", version: int | None = None
) -> Occurrence:
    """The supervisor (or the buyer) accepts the evidence."""
    rule = evidence.rule_of(occurrence.obligation)
    facts = {"signature_required": rule.unit_signs, "signature": occurrence.signed_at}
    target = judge_act(actor, occurrence, "verify", facts)
    fields = {"state": target, "verified_at": clock.now(), "verified_by": actor.user_id, "next_at": None}
    changes = {"note": note.strip()} if note.strip() else {}
    return write_act(actor, occurrence, version, "occurrence.verified", fields=fields, changes=changes)


@transaction.atomic
def return_occurrence(
    *, actor: Actor, occurrence: Occurrence, reason: str, version: int | None = None
) -> Occurrence:
    """The supervisor (or the buyer) sends it back with the reason; it is open again until its due moment."""
    target = judge_act(actor, occurrence, "return", {"reason": reason})
    fields = {
        "state": target,
        "returned_at": clock.now(),
        "returned_by": actor.user_id,
        "reason": reason.strip()[:500],
        "verified_at": None,
        "verified_by": None,
        "next_at": _due_if_not_missed(occurrence),
    }
    return write_act(
        actor, occurrence, version, "occurrence.returned", fields=fields, changes={"reason": reason.strip()}
    )


@transaction.atomic
def ask_waiver(
    *, actor: Actor, occurrence: Occurrence, reason: str, version: int | None = None
) -> Occurrence:
    """The provider asks the buyer to let this one go."""
    judge_act(actor, occurrence, "ask_waiver", {"reason": reason})
    return write_act(
        actor,
        occurrence,
        version,
        "occurrence.waiver_asked",
        fields={"reason": f"申请豁免：{reason.strip()}"[:500]},
        changes={"reason": reason.strip()},
    )


@transaction.atomic
def waive_occurrence(
    *, actor: Actor, occurrence: Occurrence, reason: str, version: int | None = None
) -> Occurrence:
    """The buyer lets this one go; it counts neither for nor against the provider."""
    target = judge_act(actor, occurrence, "waive", {"reason": reason})
    fields = {"state": target, "reason": reason.strip()[:500], "next_at": None}
    return write_act(
        actor, occurrence, version, "occurrence.waived", fields=fields, changes={"reason": reason.strip()}
    )


@transaction.atomic
def cancel_occurrence(
    *, actor: Actor, occurrence: Occurrence, reason: str, version: int | None = None
) -> Occurrence:
    """The buyer strikes a task that is not called for after all."""
    target = judge_act(actor, occurrence, "cancel", {"reason": reason})
    fields = {"state": target, "reason": reason.strip()[:500], "next_at": None}
    return write_act(
        actor, occurrence, version, "occurrence.cancelled", fields=fields, changes={"reason": reason.strip()}
    )


@transaction.atomic
def reschedule_occurrence(
    *, actor: Actor, occurrence: Occurrence, planned_at: datetime, version: int | None = None
) -> Occurrence:
    """Set the day and hour inside the due window on which the work is meant to be done."""
    facts = {"planned_at": planned_at, "begins_at": occurrence.begins_at, "due_at": occurrence.due_at}
    judge_act(actor, occurrence, "reschedule", facts)
    return write_act(
        actor,
        occurrence,
        version,
        "occurrence.rescheduled",
        fields={"planned_at": planned_at},
        changes={"planned_at": planned_at},
    )


@transaction.atomic
def assign_occurrence(
    *, actor: Actor, occurrence: Occurrence, assignee: User, version: int | None = None
) -> Occurrence:
    """Name who does it; only people who work on this contract."""
    judge_act(actor, occurrence, "assign", {"assignee": assignee})
    if not assignee.memberships.filter(
        contract_id=occurrence.contract_id, role__in=["engineer", "manager"]
    ).exists():
        raise DomainError("occurrence.not_on_contract", name=str(assignee))
    return write_act(
        actor,
        occurrence,
        version,
        "occurrence.assigned",
        fields={"assignee": assignee},
        changes={"assignee": {"from": str(occurrence.assignee or "未指定"), "to": str(assignee)}},
    )
