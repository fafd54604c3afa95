"""Going through a checklist: begin, take in answers and photos (also late and twice), finish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from opsledger.apps.duties import evidence, looks
from opsledger.apps.duties.checklists import Checklist, judge, to_data
from opsledger.apps.duties.frozen import checklist_of, told
from opsledger.apps.duties.models import Answer, Finding, Occurrence, Round, RoundMutation, RoundPhoto
from opsledger.apps.duties.models.findings import LIVE
from opsledger.apps.duties.selectors.templates import checklist_for
from opsledger.apps.duties.services.acting import start_occurrence, subject_of
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

_WORK = (access.ENGINEER, access.MANAGER)
# A phone's clock may run ahead a little; beyond that its moments are taken to be now.
_AHEAD = timedelta(minutes=5)
MAX_MUTATIONS = 500


def must_work(actor: Actor, round_: Round | Occurrence) -> None:
    """Rounds are for those who do the work."""
    if not actor.is_system:
        actor.must(round_.contract_id, *_WORK)


@transaction.atomic
def start_round(
    *, actor: Actor, occurrence: Occurrence, template_key: str, place: Mapping[str, float] | None = None
) -> Round:
    """Begin the round of an occurrence, or go on with the one that was begun (by whomever).

    After a return the same round is opened again, so that only what was wrong has to be done anew.
    """
    must_work(actor, occurrence)
    live = Round.objects.filter(occurrence=occurrence).exclude(state=Round.State.DISCARDED).first()
    if live is not None:
        if live.state == Round.State.FINISHED and occurrence.state in ("returned", "under_way"):
            Round.objects.filter(pk=live.pk, state=live.state).update(state=Round.State.UNDER_WAY)
            live.refresh_from_db()
        return live
    template = checklist_for(occurrence.contract_id, template_key)
    if template is None:
        raise DomainError("round.unknown_template", template=template_key)
    if occurrence.state in ("planned", "open"):
        start_occurrence(actor=actor, occurrence=occurrence)
    elif occurrence.state not in ("under_way", "returned"):
        raise DomainError("round.not_open", state=occurrence.get_state_display())
    try:
        with transaction.atomic():
            round_ = Round.objects.create(
                contract_id=occurrence.contract_id,
                occurrence=occurrence,
                item_id=occurrence.item_id,
                template_key=template_key,
                template_version=template.version,
                checklist=_for_occurrence(template, occurrence),
                started_at=clock.now(),
                started_by_id=actor.user_id,
                place=_place(place),
            )
    except IntegrityError:
        return Round.objects.exclude(state=Round.State.DISCARDED).get(occurrence=occurrence)
    ledger.record(
        chain=ledger.contract_chain(occurrence.contract_id),
        actor=actor,
        verb="round.started",
        subject=subject_of(occurrence),
        changes={"template": template.name, "version": template.version},
    )
    return round_


def _place(given: Mapping[str, float] | None) -> dict[str, str]:
    """Where the phone was, as text: the ledger and JSON take no floats from outside."""
    names = ("latitude", "longitude", "accuracy_metres")
    return {name: f"{float(given[name]):.6f}" for name in names if name in given} if given else {}


def _for_occurrence(template: Checklist, occurrence: Occurrence) -> dict[str, Any]:
    """The template with what the last rounds left open, and with what this obligation's evidence asks beyond it."""
    data = to_data(template)
    checks: list[dict[str, Any]] = [
        {
            "id": f"finding_{one.pk}",
            "label": f"上次发现：{one.summary}",
            "kind": "choice",
            "help": f"{clock.local(one.found_at):%m月%d日}发现，当前{one.get_state_display()}",
            "options": [{"value": "已消除"}, {"value": "仍存在", "verdict": "warn"}],
            "photo": "optional",
        }
        for one in Finding.objects.filter(item_id=occurrence.item_id, state__in=LIVE).order_by("pk")[:20]
        if occurrence.item_id
    ]
    checks += data["checks"]
    rule = evidence.rule_of(occurrence.obligation)
    covered = {one.get("number") for one in checks} | {one["label"] for one in checks}
    for place, name in enumerate(rule.numbers):
        if name not in covered:
            checks.append({"id": f"rule_number_{place}", "label": name, "kind": "number", "number": name})
    kinds = [one["kind"] for one in checks if one.get("required", True)]
    if rule.photos > kinds.count("photo"):
        checks.append({"id": "rule_photo", "label": f"现场照片（至少{rule.photos}张）", "kind": "photo"})
    if rule.files > kinds.count("file"):
        checks.append({"id": "rule_file", "label": f"文件（至少{rule.files}份）", "kind": "file"})
    return {**data, "checks": checks}


