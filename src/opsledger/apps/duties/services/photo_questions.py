"""Photos that were handed in before: as the same file, or as (nearly) the same picture."""

from __future__ import annotations

from opsledger.apps.duties.honesty import Question
from opsledger.apps.duties.looks import NEAR, apart
from opsledger.apps.duties.models import Round, RoundPhoto
from opsledger.apps.ledger.models import Attachment
from opsledger.kernel import clock, shown

_PHOTOS_BACK = 3000


def photo_questions(round_: Round) -> list[Question]:
    """One question for each picture of the round that another occurrence, or an earlier check of it, has too."""
    mine = list(RoundPhoto.objects.filter(round=round_).select_related("attachment", "attachment__file"))
    pictures = [one for one in mine if one.attachment.file.media_type.startswith("image/")]
    if not pictures:
        return []
    same, older = _same_files(round_, pictures), _older_looks(round_)
    found = []
    before: list[RoundPhoto] = []
    for one in pictures:
        name = one.attachment.name
        twin = next((other for other in before if _twins(one, other)), None)
        near = next((told for looks, told in older if one.looks and apart(looks, one.looks) <= NEAR), "")
        if one.attachment.file_id in same:
            found.append(Question("photo_same", {"name": name, "where": same[one.attachment.file_id]}))
        elif near:
            found.append(Question("photo_alike", {"name": name, "where": near}))
        elif twin is not None:
            found.append(Question("photo_twice", {"name": name, "where": twin.attachment.name}))
        before.append(one)
    return found


def _twins(one: RoundPhoto, other: RoundPhoto) -> bool:
    """The same picture at two different checks of one round."""
    if one.check_id == other.check_id:
        return False
    return one.attachment.file_id == other.attachment.file_id


def _same_files(round_: Round, pictures: list[RoundPhoto]) -> dict[int, str]:
    rows = (
        Attachment.objects.filter(
            file_id__in=[one.attachment.file_id for one in pictures], subject_type="occurrence"
        )
        .exclude(subject_id=str(round_.occurrence_id))
        .order_by("pk")
    )
    return {one.file_id: f"{_words(one.uploaded_at)}提交的“{one.name}”" for one in rows}


def _older_looks(round_: Round) -> list[tuple[str, str]]:
    rows = RoundPhoto.objects.filter(round__contract_id=round_.contract_id).exclude(round=round_)
    found = rows.exclude(looks="").order_by("-pk").values_list("looks", "taken_at", "attachment__name")
    return [(looks, f"{_words(at)}所拍“{name}”") for looks, at, name in found[:_PHOTOS_BACK]]


def _words(at) -> str:
    return shown.moment(at, zone=clock.zone())
