"""The service unit signs: on its own account, on its phone."""

from __future__ import annotations

from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.duties import evidence
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.services.acting import judge_act, subject_of, write_act
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def sign_occurrence(
    *,
    actor: Actor,
    occurrence: Occurrence,
    signature: UploadedFile | None = None,
    version: int | None = None,
) -> Occurrence:
    """The service unit confirms on its own account that the work was done; a drawn signature is kept with it."""
    target = judge_act(actor, occurrence, "sign", {})
    changes: dict[str, object] = {}
    if signature is not None:
        kept = ledger.attach_upload(upload=signature, subject=signature_of(occurrence), actor=actor)
        if not evidence.is_picture(kept):
            raise DomainError("occurrence.signature_no_picture", name=kept.name)
        changes["files"] = [f"{kept.name}（{kept.file.digest[:12]}）"]
    fields = {"state": target, "signed_at": clock.now(), "signed_by": actor.user_id}
    return write_act(actor, occurrence, version, "occurrence.signed", fields=fields, changes=changes)


def signature_of(occurrence: Occurrence) -> ledger.Subject:
    """What a drawn signature is attached to: not the evidence, which has to stand without it."""
    return replace(subject_of(occurrence), type="signature")
