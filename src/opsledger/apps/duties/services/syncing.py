"""Take in what phones have gathered: late, twice, or from two phones at once; nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from opsledger.apps.duties import skips
from opsledger.apps.duties.checklists import Check, Checklist, judge
from opsledger.apps.duties.checklists.judging import Judgement
from opsledger.apps.duties.frozen import checklist_of, told
from opsledger.apps.duties.models import Answer, Round, RoundMutation
from opsledger.apps.duties.services.rounds import must_work, read_place, takes_places
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

# A phone's clock may run ahead a little; beyond that its moments are taken to be now.
_AHEAD = timedelta(minutes=5)
_OLDEST = timedelta(days=30)
MAX_MUTATIONS = 500
_WRITTEN = [
    "value", "number", "verdict", "note", "answered_at", "recorded_at", "answered_by", "device", "place", "version",
]  # fmt: skip


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
    """Take in answers: {"id", "check", "value", "note", "at", "base", "force", "place"} each, in the order given.

    Sent twice, a change is applied once.  `base` is the version of the answer that the sender saw (0: none):
    if another device changed it since to something else, nothing is overwritten and both are told, unless
    `force`.  A wrong value is refused by name; the others are saved.  A place is kept only where the contract
    allows it.
    """
    must_work(actor, round_)
    held = Round.objects.select_for_update(of=("self",)).select_related("contract").get(pk=round_.pk)
    if held.state != Round.State.UNDER_WAY:
        raise DomainError("round.finished", state=held.get_state_display())
    sent = list(changes)
    device = device[:40] if _can_be_kept(device) else ""
    if len(sent) > MAX_MUTATIONS:
        raise DomainError("round.too_many", limit=MAX_MUTATIONS)
    batch = _Batch(actor, held, checklist_of(held), device, clock.now(), takes_places(held.contract))
    batch.take(sent)
    batch.write()
    return batch.result


class _Batch:
    """The changes of one request against one round; nothing is written before `write`."""

    def __init__(
        self, actor: Actor, round_: Round, checklist: Checklist, device: str, now: datetime, places: bool
    ) -> None:
        self.actor, self.round, self.device, self.now, self.places = actor, round_, device, now, places
        left_out = skips.checks_of(round_.stops)
        self.checks: dict[str, Check] = {one.id: one for one in [*checklist.checks, *left_out]}
        self.skips = {one.id for one in left_out}
        self.answers = {one.check_id: one for one in Answer.objects.filter(round=round_)}
        self.touched: dict[str, Answer] = {}
        self.done: list[str] = []
        self.result = SyncResult()

    def take(self, sent: list[Mapping[str, Any]]) -> None:
        names = [_id(one) for one in sent]
        asked = [name for name in names if _can_be_kept(name)]
        rows = RoundMutation.objects.filter(round=self.round, mutation__in=asked)
        known = set(rows.values_list("mutation", flat=True))
        for mutation, change in zip(names, sent, strict=True):
            if mutation in known:
                self.result.saved.append(mutation)
            elif self._apply(mutation, change):
                known.add(mutation)
                self.done.append(mutation)
                self.result.saved.append(mutation)

    def _apply(self, mutation: str, change: Mapping[str, Any]) -> bool:
        if not _can_be_kept(change):
            return self._refuse(mutation, str(change.get("check", "")), "含有不能保存的字符，请改写后再提交")
        check = self.checks.get(str(change.get("check", "")))
        if check is None or not mutation:
            return self._refuse(mutation, str(change.get("check", "")), "这一项不在本次检查表中")
        found = self._judged(check, change.get("value"))
        if found.problem:
            return self._refuse(mutation, check.id, found.problem)
        note = str(change.get("note") or "").strip()[:1000]
        row = self.answers.get(check.id)
        if row is not None and row.reading:
            found = _as_read(found, row)
        if row is not None and row.reading and found.value != row.reading["value"] and not note:
            said = f"{row.reading['value']}{row.reading['unit']}"
            return self._refuse(mutation, check.id, f"监测值为{said}，改动须在备注中写明理由")
        if row is not None and self._differs(row, change, found, note):
            told_ = {"id": mutation, "check": check.id, "label": check.label, "yours": found.value}
            self.result.conflicts.append({**told_, "theirs": told(row)})
            return False
        self._set(check, row, found, note, change)
        return True

    def _judged(self, check: Check, raw: Any) -> Judgement:
        """The worth of an answer; the reason why a device was left out has none and is short."""
        found = judge(check, raw)
        if check.id not in self.skips:
            return found
        if len(str(found.value or "")) > skips.LONGEST:
            return Judgement(problem=f"原因不能超过{skips.LONGEST}字")
        return replace(found, value=found.value or None, verdict="")

    def _refuse(self, mutation: str, check_id: str, problem: str) -> bool:
        self.result.refused.append({"id": mutation, "check": check_id, "problem": problem})
        return False

    def _differs(self, row: Answer, change: Mapping[str, Any], found: Judgement, note: str) -> bool:
        """Another device changed the answer since the sender saw it, to something else."""
        base = change.get("base")
        if not isinstance(base, int) or change.get("force"):
            return False
        if base >= row.version or row.device == self.device:
            return False
        return bool((row.value, row.note) != (found.value, note))

    def _set(
        self, check: Check, row: Answer | None, found: Judgement, note: str, change: Mapping[str, Any]
    ) -> None:
        row = row or Answer(round=self.round, check_id=check.id, version=0)
        row.value, row.number, row.verdict, row.note = found.value, found.number, found.verdict, note
        row.answered_at, row.recorded_at = moment(change.get("at"), self.round, self.now), self.now
        row.answered_by_id, row.device, row.version = self.actor.user_id, self.device, row.version + 1
        if self.places and change.get("place"):
            row.place = read_place(change["place"])
        self.answers[check.id] = self.touched[check.id] = row

    def write(self) -> None:
        """All of it, in the caller's transaction: a server that dies in between has kept nothing."""
        rows = list(self.touched.values())
        Answer.objects.bulk_create([one for one in rows if one.pk is None], batch_size=500)
        old = [one for one in rows if one.version > 1 and one.pk]
        Answer.objects.bulk_update(old, _WRITTEN, batch_size=200)
        made = [RoundMutation(round=self.round, mutation=one, recorded_at=self.now) for one in self.done]
        RoundMutation.objects.bulk_create(made, batch_size=500)
        self.result.answers = {key: told(one) for key, one in self.touched.items()}