@dataclass(slots=True)
class SyncResult:
    """What became of the changes that a phone sent, by their ids."""

    saved: list[str] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


@transaction.atomic
def save_answers(
    *, actor: Actor, round_: Round, changes: Iterable[Mapping[str, Any]], device: str = ""
) -> SyncResult:
    """Take in answers: {"id", "check", "value", "note", "at", "base", "force"} each, in the order given.

    Sent twice, a change is applied once.  `base` is the version of the answer that the sender saw (0: none):
    if another device changed it since to something else, nothing is overwritten and both are told, unless
    `force`.  A wrong value is refused by name; the others are saved.
    """
    must_work(actor, round_)
    held = Round.objects.select_for_update().get(pk=round_.pk)
    if held.state != Round.State.UNDER_WAY:
        raise DomainError("round.finished", state=held.get_state_display())
    sent = list(changes)
    if len(sent) > MAX_MUTATIONS:
        raise DomainError("round.too_many", limit=MAX_MUTATIONS)
    checklist = checklist_of(held)
    known = set(
        RoundMutation.objects.filter(
            round=held, mutation__in=[str(one.get("id", ""))[:40] for one in sent]
        ).values_list("mutation", flat=True)
    )
    answers = {one.check_id: one for one in Answer.objects.filter(round=held)}
    result, now = SyncResult(), clock.now()
    touched: dict[str, Answer] = {}
    done: list[RoundMutation] = []
    for change in sent:
        mutation = str(change.get("id", ""))[:40]
        if mutation in known:
            result.saved.append(mutation)
            continue
        row = _apply(actor, held, checklist, answers, change, device, now, result)
        if row is not None:
            answers[row.check_id] = touched[row.check_id] = row
            known.add(mutation)
            done.append(RoundMutation(round=held, mutation=mutation, recorded_at=now))
            result.saved.append(mutation)
    Answer.objects.bulk_create([one for one in touched.values() if one.pk is None], batch_size=500)
    Answer.objects.bulk_update(
        [one for one in touched.values() if one.version > 1 and one.pk],
        [
            "value",
            "number",
            "verdict",
            "note",
            "answered_at",
            "recorded_at",
            "answered_by",
            "device",
            "version",
        ],
        batch_size=200,
    )
    RoundMutation.objects.bulk_create(done, batch_size=500)
    result.answers = {key: told(one) for key, one in touched.items()}
    return result


def _apply(
    actor: Actor,
    round_: Round,
    checklist: Checklist,
    answers: Mapping[str, Answer],
    change: Mapping[str, Any],
    device: str,
    now: datetime,
    result: SyncResult,
) -> Answer | None:
    mutation, check_id = str(change.get("id", ""))[:40], str(change.get("check", ""))
    check = checklist.check(check_id)
    if check is None or not mutation:
        result.refused.append({"id": mutation, "check": check_id, "problem": "这一项不在本次检查表中"})
        return None
    found = judge(check, change.get("value"))
    if found.problem:
        result.refused.append({"id": mutation, "check": check_id, "problem": found.problem})
        return None
    note = str(change.get("note") or "").strip()[:1000]
    row = answers.get(check_id)
    base = change.get("base")
    if (
        row is not None
        and isinstance(base, int)
        and base < row.version
        and row.device != device
        and (row.value, row.note) != (found.value, note)
        and not change.get("force")
    ):
        result.conflicts.append(
            {
                "id": mutation,
                "check": check_id,
                "label": check.label,
                "yours": found.value,
                "theirs": told(row),
            }
        )
        return None
    if row is None:
        row = Answer(round=round_, check_id=check_id, version=0)
    row.value, row.number, row.verdict, row.note = found.value, found.number, found.verdict, note
    row.answered_at, row.recorded_at = _moment(change.get("at"), round_, now), now
    row.answered_by_id, row.device, row.version = actor.user_id, device[:40], row.version + 1
    return row


def _moment(raw: Any, round_: Round, now: datetime) -> datetime:
    """When the phone says that it was entered; nonsense and the future are now."""
    try:
        at = datetime.fromisoformat(str(raw).replace("Z", "+00:00"))
    except ValueError:
        return now
    if at.utcoffset() is None or at > now + _AHEAD or at < round_.started_at - timedelta(days=30):
        return now
    return min(at, now)


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
    """Keep a photo or file of one check; sent twice, it is kept once."""
    must_work(actor, round_)
    held = (
        Round.objects.select_for_update(of=("self",))
        .select_related("occurrence", "occurrence__item")
        .get(pk=round_.pk)
    )
    known = RoundPhoto.objects.filter(round=held, mutation=mutation).first()
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
        taken_at=_moment(taken_at, held, now),
        recorded_at=now,
    )
