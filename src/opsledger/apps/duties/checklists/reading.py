"""Checklists from YAML, JSON or a workbook's rows, every problem named; and back to plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from opsledger.apps.duties.checklists.model import (
    FRESH_MINUTES,
    KINDS,
    PHOTO_RULES,
    Bounds,
    Check,
    Checklist,
    Option,
    When,
)

# In a round over devices the device stands before the template's own id of up to forty characters.
_ID = re.compile(r"(?:[a-z][0-9]{1,12}_)?[a-z][a-z0-9_]{0,39}\Z")
_VERDICTS = ("ok", "warn", "fail")
MAX_CHECKS = 300
MAX_FROZEN = 1000
"""Checks of a template, and of one round over all its devices."""
DATA = Path(__file__).resolve().parent.parent / "templates_data"


class Problem(NamedTuple):
    """Something wrong: where (check or row) and a Chinese sentence."""

    place: str
    text: str


def read_checklist(
    data: Mapping[str, Any], problems: list[Problem], most: int = MAX_CHECKS
) -> Checklist | None:
    """The checklist that `data` describes; what is wrong is added to `problems` and gives None."""
    before = len(problems)
    name = str(data.get("name") or "").strip()
    if not name:
        problems.append(Problem("模板", "缺少名称"))
    raw = data.get("checks")
    rows: Sequence[Any] = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ()
    if not rows:
        problems.append(Problem("模板", "至少要有一个检查项"))
    if len(rows) > most:
        problems.append(Problem("模板", f"检查项不能超过{most}个，现有{len(rows)}个"))
        return None
    seen: set[str] = set()
    checks = []
    for place, row in enumerate(rows, start=1):
        found = _check(row, f"第{place}项", seen, problems)
        if found is not None:
            checks.append(found)
    if len(problems) > before:
        return None
    return Checklist(
        key=str(data.get("key") or ""),
        name=name[:80],
        version=int(data.get("version") or 1),
        activities=tuple(data.get("activities") or ()),
        fits=tuple(str(word) for word in data.get("fits") or ()),
        minutes=int(data.get("minutes") or 20),
        intro=str(data.get("intro") or ""),
        each=_words(data.get("each")),
        checks=tuple(checks),
    )


def _words(raw: Any) -> tuple[str, ...]:
    """Some words, given as a list or as one text with commas."""
    many = re.split(r"[,，、\s]+", raw) if isinstance(raw, str) else raw or ()
    return tuple(str(word) for word in many if str(word))


def _check(
    row: Any, place: str, seen: set[str], problems: list[Problem], inside: bool = False
) -> Check | None:
    if not isinstance(row, Mapping):
        problems.append(Problem(place, "不是一个检查项"))
        return None
    before = len(problems)
    check_id, kind = str(row.get("id") or ""), str(row.get("kind") or "")
    label = str(row.get("label") or "").strip()
    if not _ID.match(check_id):
        problems.append(Problem(place, f"编号“{check_id}”应以小写字母开头，只含小写字母、数字和下划线"))
    elif check_id in seen:
        problems.append(Problem(place, f"编号“{check_id}”与前面的检查项重复"))
    if not label:
        problems.append(Problem(place, "缺少检查内容"))
    if kind not in KINDS or (inside and kind in ("table", "photo", "file", "signature")):
        problems.append(Problem(place, f"类型“{kind}”不认识，应为：{'、'.join(KINDS)}"))
        return None
    warn, fail = _bounds(row.get("warn"), place, problems), _bounds(row.get("fail"), place, problems)
    options = _options(row.get("options"), kind, place, problems)
    when = _when(row.get("when"), seen, place, problems)
    photo = str(row.get("photo") or "on_fail")
    if photo not in PHOTO_RULES:
        problems.append(Problem(place, f"照片要求“{photo}”不认识，应为：{'、'.join(PHOTO_RULES)}"))
    columns = _columns(row, kind, place, problems)
    seen.add(check_id)
    made = _made(row, check_id, label, kind, photo, place, problems, columns)
    if len(problems) > before:
        return None
    return replace(made, warn=warn, fail=fail, options=options, when=when)


def _made(
    row: Mapping[str, Any],
    check_id: str,
    label: str,
    kind: str,
    photo: str,
    place: str,
    problems: list[Problem],
    columns: tuple[Check, ...],
) -> Check:
    """The plain parts of a check."""
    return Check(
        id=check_id,
        label=label[:200],
        kind=kind,
        help=str(row.get("help") or ""),
        unit=str(row.get("unit") or ""),
        good=str(row.get("good") or "yes"),
        required=bool(row.get("required", True)),
        photo=photo,
        default=str(row.get("default") or ""),
        number=str(row.get("number") or ""),
        rows=_count(row.get("rows"), 0, "至少行数", place, problems),
        columns=columns,
        watch=str(row.get("watch") or "")[:60],
        fresh_minutes=_count(row.get("fresh_minutes"), FRESH_MINUTES, "有效分钟", place, problems),
        each=_words(row.get("each")) if kind == "table" else (),
        once=bool(row.get("once")),
        stop=str(row.get("stop") or ""),
        devices=tuple(str(one) for one in row.get("devices") or ()),
    )


def _count(raw: Any, usual: int, what: str, place: str, problems: list[Problem]) -> int:
    """A small whole number; `usual` where nothing is said."""
    if raw in (None, ""):
        return usual
    text = str(raw).strip()
    if not text.isdecimal() or int(text[:9]) > 10_000:
        problems.append(Problem(place, f"{what}应为0至10000的整数，现为“{text[:20]}”"))
        return usual
    return int(text)


def _bounds(raw: Any, place: str, problems: list[Problem]) -> Bounds | None:
    if raw in (None, "", [], {}):
        return None
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) != 2:
        problems.append(Problem(place, "上下限应写成两个数，例如 [18, 27]；没有的一边留空"))
        return None
    ends: list[Decimal | None] = []
    for end in raw:
        try:
            ends.append(None if end in (None, "") else Decimal(str(end)))
        except InvalidOperation:
            ends.append(Decimal("NaN"))
        if ends[-1] is not None and not ends[-1].is_finite():
            problems.append(Problem(place, f"上下限中的“{end}”不是数字"))
            return None
    low, high = ends
    if low is not None and high is not None and low > high:
        problems.append(Problem(place, f"下限{low}大于上限{high}"))
    return Bounds(low, high)


def _options(raw: Any, kind: str, place: str, problems: list[Problem]) -> tuple[Option, ...]:
    found = []
    for one in raw or ():
        value, verdict = (
            (str(one.get("value") or ""), str(one.get("verdict") or "ok"))
            if isinstance(one, Mapping)
            else (str(one), "ok")
        )
        # The short hand: "!" before the word for worth a look, "!!" for not good.
        if value.startswith("!!"):
            value, verdict = value[2:], "fail"
        elif value.startswith("!"):
            value, verdict = value[1:], "warn"
        if not value or verdict not in _VERDICTS:
            problems.append(Problem(place, f"选项“{value}”的结论“{verdict}”不认识"))
        found.append(Option(value, verdict))
    if kind == "choice" and len(found) < 2:
        problems.append(Problem(place, "选择类检查项至少要有两个选项"))
    return tuple(found)


def _when(raw: Any, seen: set[str], place: str, problems: list[Problem]) -> When | None:
    if not raw:
        return None
    if not isinstance(raw, Mapping) or str(raw.get("check")) not in seen:
        problems.append(Problem(place, "条件引用的检查项不存在，或排在它后面"))
        return None
    values = raw.get("is")
    many = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    return When(str(raw["check"]), tuple(str(value) for value in many))


def _columns(row: Mapping[str, Any], kind: str, place: str, problems: list[Problem]) -> tuple[Check, ...]:
    if kind != "table":
        return ()
    names: set[str] = set()
    found = [
        _check(column, f"{place}第{n}列", names, problems, inside=True)
        for n, column in enumerate(row.get("columns") or (), start=1)
    ]
    if not found:
        problems.append(Problem(place, "表格类检查项至少要有一列"))
    return tuple(one for one in found if one is not None)


def to_data(checklist: Checklist) -> dict[str, Any]:
    """The checklist as plain data that `read_checklist` reads back; defaults are left out."""
    return {
        "key": checklist.key,
        "name": checklist.name,
        "version": checklist.version,
        "activities": list(checklist.activities),
        "fits": list(checklist.fits),
        "minutes": checklist.minutes,
        "intro": checklist.intro,
        **({"each": list(checklist.each)} if checklist.each else {}),
        "checks": [check_data(one) for one in checklist.checks],
    }


_USUAL: dict[str, Any] = {
    "help": "",
    "unit": "",
    "default": "",
    "number": "",
    "rows": 0,
    "watch": "",
    "once": False,
    "stop": "",
    "fresh_minutes": FRESH_MINUTES,
    "good": "yes",
    "required": True,
    "photo": "on_fail",
}


def check_data(check: Check) -> dict[str, Any]:
    """One check as plain data; defaults are left out."""
    said: dict[str, Any] = {"id": check.id, "label": check.label, "kind": check.kind}
    said |= {name: getattr(check, name) for name, usual in _USUAL.items() if getattr(check, name) != usual}
    said |= {name: list(getattr(check, name)) for name in ("each", "devices") if getattr(check, name)}
    for name in ("warn", "fail"):
        bounds: Bounds | None = getattr(check, name)
        if bounds is not None:
            said[name] = [None if end is None else str(end) for end in (bounds.low, bounds.high)]
    if check.options:
        said["options"] = [{"value": one.value, "verdict": one.verdict} for one in check.options]
    if check.when:
        said["when"] = {"check": check.when.check, "is": list(check.when.values)}
    if check.columns:
        said["columns"] = [check_data(one) for one in check.columns]
    return said


@cache
def shipped() -> dict[str, Checklist]:
    """The templates that come with the product, by key; a wrong one stops the program at once."""
    found: dict[str, Checklist] = {}
    for path in sorted(DATA.glob("*.yaml")):
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for one in data if isinstance(data, list) else [data]:
            problems: list[Problem] = []
            checklist = read_checklist(one, problems)
            if checklist is None or not checklist.key or checklist.key in found:
                raise ValueError(f"{path.name}: {problems or 'key missing or used twice'}")
            found[checklist.key] = checklist
    return found
