"""How items and findings were before an act, and putting them back when the act is undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F

from opsledger.apps.contracts.models import ProposedTerm, ReadingFinding, ReadingItem, ReviewAct

_KEPT: dict[str, tuple[str, ...]] = {
    "item": ("no", "name", "unit", "starts_on", "ends_on", "windows", "common", "live"),
    "finding": ("note", "settled_by_id", "settled_at"),
}
_DAYS = ("starts_on", "ends_on")


def row_before(row: ReadingItem | ReadingFinding) -> dict[str, Any]:
    """What an undo puts back of an item or a finding; to be taken before the act."""
    name = "item" if isinstance(row, ReadingItem) else "finding"
    before = {field: _plain(getattr(row, field)) for field in _KEPT[name]}
    return {"model": name, "pk": row.pk, "before": before, "version": row.version + 1}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def put_back_rows(rows: Sequence[Mapping[str, Any]]) -> int:
    """Restore the items and findings that nobody has changed since; returns how many."""
    return sum(_put_back(row) for row in rows)


def rebase_rows(earlier: Iterable[ReviewAct], rows: Sequence[Mapping[str, Any]]) -> None:
    """A row that was put back has a newer version: the act before this one, if undone next, must find its own."""
    undone = {(row["model"], row["pk"]): int(row["version"]) for row in rows}
    for act in earlier:
        touched = False
        for row in act.rows:
            after = undone.get((row["model"], row["pk"]))
            if after is not None and row["version"] == after - 1:
                row["version"], touched = after + 1, True
        if touched:
            act.save(update_fields=["rows"])


def _put_back(kept: Mapping[str, Any]) -> int:
    before = dict(kept["before"])
    for name in _DAYS:
        if before.get(name):
            before[name] = date.fromisoformat(before[name])
    if before.get("settled_at"):
        before["settled_at"] = datetime.fromisoformat(before["settled_at"])
    if kept["model"] == "finding":
        rows = ReadingFinding.objects.filter(pk=kept["pk"], version=kept["version"])
        return rows.update(**before, version=F("version") + 1)
    if before["live"] is False and ProposedTerm.objects.filter(item=kept["pk"], live=True).exists():
        return 0  # an item that was added and has terms by now stays
    items = ReadingItem.objects.filter(pk=kept["pk"], version=kept["version"])
    if before["live"] and _taken(kept["pk"], before["no"]):
        return 0
    return items.update(**before, version=F("version") + 1)


def _taken(pk: int, no: str) -> bool:
    item = ReadingItem.objects.get(pk=pk)
    return ReadingItem.objects.filter(reading_id=item.reading_id, no=no).exclude(pk=pk).exists()
