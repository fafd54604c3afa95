"""Photos and files of a round: kept once, looked at for later, too large ones refused in words."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.duties import evidence, looks
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.models import Round, RoundPhoto
from opsledger.apps.duties.services.acting import subject_of
from opsledger.apps.duties.services.rounds import must_work
from opsledger.apps.duties.services.syncing import moment
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def add_photo(
    *,
    actor: Actor,
    round_: Round,
    check_id: str,
    mutation: str,
    upload: UploadedFile,
    taken_at: Any = None,
) -> RoundPhoto:
    """Keep a photo or file of one check; sent twice, it is kept once.

    ``upload.picture_too_large`` for a picture with more points than can be looked at in bounded memory.
    """
    must_work(actor, round_)
    held = (
        Round.objects.select_for_update(of=("self",))
        .select_related("occurrence", "occurrence__item")
        .get(pk=round_.pk)
    )
    known = RoundPhoto.objects.filter(round=held, mutation=mutation[:40]).first()
    if known is not None:
        return known
    if held.state != Round.State.UNDER_WAY:
        raise DomainError("round.finished", state=held.get_state_display())
    if checklist_of(held).check(check_id) is None or not mutation:
        raise DomainError("round.unknown_check", check=check_id)
    attachment = ledger.attach_upload(upload=upload, subject=subject_of(held.occurrence), actor=actor)
    looked = ""
    if evidence.is_picture(attachment):
        looked = looks.looks_of(b"".join(ledger.content(attachment)))
    now = clock.now()
    return RoundPhoto.objects.create(
        round=held,
        check_id=check_id,
        attachment=attachment,
        mutation=mutation[:40],
        looks=looked,
        taken_at=moment(taken_at, held, now),
        recorded_at=now,
    )