def _as_read(found: Judgement, row: Answer) -> Judgement:
    """The same number written otherwise (22.50) is what monitoring said (22.5), not a change."""
    read = str(row.reading["value"])
    if found.number is None or row.number is None or found.number != Decimal(read):
        return found
    return replace(found, value=read)


def _can_be_kept(said: Any) -> bool:
    """Whether a database can hold every text in it; a phone sends what it likes."""
    if isinstance(said, str):
        return "\x00" not in said and not any("\ud800" <= letter <= "\udfff" for letter in said)
    if isinstance(said, Mapping):
        return all(_can_be_kept(part) for pair in said.items() for part in pair)
    try:
        return not isinstance(said, list) or all(_can_be_kept(part) for part in said)
    except RecursionError:
        return False  # lists in lists without end are no answer


def _id(change: Mapping[str, Any]) -> str:
    return str(change.get("id", ""))[:40]


def moment(raw: Any, round_: Round, now: datetime) -> datetime:
    """When the phone says that it was entered; nonsense and the future are now."""
    try:
        at = datetime.fromisoformat(str(raw).replace("Z", "+00:00"))
    except ValueError:
        return now
    if at.utcoffset() is None or at > now + _AHEAD or at < round_.started_at - _OLDEST:
        return now
    return min(at, now)
