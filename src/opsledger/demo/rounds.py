"""Daily inspections of the last weeks as they are done on the phone: a checklist, answers, photos, now and then a finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from opsledger.apps.duties import services as duties
from opsledger.apps.duties.checklists import Check, shown_checks
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.models import Occurrence, Round
from opsledger.demo import MOMENT, SEED
from opsledger.demo.play import Stage
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

# Which checklist the engineer of an item goes through.
CHECKLISTS = {"06": "application-daily", "17": "application-daily", "21": "servers"}
SINCE = MOMENT - timedelta(days=21)
# Of a hundred rounds so many find something.
FOUND = 12

Photo = Callable[[], SimpleUploadedFile]


def wanted(row: Occurrence, at: datetime) -> bool:
    """Whether this inspection is done as a round."""
    return (
        row.item is not None
        and row.item.no in CHECKLISTS
        and row.obligation.activity == "inspection"
        and row.state in ("planned", "open")
        and at >= SINCE
    )


def go(stage: Stage, actor: Actor, row: Occurrence, photo: Photo, done: Callable[[datetime], None]) -> None:
    """Begin the round now, hand it in when every check has had its time, then tell `done` the moment."""
    assert row.item is not None
    round_ = duties.start_round(actor=actor, occurrence=row, template_key=CHECKLISTS[row.item.no])
    chance = Random(f"{SEED}-{row.pk}")
    changes, ends = _answers(round_, chance, clock.now())

    def hand_in(at: datetime) -> None:
        found = duties.save_answers(actor=actor, round_=round_, changes=changes, device="演示手机")
        for name, answer in found.answers.items():
            if answer["verdict"] == "fail" or _is_photo(round_, name):
                duties.add_photo(
                    actor=actor, round_=round_, check_id=name, mutation=f"{name}-1", upload=photo()
                )
        for check in _photos_asked(round_):
            duties.add_photo(
                actor=actor, round_=round_, check_id=check.id, mutation=f"{check.id}-2", upload=photo()
            )
        duties.finish_round(actor=actor, round_=Round.objects.get(pk=round_.pk))
        done(at)

    stage.at(ends + timedelta(minutes=2), hand_in)


def _is_photo(round_: Round, name: str) -> bool:
    check = checklist_of(round_).check(name)
    return check is not None and check.photo == "always"


def _photos_asked(round_: Round) -> list[Check]:
    checks = checklist_of(round_).checks
    return [one for one in checks if one.kind in ("photo", "file") and one.required]


def _answers(round_: Round, chance: Random, begins: datetime) -> tuple[list[dict[str, Any]], datetime]:
    """An answer to every check that is asked, one after the other, and the moment of the last."""
    checklist = checklist_of(round_)
    bad = chance.randrange(100) < FOUND
    doubtful = [one.id for one in checklist.checks if one.kind in ("choice", "yes_no") and not one.when]
    odd = chance.choice(doubtful) if bad and doubtful else ""
    values: dict[str, Any] = {}
    moment, sent = begins, []
    for check in checklist.checks:
        if check not in shown_checks(checklist, values) or check.kind in ("photo", "file", "signature"):
            continue
        values[check.id] = value = _value(check, chance, moment, odd=check.id == odd)
        moment += timedelta(seconds=chance.randint(25, 70) + 20 * len(check.devices))
        change = {
            "id": f"a-{check.id}",
            "check": check.id,
            "value": value,
            "at": moment.isoformat(),
            "base": 0,
        }
        sent.append({**change, "note": "现场复核仍有异常，已通知责任人。"} if check.id == odd else change)
    return sent, moment


def _value(check: Check, chance: Random, at: datetime, *, odd: bool) -> Any:
    if check.kind == "yes_no":
        return "no" if odd else check.good
    if check.kind == "choice":
        return next(
            (one.value for one in check.options if (one.verdict != "ok") == odd), check.options[0].value
        )
    if check.kind == "number":
        return _number(check, chance)
    if check.kind == "date":
        return clock.local(at).date().isoformat()
    if check.kind == "table":
        names = check.devices or tuple(f"节点{n + 1}" for n in range(max(check.rows, 2)))
        return [_row(check, chance, at, name) for name in names]
    return "无"


def _row(check: Check, chance: Random, at: datetime, name: str) -> dict[str, Any]:
    first, *others = check.columns
    return {first.id: name, **{one.id: _value(one, chance, at, odd=False) for one in others}}


def _number(check: Check, chance: Random) -> str:
    """Well inside the range in which a value is good, never twice the same."""
    good = check.warn or check.fail
    low = good.low if good and good.low is not None else Decimal(0)
    high = good.high if good and good.high is not None else low + 20
    share = Decimal(str(round(chance.uniform(0.25, 0.7), 3)))
    return f"{(low + (high - low) * share).quantize(Decimal('0.1'))}"
