"""What monitoring knows already is filled in and marked so; old values are not used."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsledger.apps.duties.checklists import Check, judge
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.models import Answer, Round
from opsledger.apps.watch import selectors as watch
from opsledger.apps.watch.selectors import Seen

DEVICE = "watch"
"""The device by which an answer of monitoring came."""


def fill_from_watch(*, round_: Round, at: datetime) -> int:
    """Answer what nobody has answered yet from the latest values of monitoring; returns how many.

    A value older than the check's `fresh_minutes` at `at`, or one that does not fit the check, is not used.
    """
    checks = [one for one in checklist_of(round_).checks if one.watch]
    if not checks:
        return 0
    known = set(Answer.objects.filter(round=round_).values_list("check_id", flat=True))
    seen = _seen(round_, checks)
    made = []
    for check in checks:
        value = seen.get(check.id)
        if check.id in known or value is None:
            continue
        if not timedelta(minutes=-5) <= at - value.at <= timedelta(minutes=check.fresh_minutes):
            continue
        row = _answer(round_, check, value, at)
        if row is not None:
            made.append(row)
    Answer.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _seen(round_: Round, checks: list[Check]) -> dict[str, Seen]:
    """The latest value for each check: of its device or system, else of the round's item."""
    metrics = {one.watch for one in checks}
    keys = {one.stop for one in checks}
    of_assets = watch.latest_of_assets([int(key[1:]) for key in keys if key.startswith("a")], metrics)
    items = [int(key[1:]) for key in keys if key.startswith("i")]
    of_items = watch.latest_of_items([*items, *([round_.item_id] if round_.item_id else [])], metrics)
    found = {}
    for check in checks:
        number = int(check.stop[1:]) if check.stop else round_.item_id
        source = of_assets if check.stop.startswith("a") else of_items
        value = source.get((number, check.watch)) if number else None
        if value is not None:
            found[check.id] = value
    return found


def _answer(round_: Round, check: Check, seen: Seen, at: datetime) -> Answer | None:
    found = judge(check, seen.value)
    if found.problem or found.value is None:
        return None
    return Answer(
        round=round_,
        check_id=check.id,
        value=found.value,
        number=found.number,
        verdict=found.verdict,
        answered_at=at,
        recorded_at=at,
        device=DEVICE,
        reading={
            "metric": seen.metric,
            "value": found.value,
            "unit": seen.unit or check.unit,
            "at": seen.at.isoformat(),
            "source": seen.source,
        },
    )


def from_watch(row: Answer) -> bool:
    """Whether the answer is what monitoring said, and nobody has changed it."""
    return bool(row.reading) and row.value == row.reading.get("value")
