"""Gather what the honesty checks need for one round and ask them; take in what the engineer says to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import honesty, skips
from opsledger.apps.duties.checklists import Checklist
from opsledger.apps.duties.honesty import Entered, Question
from opsledger.apps.duties.models import Answer, Attendance, Round, StaffMember
from opsledger.apps.duties.services.acting import subject_of
from opsledger.apps.duties.services.photo_questions import photo_questions
from opsledger.apps.duties.services.rounds import must_work
from opsledger.apps.duties.services.watching import from_watch
from opsledger.apps.ledger import services as ledger
from opsledger.core.calendars import WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, shown
from opsledger.kernel.access import Actor

# Attendance is kept in a contract if anybody was recorded within so many days.
_KEPT_DAYS = 14
_NAMED = 8
_OFFICE = "周一至周五 08:00-18:00"


def questions_of(
    round_: Round, checklist: Checklist, answers: Mapping[str, Answer], *, done_at: datetime
) -> list[Question]:
    """Everything that a supervisor might want to ask about this round; what monitoring filled in asks nothing."""
    entered = _entered(round_, checklist, answers)
    now = clock.now()
    first = min((one.answered_at for one in entered), default=round_.started_at)
    found = [
        honesty.too_fast(entered, checklist.minutes),
        honesty.faster_than_walking(entered),
        honesty.too_far_apart(entered),
        honesty.identical_numbers(entered, _earlier_numbers(round_)),
        honesty.backdated(entered, words(first)),
        honesty.done_before(done_at, now, round_.occurrence.due_at, words(done_at)),
        _off_hours(round_, first, answers) if entered else None,
    ]
    asked = [one for one in found if one is not None]
    asked += _left_out(round_, answers)
    return asked + _attendance(round_, answers) + photo_questions(round_)


def _left_out(round_: Round, answers: Mapping[str, Answer]) -> list[Question]:
    """What was not visited and why; what was left out the last time as well is named again."""
    reasons = skips.reasons_of(round_.stops, {key: one.value for key, one in answers.items()})
    if not reasons:
        return []
    left = [one for one in round_.stops if one["key"] in reasons]
    told = "、".join(f"{one['code']}（{reasons[one['key']]}）" for one in left[:_NAMED])
    more = "等" if len(left) > _NAMED else ""
    again = [str(one["code"]) for one in left if one.get("missed")]
    twice = f"；其中{'、'.join(again[:_NAMED])}上次也未查" if again else ""
    return [Question("skipped", {"count": len(left), "devices": told + more, "again": twice})]


def words(at: datetime) -> str:
    """A moment for people."""
    return shown.moment(at, zone=clock.zone())


def _entered(round_: Round, checklist: Checklist, answers: Mapping[str, Answer]) -> list[Entered]:
    place_of = {one["key"]: one["place"] for one in round_.stops}
    return [
        Entered(
            check.id,
            check.label,
            row.answered_at,
            row.recorded_at,
            row.number,
            place_of.get(check.stop, ""),
            _position(row.place),
        )
        for check in checklist.checks
        if (row := answers.get(check.id)) is not None and row.value is not None and not from_watch(row)
    ]


def _position(place: Mapping[str, Any]) -> tuple[float, float, float] | None:
    if not place:
        return None
    return float(place["latitude"]), float(place["longitude"]), float(place.get("accuracy_metres", 0))


def _earlier_numbers(round_: Round) -> list[dict[str, Decimal]]:
    """The numbers of the last rounds by the same template on the same item, the latest first."""
    rows = Round.objects.filter(
        contract_id=round_.contract_id,
        item_id=round_.item_id,
        template_key=round_.template_key,
        state=Round.State.FINISHED,
    ).exclude(pk=round_.pk)
    ids = list(rows.order_by("-finished_at").values_list("pk", flat=True)[: honesty.LAST_ROUNDS])
    numbers: dict[int, dict[str, Decimal]] = {pk: {} for pk in ids}
    found = Answer.objects.filter(round__in=ids, number__isnull=False)
    for round_id, check_id, number in found.values_list("round_id", "check_id", "number"):
        numbers[round_id][check_id] = number
    return [numbers[pk] for pk in ids]


def _off_hours(round_: Round, first: datetime, answers: Mapping[str, Answer]) -> Question | None:
    """The first answer lies outside the item's service window; or, where a roster is kept, outside office hours
    while somebody else was on duty.  Whoever was on duty is asked nothing."""
    duty = desk.on_duty(round_.contract_id, first)
    people = {row.answered_by_id: row.answered_by for row in answers.values() if row.answered_by_id}
    if duty is not None and duty.pk in people:
        return None
    item = round_.item
    if item is not None and item.windows:
        window = round_.contract.windows.get(item.windows[0])
        if not _open(window["hours"] if window else item.windows[0], round_.contract.time_zone, first):
            return Question("off_hours", {"at": words(first)})
    if duty is not None and people and not _open(_OFFICE, round_.contract.time_zone, first):
        name = "、".join(str(one) for one in people.values())
        return Question("off_roster", {"name": name, "at": words(first), "duty": str(duty)})
    return None


def _open(hours: str, zone: str, at: datetime) -> bool:
    """Whether a moment lies within the hours; hours that cannot be read are taken to be open."""
    try:
        window = parse_window(hours)
    except DomainError:
        return True
    return ServiceClock(WorkingCalendar.china(), window, zone).is_open(at)


def _attendance(round_: Round, answers: Mapping[str, Answer]) -> list[Question]:
    """For each person on a post who answered: what attendance of that day says, where attendance is kept."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for row in answers.values():
        if row.answered_by_id is None:
            continue
        low, high = spans.get(row.answered_by_id, (row.answered_at, row.answered_at))
        spans[row.answered_by_id] = min(low, row.answered_at), max(high, row.answered_at)
    asked = []
    for user_id, (first, last) in sorted(spans.items()):
        day = clock.local(first).date()
        member = StaffMember.objects.filter(
            contract_id=round_.contract_id, user_id=user_id, starts_on__lte=day
        ).first()
        if member is None or (member.ends_on and member.ends_on < day):
            continue
        kept = Attendance.objects.filter(member__contract_id=round_.contract_id, day__lte=day)
        if not kept.filter(day__gt=day - timedelta(days=_KEPT_DAYS)).exists():
            continue
        row = Attendance.objects.filter(member=member, day=day).first()
        found = honesty.Day(
            member.name, row.kind if row else "", row.in_at if row else None, row.out_at if row else None
        )
        question = honesty.out_of_attendance(found, first, last, shown.day(day), words)
        asked += [question] if question else []
    return asked


@transaction.atomic
def answer_question(*, actor: Actor, round_: Round, number: int, text: str) -> Round:
    """What the engineer says to one of the questions; it stands beside the question and on record."""
    must_work(actor, round_)
    if not text.strip():
        raise DomainError("round.answer_needed")
    held = Round.objects.select_for_update(of=("self",)).select_related("occurrence__item").get(pk=round_.pk)
    if not 0 <= number < len(held.questions):
        raise DomainError("round.no_question")
    said = {"text": text.strip()[:500], "by": actor.name, "at": clock.now().isoformat()}
    held.questions = [{**one, "answer": said} if n == number else one for n, one in enumerate(held.questions)]
    held.save(update_fields=["questions"])
    question = held.questions[number]
    ledger.record(
        chain=ledger.contract_chain(held.contract_id),
        actor=actor,
        verb="round.question_answered",
        subject=subject_of(held.occurrence),
        changes={
            "question": honesty.QUESTIONS[question["code"]].format(**question["facts"]),
            "note": said["text"],
        },
    )
    return held
