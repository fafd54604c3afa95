"""Marks of one or several assessors: checked, and weighed into one figure per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.errors import DomainError
from opsledger.core.scoring.choices import Gives
from opsledger.core.scoring.facts import Mark, Period
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Indicator, Manual, Scheme, Steps


@dataclass(frozen=True, slots=True)
class Marked:
    """The weighed mark of one row and how it came about; `missing` names who still owes one."""

    points: Decimal
    text: str
    missing: tuple[str, ...]


def marks_by_row(scheme: Scheme, marks: Sequence[Mark], period: Period) -> Mapping[str, tuple[Mark, ...]]:
    """The period's marks by row, in the order of the scheme's assessors.

    Raises ``scoring.mark_unknown_row``, ``scoring.mark_not_manual``, ``scoring.mark_without_reason``,
    ``scoring.unknown_assessor``, ``scoring.duplicate_mark`` or ``scoring.mark_out_of_range``.
    """
    rows = {row.id: row for row in scheme.indicators}
    order = [assessor.id for assessor in scheme.assessors] or [""]
    found: dict[str, dict[str, Mark]] = {}
    for mark in marks:
        if mark.indicator_id not in rows:
            raise DomainError("scoring.mark_unknown_row", indicator=mark.indicator_id)
        row = rows[mark.indicator_id]
        _check(row, mark)
        who = mark.assessor_id if scheme.assessors else ""
        if who not in order:
            raise DomainError("scoring.unknown_assessor", assessor=mark.assessor_id, row=row.title)
        if mark.period_id != period.id:
            continue
        if who in found.setdefault(row.id, {}):
            raise DomainError("scoring.duplicate_mark", row=row.title, assessor=mark.assessor_id or "考核人")
        found[row.id][who] = mark
    return {row_id: tuple(by[who] for who in order if who in by) for row_id, by in found.items()}


def _check(row: Indicator, mark: Mark) -> None:
    if not isinstance(row.rule, Manual | Steps):
        raise DomainError("scoring.mark_not_manual", row=row.title)
    if not mark.reason.strip():
        raise DomainError("scoring.mark_without_reason", row=row.title)
    limit = row.cap if isinstance(row.rule, Manual) and row.rule.gives is not Gives.POINTS else None
    limit = limit if limit is not None else row.points
    if mark.points < 0 or (limit is not None and mark.points > limit):
        high = "不限" if limit is None else num(limit)
        raise DomainError(
            "scoring.mark_out_of_range", row=row.title, points=num(mark.points), low="0", high=high
        )


def weigh(scheme: Scheme, marks: Sequence[Mark], verb: str = "评") -> Marked | None:
    """The mean of the marks by the assessors' weights, over those who have marked; None without any.

    `verb` is what a mark does to the row: 评, 扣 or 加.
    """
    if not marks:
        return None
    if not scheme.assessors:
        return Marked(marks[0].points, f"{verb}{num(marks[0].points)}分，理由：{marks[0].reason}", ())
    known = {assessor.id: assessor for assessor in scheme.assessors}
    weights = [known[mark.assessor_id].weight for mark in marks]
    total = sum(weights, ZERO)
    points = sum((mark.points * w for mark, w in zip(marks, weights, strict=True)), ZERO) / total
    parts = "；".join(
        f"{known[mark.assessor_id].title}{verb}{num(mark.points)}分（权重{num(w)}），理由：{mark.reason}"
        for mark, w in zip(marks, weights, strict=True)
    )
    sums = " + ".join(f"{num(mark.points)}×{num(w)}" for mark, w in zip(marks, weights, strict=True))
    given = {mark.assessor_id for mark in marks}
    missing = tuple(assessor.title for assessor in scheme.assessors if assessor.id not in given)
    text = f"{parts}；加权（{sums}）÷{num(total)} = {num(points)}分"
    if missing:
        text += f"；{'、'.join(missing)}尚未评分，暂按已评的计算"
    return Marked(points, text, missing)
