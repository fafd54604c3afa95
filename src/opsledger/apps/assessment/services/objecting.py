"""Grounds for not counting a fact, and the provider's objections: asked for, then decided by the buyer."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from opsledger.apps.assessment import sheet as sheets
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.models import Assessment, FactExclusion, Objection
from opsledger.apps.assessment.services.drafting import basis_for, move, note, reasoned
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def grounds_of(basis: Basis) -> tuple[str, ...]:
    """The grounds on which a fact may be left out: those of the contract, or the usual ones where it names none."""
    return basis.scheme.exclusion_reasons or ("不可抗力", "采购人原因", "第三方原因")


def line_of(sheet: dict[str, Any], fact_id: str) -> dict[str, Any]:
    """The line of a fact on a sheet; raises ``assessment.unknown_fact``."""
    tables = [row for category in sheet.get("categories", ()) for row in category["rows"]]
    for row in [*tables, *sheet.get("bonus_rows", ())]:
        for line in row["lines"]:
            if line["fact"] == fact_id:
                return dict(line)
    raise DomainError("assessment.unknown_fact")


def current(assessment: Assessment) -> dict[str, Any]:
    """The sheet as it stands: worked out for a draft, the issued one afterwards."""
    if assessment.result:
        return dict(assessment.result)
    basis = basis_for(assessment)
    span = basis.span(assessment.period_id)
    if span is None:
        raise DomainError("assessment.unknown_period", period=assessment.period_id)
    return sheets.build(basis, span, at=clock.now())


def recomputed(assessment: Assessment) -> dict[str, Any]:
    """The sheet worked out afresh, to be written down with an act."""
    assessment.result = {}
    return current(assessment)


@transaction.atomic
def exclude_fact(
    *, actor: Actor, assessment: Assessment, fact_id: str, reason: str, explanation: str
) -> FactExclusion:
    """Ask that a fact be left out for a ground of the contract; asked by the buyer it is approved at once."""
    actor.must(assessment.contract_id, access.BUYER, access.SUPERVISOR, access.MANAGER)
    allowed = grounds_of(basis_for(assessment))
    if reason not in allowed:
        raise DomainError("assessment.not_a_ground", reason=reason, allowed="、".join(allowed))
    line = line_of(current(assessment), fact_id)
    told = reasoned(explanation)
    live = FactExclusion.objects.filter(assessment__contract_id=assessment.contract_id, fact_id=fact_id)
    if live.exclude(state=FactExclusion.State.REFUSED).exists():
        raise DomainError("assessment.excluded_already")
    approved = access.BUYER in actor.roles(assessment.contract_id)
    at = clock.now()
    row = FactExclusion.objects.create(
        assessment=assessment,
        fact_id=fact_id,
        fact_title=line["title"][:300],
        reason=reason,
        note=told,
        state=FactExclusion.State.APPROVED if approved else FactExclusion.State.ASKED,
        asked_by_id=actor.user_id,
        asked_at=at,
        decided_by_id=actor.user_id if approved else None,
        decided_at=at if approved else None,
    )
    _rewrite(assessment, "exclude")
    verb = "assessment.excluded" if approved else "assessment.exclusion_asked"
    note(assessment, actor, verb, fact=line["title"], reason=reason, note=told)
    return row


def _rewrite(assessment: Assessment, action: str, *, to: str | None = None) -> None:
    """Move on, with the issued sheet worked out anew where there is one."""
    if not assessment.result:
        move(assessment, action, to=to)
        return
    state, version = assessment.state, assessment.version
    result = recomputed(assessment)
    assessment.state, assessment.version = state, version
    move(assessment, action, to=to, result=result)


@transaction.atomic
def decide_exclusion(
    *, actor: Actor, exclusion: FactExclusion, approve: bool, explanation: str
) -> FactExclusion:
    """The buyer approves or refuses a ground that was asked for."""
    assessment = exclusion.assessment
    actor.must(assessment.contract_id, access.BUYER)
    told = explanation.strip() if approve else reasoned(explanation)
    state = FactExclusion.State.APPROVED if approve else FactExclusion.State.REFUSED
    decided = FactExclusion.objects.filter(pk=exclusion.pk, state=FactExclusion.State.ASKED).update(
        state=state, decided_by_id=actor.user_id, decided_at=clock.now(), decision_note=told
    )
    if decided != 1:
        raise DomainError("assessment.exclusion_decided")
    exclusion.refresh_from_db()
    _rewrite(assessment, "exclude")
    note(
        assessment,
        actor,
        "assessment.excluded" if approve else "assessment.exclusion_refused",
        fact=exclusion.fact_title,
        reason=exclusion.reason,
        note=told,
    )
    return exclusion


@transaction.atomic
def object_to(*, actor: Actor, assessment: Assessment, fact_id: str, reason: str) -> Objection:
    """The provider objects to one deduction of an issued sheet, within the agreed working days."""
    actor.must(assessment.contract_id, access.MANAGER)
    told = reasoned(reason)
    until = assessment.objections_until
    if until is not None and clock.today() > until:
        raise DomainError("assessment.objection_closed", until=until)
    line = line_of(current(assessment), fact_id)
    if line["state"] != "counted":
        raise DomainError("assessment.nothing_deducted")
    if Objection.objects.filter(assessment__contract_id=assessment.contract_id, fact_id=fact_id).exists():
        raise DomainError("assessment.objected_already")
    row = Objection.objects.create(
        assessment=assessment,
        fact_id=fact_id,
        fact_title=line["title"][:300],
        reason=told,
        raised_by_id=actor.user_id,
        raised_at=clock.now(),
    )
    _rewrite(assessment, "object")
    note(assessment, actor, "assessment.objected", fact=line["title"], reason=told)
    return row


@transaction.atomic
def decide_objection(*, actor: Actor, objection: Objection, uphold: bool, reason: str) -> Objection:
    """The buyer upholds an objection (the fact no longer counts) or rejects it, with a reason."""
    assessment = objection.assessment
    actor.must(assessment.contract_id, access.BUYER)
    told = reasoned(reason)
    state = Objection.State.UPHELD if uphold else Objection.State.REJECTED
    decided = Objection.objects.filter(pk=objection.pk, state=Objection.State.RAISED).update(
        state=state, decided_by_id=actor.user_id, decided_at=clock.now(), decision_note=told
    )
    if decided != 1:
        raise DomainError("assessment.objection_decided")
    objection.refresh_from_db()
    still_open = assessment.objections.filter(state=Objection.State.RAISED).exists()
    _rewrite(assessment, "decide", to="objected" if still_open else "issued")
    verb = "assessment.objection_upheld" if uphold else "assessment.objection_rejected"
    note(assessment, actor, verb, fact=objection.fact_title, reason=told)
    return objection
