"""Hand a round in: judge what is missing, ask what is odd, make findings, submit the occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from opsledger.apps.duties import evidence, skips
from opsledger.apps.duties.checklists import Checklist, missing_checks
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.models import Answer, Occurrence, Round, RoundPhoto
from opsledger.apps.duties.services.acting import Submission, subject_of, submit_occurrence
from opsledger.apps.duties.services.findings import follow_up, record_from_round
from opsledger.apps.duties.services.questions import questions_of
from opsledger.apps.duties.services.rounds import must_work
from opsledger.apps.ledger import services as ledger
from opsledger.core.canonical import canonical
from opsledger.core.chain import best_algorithm, digest
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def finish_round(
    *, actor: Actor, round_: Round, note: str = "", done_at: datetime | None = None
) -> Occurrence:
    """Hand the round in: everything asked is answered, failures become findings, the occurrence is submitted.

    ``round.incomplete`` names all that is missing.  The entry holds a digest over all answers, so that none
    can be changed afterwards unnoticed.
    """
    must_work(actor, round_)
    held = Round.objects.select_for_update().get(pk=round_.pk)
    occurrence = Occurrence.objects.select_related("obligation", "item", "contract").get(
        pk=held.occurrence_id
    )
    if held.state != Round.State.UNDER_WAY:
        raise DomainError("round.finished", state=held.get_state_display())
    checklist = checklist_of(held)
    answers = {one.check_id: one for one in Answer.objects.filter(round=held)}
    _must_be_whole(held, checklist, answers)
    now = clock.now()
    asked = questions_of(held, checklist, answers, done_at=done_at or now)
    Round.objects.filter(pk=held.pk).update(
        state=Round.State.FINISHED, finished_at=now, questions=[one.as_data() for one in asked]
    )
    counts = _counts(checklist, answers, len(_left_out(held, answers)))
    ledger.record(
        chain=ledger.contract_chain(held.contract_id),
        actor=actor,
        verb="round.finished",
        subject=subject_of(occurrence),
        changes={
            "template": checklist.name,
            "version": held.template_version,
            **counts,
            "answers_digest": answers_digest(answers.values()),
        },
    )
    record_from_round(actor, held, occurrence, checklist, answers)
    follow_up(actor, held, answers)
    submission = Submission(
        note=_summary(held, checklist, answers, counts, note),
        numbers=_numbers(checklist, answers, occurrence),
        done_at=done_at,
    )
    return submit_occurrence(actor=actor, occurrence=occurrence, submission=submission)


def _must_be_whole(held: Round, checklist: Checklist, answers: Mapping[str, Answer]) -> None:
    """Refuse a round of which something is missing, naming it with its device."""
    photos: dict[str, int] = {}
    for check_id in RoundPhoto.objects.filter(round=held).values_list("check_id", flat=True):
        photos[check_id] = photos.get(check_id, 0) + 1
    values = {key: one.value for key, one in answers.items()}
    missing = missing_checks(checklist, values, {key: one.verdict for key, one in answers.items()}, photos)
    left_out = skips.reasons_of(held.stops, values)
    missing = [(check, what) for check, what in missing if check.stop not in left_out]
    if not missing:
        return
    tags = _tags(held)
    lines = "；".join(f"{tags.get(check.stop, '')}{check.label}{what}" for check, what in missing[:8])
    more = f"；另有{len(missing) - 8}项" if len(missing) > 8 else ""
    raise DomainError("round.incomplete", count=len(missing), missing=lines + more)


def _left_out(round_: Round, answers: Mapping[str, Answer]) -> dict[str, str]:
    """The devices that were not visited, each with its reason."""
    return skips.reasons_of(round_.stops, {key: one.value for key, one in answers.items()})


def _tags(round_: Round) -> dict[str, str]:
    """The tag of each device, to stand before what is said of it."""
    return {one["key"]: f"{one['code']} " for one in round_.stops}


def answers_digest(answers: Iterable[Answer]) -> str:
    """One digest over all answers of a round, in the order of their checks."""
    rows = sorted(answers, key=lambda one: one.check_id)
    plain = [
        [one.check_id, one.value, one.note, one.verdict, one.answered_at.isoformat(), one.answered_by_id]
        + [part for part in (one.reading, one.place) if part]
        for one in rows
    ]
    algorithm = best_algorithm()
    return f"{algorithm}:{digest(algorithm, canonical({'answers': plain})).hex()}"


def _counts(checklist: Checklist, answers: Mapping[str, Answer], skipped: int) -> dict[str, int]:
    found = [one.verdict for one in answers.values()]
    return {
        "checks": len(checklist.checks),
        "normal": found.count("ok"),
        "watch": found.count("warn"),
        "failed": found.count("fail"),
        **({"skipped": skipped} if skipped else {}),
    }


def _summary(
    round_: Round,
    checklist: Checklist,
    answers: Mapping[str, Answer],
    counts: Mapping[str, int],
    note: str,
) -> str:
    tags = _tags(round_)
    left_out = _left_out(round_, answers)
    some = f"其中{len(left_out)}处未查，" if left_out else ""
    devices = f"{len(tags)}处，{some}" if tags else ""
    said = [
        f"{checklist.name}：{devices}共{counts['checks']}项，正常{counts['normal']}项，关注{counts['watch']}项，"
        f"异常{counts['failed']}项。"
    ]
    said += [f"本次未查——{tags[key]}{reason}" for key, reason in left_out.items()]
    for check in checklist.checks:
        row = answers.get(check.id)
        if row is not None and row.verdict in ("warn", "fail"):
            value = "" if check.kind == "table" else f"：{row.value}{check.unit}"
            said.append(
                f"{'异常' if row.verdict == 'fail' else '关注'}——{tags.get(check.stop, '')}{check.label}{value}"
                f"{_tail(row.note)}"
            )
    if note.strip():
        said.append(note.strip())
    return "\n".join(said)[:5000]


def _tail(note: str) -> str:
    return f"（{note}）" if note else ""


def _numbers(checklist: Checklist, answers: Mapping[str, Answer], occurrence: Occurrence) -> dict[str, str]:
    """The numbers that the evidence rule names, from the checks that carry or are called by their names."""
    wanted = evidence.rule_of(occurrence.obligation).numbers
    found = {}
    for check in checklist.checks:
        row = answers.get(check.id)
        name = check.number or check.label
        if row is not None and row.number is not None and name in wanted:
            found[name] = f"{row.number.normalize():f}"
    return found
