"""Every period of a contract has its draft; acts move it on by a conditional write."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.states import STATES, after
from opsledger.apps.contracts.models import Contract
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def open_periods(*, contract: Contract, basis: Basis | None = None) -> int:
    """Make the drafts of all periods that are not there yet; returns how many were made.

    Nothing is recorded: a draft holds no decision, only the contract's own periods.
    """
    basis = basis or basis_of(contract)
    if basis is None:
        return 0
    known = set(Assessment.objects.filter(contract=contract).values_list("period_id", flat=True))
    at = clock.now()
    fresh = [
        Assessment(
            contract=contract,
            period_id=span.id,
            kind=span.kind,
            title=span.title,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            created_at=at,
        )
        for span in basis.spans()
        if span.id not in known
    ]
    Assessment.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def basis_for(assessment: Assessment) -> Basis:
    """The rules under which an assessment stands; raises ``assessment.no_scheme``."""
    basis = basis_of(assessment.contract)
    if basis is None:
        raise DomainError("assessment.no_scheme")
    return basis


def move(assessment: Assessment, action: str, *, to: str | None = None, **changes: Any) -> Assessment:
    """Write an act's outcome if nobody else has acted meanwhile; raises ``page.stale``.

    `to` overrides the table's target where an act reaches it only in the end (the last objection decided,
    the last signature given).  The assessment is read again.
    """
    target = after(assessment.state, action) if to is None else to
    after(assessment.state, action)
    moved = Assessment.objects.filter(
        pk=assessment.pk, version=assessment.version, state=assessment.state
    ).update(state=target, version=F("version") + 1, **changes)
    if moved != 1:
        assessment.refresh_from_db()
        raise DomainError("page.stale", by="其他人", what=f"现为{STATES[assessment.state]}")
    assessment.refresh_from_db()
    return assessment


def note(assessment: Assessment, actor: Actor, verb: str, **changes: object) -> None:
    """Record an act on the assessment in the contract's ledger."""
    ledger.record(
        chain=ledger.contract_chain(assessment.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("assessment", str(assessment.pk), f"{assessment.title}考核"),
        changes=changes,
    )


def reasoned(text: str) -> str:
    """The reason without blanks around it; raises ``assessment.reason_needed`` when there is none."""
    if not text.strip():
        raise DomainError("assessment.reason_needed")
    return text.strip()
