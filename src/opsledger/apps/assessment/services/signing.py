"""Issue, recall, signatures, and the correction of what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from opsledger.apps.assessment import sheet as sheets
from opsledger.apps.assessment.basis import calendar_of
from opsledger.apps.assessment.difference import difference
from opsledger.apps.assessment.models import Assessment, Edition, Signature
from opsledger.apps.assessment.services.drafting import basis_for, move, note, reasoned
from opsledger.apps.assessment.services.objecting import current
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

PARTIES: Mapping[str, str] = {
    access.BUYER: "采购人",
    access.MANAGER: "服务商",
    access.SUPERVISOR: "监理",
}


@transaction.atomic
def issue(*, actor: Actor, assessment: Assessment) -> Assessment:
    """Put the sheet before the provider: from here on it changes only by decisions on it."""
    actor.must(assessment.contract_id, access.BUYER, access.SUPERVISOR)
    if clock.today() <= assessment.ends_on:
        raise DomainError("assessment.not_over", title=assessment.title, ends_on=assessment.ends_on)
    sheet = current(assessment)
    if sheet["pending"]:
        raise DomainError("assessment.pending", count=len(sheet["pending"]), rows="、".join(sheet["pending"]))
    at = clock.now()
    days = basis_for(assessment).objection_days
    until = calendar_of(assessment.contract).add_working_days(clock.local(at).date(), days)
    move(assessment, "issue", result=sheet, issued_at=at, objections_until=until)
    note(assessment, actor, "assessment.issued", **_told(sheet), until=until)
    return assessment


def _told(sheet: dict[str, Any]) -> dict[str, object]:
    money = sheet["money"]
    told: dict[str, object] = {"score": sheet["score"], "band": sheet["band"]["title"]}
    if money:
        told |= {"deduction": money["deduction"], "payable": money["payable"]}
    return told | {"digest": sheets.digest(sheet)}


@transaction.atomic
def recall(*, actor: Actor, assessment: Assessment, reason: str) -> Assessment:
    """Take an issued sheet back to a draft; signatures given under it lapse."""
    actor.must(assessment.contract_id, access.BUYER)
    told = reasoned(reason)
    move(assessment, "recall", result={}, issued_at=None, objections_until=None)
    assessment.signatures.filter(edition=assessment.edition).delete()
    note(assessment, actor, "assessment.recalled", reason=told)
    return assessment


@transaction.atomic
def sign(*, actor: Actor, assessment: Assessment, explanation: str = "") -> Assessment:
    """Sign for one's party; with the buyer's and the provider's signatures the sheet is frozen for good.

    The provider's silence until the end of the time for objections counts as consent.
    """
    actor.must(assessment.contract_id, *PARTIES)
    role = next(role for role in PARTIES if role in actor.roles(assessment.contract_id))
    given = set(assessment.signatures.filter(edition=assessment.edition).values_list("party", flat=True))
    if role in given:
        raise DomainError("assessment.party_signed", party=PARTIES[role])
    until = assessment.objections_until
    silent = until is not None and clock.today() > until
    if role == access.BUYER and access.MANAGER not in given and not silent:
        raise DomainError("assessment.provider_first", until=until)
    finished = role == access.BUYER
    sheet, at = assessment.result, clock.now()
    if finished:
        move(assessment, "sign", signed_at=at)
    else:
        move(assessment, "sign", to="issued")
    Signature.objects.create(
        assessment=assessment,
        edition=assessment.edition,
        party=role,
        digest=sheets.digest(sheet),
        by_id=actor.user_id,
        name=actor.name,
        note=explanation.strip(),
        signed_at=at,
    )
    if finished:
        _keep_edition(assessment, sheet)
    note(assessment, actor, "assessment.signed", party=PARTIES[role], **_told(sheet))
    return assessment


def _keep_edition(assessment: Assessment, sheet: dict[str, Any]) -> None:
    before = assessment.editions.filter(number=assessment.edition - 1).first()
    Edition.objects.create(
        assessment=assessment,
        number=assessment.edition,
        result=sheet,
        digest=sheets.digest(sheet),
        reason=assessment.correction_reason,
        difference=difference(before.result, sheet) if before else [],
        signed_at=assessment.signed_at,
    )


@transaction.atomic
def correct(*, actor: Actor, assessment: Assessment, reason: str) -> Assessment:
    """Begin a new edition of a signed sheet; the signed one is kept, and both are compared at the next signature."""
    actor.must(assessment.contract_id, access.BUYER)
    told = reasoned(reason)
    move(
        assessment,
        "correct",
        result={},
        issued_at=None,
        objections_until=None,
        signed_at=None,
        edition=assessment.edition + 1,
        correction_reason=told,
    )
    note(assessment, actor, "assessment.corrected", reason=told, edition=assessment.edition)
    return assessment
