"""Gather what the honesty checks need for one round and ask them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from opsledger.apps.duties import honesty
from opsledger.apps.duties.checklists import Checklist
from opsledger.apps.duties.honesty import Question
from opsledger.apps.duties.looks import NEAR, apart
from opsledger.apps.duties.models import Answer, Round, RoundPhoto
from opsledger.apps.ledger.models import Attachment
from opsledger.core.calendars import WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, shown

_PHOTOS_BACK = 3000


def questions_of(round_: Round, checklist: Checklist, answers: Mapping[str, Answer]) -> list[Question]:
    """Everything that a supervisor might want to ask about this round."""
    entered = [
        honesty.Entered(check.id, check.label, row.answered_at, row.recorded_at, row.number)
        for check in checklist.checks
        if (row := answers.get(check.id)) is not None and row.value is not None
    ]
    first = min((one.answered_at for one in entered), default=round_.started_at)
    found = [
        honesty.too_fast(entered, checklist.minutes),
        honesty.identical_numbers(entered, _earlier_numbers(round_)),
        honesty.backdated(entered, _words(first)),
        _off_hours(round_, first),
    ]
    return [one for one in found if one is not None] + _photo_questions(round_)


def _words(at) -> str:
    return shown.moment(at, zone=clock.zone())


def _earlier_numbers(round_: Round) -> list[dict[str, Decimal]]:
    """The numbers of the last rounds by the same template on the same item, the latest first."""
    rows = Round.objects.filter(
        item_id=round_.item_id, template_key=round_.template_key, state=Round.State.FINISHED
    ).exclude(pk=round_.pk)
    ids = list(rows.order_by("-finished_at").values_list("pk", flat=True)[: honesty.LAST_ROUNDS])
    numbers: dict[int, dict[str, Decimal]] = {pk: {} for pk in ids}
    found = Answer.objects.filter(round__in=ids, number__isnull=False)
    for round_id, check_id, number in found.values_list("round_id", "check_id", "number"):
        numbers[round_id][check_id] = number
    return [numbers[pk] for pk in ids]


def _off_hours(round_: Round, first) -> Question | None:
    """The first answer lies outside the item's service window (never asked where it is 7×24)."""
    item = round_.item
    if item is None or not item.windows:
        return None
    window = round_.contract.windows.get(item.windows[0])
    try:
        hours = parse_window(window["hours"] if window else item.windows[0])
    except DomainError:
        return None
    if ServiceClock(WorkingCalendar.china(), hours, round_.contract.time_zone).is_open(first):
        return None
    return Question("off_hours", {"at": _words(first)})


def _photo_questions(round_: Round) -> list[Question]:
    """Photos that were handed in before, as the same file or as (nearly) the same picture."""
    mine = list(RoundPhoto.objects.filter(round=round_).select_related("attachment"))
    pictures = [one for one in mine if one.attachment.file.media_type.startswith("image/")]
    if not pictures:
        return []
    same = (
        Attachment.objects.filter(
            file_id__in=[one.attachment.file_id for one in pictures], subject_type="occurrence"
        )
        .exclude(subject_id=str(round_.occurrence_id))
        .order_by("pk")
    )
    where = {one.file_id: f"{_words(one.uploaded_at)}提交的“{one.name}”" for one in same}
    older = [
        (looks, f"{_words(at)}所拍“{name}”")
        for looks, at, name in RoundPhoto.objects.filter(round__contract_id=round_.contract_id)
        .exclude(round=round_)
        .exclude(looks="")
        .order_by("-pk")
        .values_list("looks", "taken_at", "attachment__name")[:_PHOTOS_BACK]
    ]
    found = []
    for one in pictures:
        name = one.attachment.name
        if one.attachment.file_id in where:
            found.append(Question("photo_same", {"name": name, "where": where[one.attachment.file_id]}))
            continue
        near = next((told for looks, told in older if one.looks and apart(looks, one.looks) <= NEAR), "")
        if near:
            found.append(Question("photo_alike", {"name": name, "where": near}))
    return found
