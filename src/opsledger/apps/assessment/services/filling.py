"""What people enter by hand: points on a row, or a fact that no other room knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.assessment.inputs import FOUND_BY_ITSELF, limit_of
from opsledger.apps.assessment.models import Assessment, ManualRow
from opsledger.apps.assessment.services.drafting import basis_for, move, note, reasoned
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.core.scoring import FACT_KINDS, Indicator
from opsledger.core.scoring.scheme import Manual, PerUnit, Steps
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

ASSESSORS = (access.BUYER, access.SUPERVISOR)


@transaction.atomic
def add_manual_row(
    *,
    actor: Actor,
    assessment: Assessment,
    indicator_id: str,
    points: Decimal | None,
    reason: str,
    assessor_id: str = "",
    files: Sequence[UploadedFile] = (),
) -> ManualRow:
    """Give a row that is filled by hand its points (awarded or deducted, as the scheme says)."""
    actor.must(assessment.contract_id, *ASSESSORS)
    indicator = _indicator(assessment, indicator_id)
    if not isinstance(indicator.rule, Manual | Steps):
        raise DomainError("assessment.kind_needed")
    assessors = [one.id for one in basis_for(assessment).scheme.assessors]
    if assessors and assessor_id not in assessors:
        raise DomainError("assessment.assessor_needed")
    limit = limit_of(indicator)
    if points is None:
        raise DomainError("assessment.points_needed")
    if points < 0 or (limit is not None and points > limit):
        raise DomainError("assessment.points_out_of_range", high="不限" if limit is None else limit)
    row = ManualRow(
        indicator_id=indicator_id, points=points, assessor_id=assessor_id, reason=reasoned(reason)
    )
    return _keep(actor, assessment, row, indicator, files)


@transaction.atomic
def add_manual_fact(
    *,
    actor: Actor,
    assessment: Assessment,
    indicator_id: str,
    kind: str,
    happened_on: date | None,
    reason: str,
    measure: Decimal | None = None,
    item: ServiceItem | None = None,
    files: Sequence[UploadedFile] = (),
) -> ManualRow:
    """Enter a fact that falls into the row (a post left empty, a data leak); the scheme says what it costs."""
    actor.must(assessment.contract_id, *ASSESSORS)
    indicator = _indicator(assessment, indicator_id)
    if indicator.match is None or kind not in indicator.match.kinds:
        raise DomainError("assessment.kind_needed")
    if kind in FOUND_BY_ITSELF:
        raise DomainError("assessment.found_by_itself", kind=FACT_KINDS.get(kind, kind))
    if happened_on is None or not assessment.starts_on <= happened_on <= assessment.ends_on:
        raise DomainError("assessment.day_needed", starts_on=assessment.starts_on, ends_on=assessment.ends_on)
    if measure is None and isinstance(indicator.rule, PerUnit):
        raise DomainError("assessment.measure_needed")
    row = ManualRow(
        indicator_id=indicator_id,
        kind=kind,
        happened_on=happened_on,
        measure=measure,
        item=item,
        reason=reasoned(reason),
    )
    return _keep(actor, assessment, row, indicator, files)


def _indicator(assessment: Assessment, indicator_id: str) -> Indicator:
    for row in basis_for(assessment).scheme.indicators:
        if row.id == indicator_id:
            return row
    raise DomainError("assessment.unknown_row")


def _keep(
    actor: Actor,
    assessment: Assessment,
    row: ManualRow,
    indicator: Indicator,
    files: Sequence[UploadedFile],
) -> ManualRow:
    move(assessment, "fill")
    row.assessment = assessment
    row.by_id = actor.user_id
    row.created_at = clock.now()
    row.save()
    subject = ledger.Subject("assessment_row", str(row.pk), row.reason)
    kept = [ledger.attach_upload(upload=one, subject=subject, actor=actor) for one in files]
    what: dict[str, object] = {"row": indicator.title, "reason": row.reason}
    if row.points is not None:
        what["points"] = str(row.points)
    else:
        what |= {"fact": FACT_KINDS.get(row.kind, row.kind), "happened_on": row.happened_on}
    if kept:
        what["files"] = [f"{one.name}（{one.file.digest[:12]}）" for one in kept]
    note(assessment, actor, "assessment.filled", **what)
    return row


@transaction.atomic
def withdraw_manual_row(*, actor: Actor, row: ManualRow, reason: str) -> ManualRow:
    """Take back something entered by hand; it stays on record with the reason."""
    assessment = row.assessment
    actor.must(assessment.contract_id, *ASSESSORS)
    told = reasoned(reason)
    move(assessment, "fill")
    taken = ManualRow.objects.filter(pk=row.pk, withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_reason=told
    )
    if taken != 1:
        raise DomainError("assessment.row_withdrawn")
    row.refresh_from_db()
    note(assessment, actor, "assessment.row_withdrawn", row=row.reason, reason=told)
    return row
