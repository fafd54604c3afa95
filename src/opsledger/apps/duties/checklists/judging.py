"""What an answer is worth, which checks are asked, and which are still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from opsledger.apps.duties.checklists.model import Check, Checklist

_WORSE = {"": 0, "ok": 1, "warn": 2, "fail": 3}
_LONGEST = 2000
SMALLEST = -20
"""The power of ten below which a number is a slip: written out (1E-99999999) it would fill the memory."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer in its plain form with its verdict (ok, warn, fail, or "" for none), or what is wrong with it."""

    value: Any = None
    verdict: str = ""
    problem: str = ""
    number: Decimal | None = None


def judge(check: Check, raw: Any) -> Judgement:
    """The worth of the answer `raw` to `check`; an empty answer is worth nothing and is no problem."""
    if raw in (None, "", [], {}):
        return Judgement()
    match check.kind:
        case "yes_no":
            return _yes_no(check, raw)
        case "choice":
            return _choice(check, raw)
        case "number":
            return _number(check, raw)
        case "date":
            return _date(raw)
        case "table":
            return _table(check, raw)
        case _:
            text = str(raw).strip()
            if len(text) > _LONGEST:
                return Judgement(problem=f"不能超过{_LONGEST}字，现有{len(text)}字")
            return Judgement(text, "ok")


def _yes_no(check: Check, raw: Any) -> Judgement:
    value = {True: "yes", False: "no"}.get(raw, raw) if isinstance(raw, bool) else str(raw)
    if value not in ("yes", "no", "na"):
        return Judgement(problem="请选择是或否")
    if value == "na":
        return Judgement("na", "ok")
    return Judgement(value, "ok" if value == check.good else "fail")


def _choice(check: Check, raw: Any) -> Judgement:
    for option in check.options:
        if option.value == str(raw):
            return Judgement(option.value, option.verdict)
    return Judgement(problem=f"“{str(raw)[:40]}”不在选项中，请重新选择")


def _number(check: Check, raw: Any) -> Judgement:
    text = str(raw).strip().replace(",", "").replace("，", "").replace("。", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Judgement(problem=f"“{str(raw)[:40]}”不是数字")
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12 or value.adjusted() < SMALLEST:
        return Judgement(problem=f"“{str(raw)[:40]}”超出可填写的范围")
    verdict = "ok"
    if check.fail and not check.fail.holds(value):
        verdict = "fail"
    elif check.warn and not check.warn.holds(value):
        verdict = "warn"
    return Judgement(f"{value:f}", verdict, number=value)


def _date(raw: Any) -> Judgement:
    try:
        return Judgement(date.fromisoformat(str(raw)).isoformat(), "ok")
    except ValueError:
        return Judgement(problem=f"“{str(raw)[:40]}”不是日期，请按 2026-11-20 的样式填写")


def _table(check: Check, raw: Any) -> Judgement:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > 2000:
        return Judgement(problem="表格内容无法识别")
    rows: list[dict[str, Any]] = []
    worst = ""
    for place, line in enumerate(raw, start=1):
        if not isinstance(line, Mapping):
            return Judgement(problem=f"第{place}行无法识别")
        kept: dict[str, Any] = {}
        for column in check.columns:
            found = judge(column, line.get(column.id))
            if found.problem:
                return Judgement(problem=f"第{place}行“{column.label}”：{found.problem}")
            if found.value is not None:
                kept[column.id] = found.value
                worst = max(worst, found.verdict, key=_WORSE.__getitem__)
        if kept:
            rows.append(kept)
    if not rows:
        return Judgement()
    return Judgement(rows, worst)


def answered(check: Check, value: Any, photos: int = 0) -> bool:
    """Whether a check has its answer; a photo check is answered by its photos."""
    if check.kind in ("photo", "file", "signature"):
        return photos > 0
    if check.kind == "table" and check.rows:
        full = [row for row in value or () if all(row.get(c.id) for c in check.columns if c.required)]
        return len(full) >= check.rows
    return value not in (None, "", [])


def shown_checks(checklist: Checklist, values: Mapping[str, Any]) -> list[Check]:
    """The checks that are asked, given the answers so far."""
    return [
        one
        for one in checklist.checks
        if one.when is None or str(values.get(one.when.check, "")) in one.when.values
    ]


def missing_checks(
    checklist: Checklist, values: Mapping[str, Any], verdicts: Mapping[str, str], photos: Mapping[str, int]
) -> list[tuple[Check, str]]:
    """The checks that still keep a round from being handed in, each with what is missing in words."""
    found = []
    for check in shown_checks(checklist, values):
        count = photos.get(check.id, 0)
        if check.required and not answered(check, values.get(check.id), count):
            lines = f"（至少{check.rows}行填满）" if check.kind == "table" and check.rows else ""
            found.append((check, f"未填写{lines}"))
        elif not count and (
            check.photo == "always"
            or (check.photo == "on_fail" and verdicts.get(check.id) == "fail" and check.kind != "photo")
        ):
            found.append((check, "须附照片"))
    return found
