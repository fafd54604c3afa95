"""The lines of the checklist editor: from checks to fields, and from what was posted back to checks.

Fields of line n are `r<n>_<name>`, those of column m of its table `r<n>k<m>_<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from opsledger.apps.duties.checklists import Problem
from opsledger.apps.duties.services.workbook import condition_words, read_condition, words_of

EMPTY_LINES = 3
EMPTY_COLUMNS = 2
_MOST_LINES, _MOST_COLUMNS = 320, 24
_MARKS = {"ok": "", "warn": "!", "fail": "!!"}
_BOUNDS = ("warn_low", "warn_high", "fail_low", "fail_high")
_OF_COLUMN = ("id", "label", "kind", "unit", *_BOUNDS, "options")
_OF_LINE = (*_OF_COLUMN, "photo", "help", "when", "watch", "fresh_minutes", "each", "rows")
_TICKED = ("required", "once", "again")


def line_of(check: Mapping[str, Any]) -> dict[str, Any]:
    """A check as one line of the editor."""
    said = {name: check.get(name, "") for name in ("id", "label", "kind", "unit", "help", "watch")}
    said |= {"photo": check.get("photo", "on_fail"), "rows": check.get("rows") or ""}
    said |= {"required": check.get("required", True), "once": check.get("once", False)}
    said |= {"again": check.get("default") == "last", "each": ",".join(check.get("each", []))}
    said |= {"fresh_minutes": check.get("fresh_minutes", ""), "when": condition_words(check.get("when"))}
    said["options"] = "，".join(_MARKS[one["verdict"]] + one["value"] for one in check.get("options", []))
    for name in ("warn", "fail"):
        low, high = check.get(name) or (None, None)
        said[f"{name}_low"], said[f"{name}_high"] = low or "", high or ""
    said["columns"] = [line_of(one) for one in check.get("columns", [])]
    return said


def padded(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with empty ones behind them, and each table with empty columns."""
    empty = {"kind": "text", "photo": "on_fail", "required": True}
    shown = [*lines, *([empty] * EMPTY_LINES)]
    return [
        {**one, "columns": [*one.get("columns", []), *([empty] * EMPTY_COLUMNS)]}
        if one["kind"] == "table"
        else one
        for one in shown
    ]


def fields_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What the editor posts for these lines when nothing is changed."""
    said: dict[str, Any] = {}
    for n, line in enumerate(lines):
        said |= _fields(f"r{n}", line, _OF_LINE) | {f"r{n}_place": n * 10}
        for m, column in enumerate(line["columns"]):
            said |= _fields(f"r{n}k{m}", column, _OF_COLUMN)
    return said


def _fields(prefix: str, line: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    said = {f"{prefix}_{name}": line[name] for name in names}
    return said | {f"{prefix}_{name}": "on" for name in _TICKED if line[name]}


def read_lines(posted: QueryDict) -> list[dict[str, Any]]:
    """The lines as posted, in the order of their places; lines without words and those struck out are left out."""
    found = []
    for n in range(_MOST_LINES):
        if f"r{n}_label" not in posted:
            break
        line = _read(posted, f"r{n}", _OF_LINE)
        if not line["label"] or f"r{n}_gone" in posted:
            continue
        line["columns"] = []
        for m in range(_MOST_COLUMNS):
            if f"r{n}k{m}_label" not in posted:
                break
            column = _read(posted, f"r{n}k{m}", _OF_COLUMN)
            if column["label"]:
                line["columns"].append(column)
        found.append((posted.get(f"r{n}_place", ""), n, line))
    found.sort(key=lambda one: (int(one[0]) if one[0].isdecimal() and len(one[0]) < 6 else 9999, one[1]))
    return [line for _, _, line in found]


def _read(posted: QueryDict, prefix: str, names: tuple[str, ...]) -> dict[str, Any]:
    line: dict[str, Any] = {name: posted.get(f"{prefix}_{name}", "").strip() for name in names}
    return line | {name: f"{prefix}_{name}" in posted for name in _TICKED}


def checks_of(
    lines: list[dict[str, Any]], known: Mapping[str, Mapping[str, Any]], problems: list[Problem]
) -> Any:
    """The checks that the lines say; what a line has no field for stays as `known` has it (by id)."""
    taken = {line["id"] for line in lines}
    checks = []
    for place, line in enumerate(lines, start=1):
        check_id = line["id"] or _free("c", place, taken | known.keys())
        taken.add(check_id)
        check = _check({**known.get(check_id, {})}, {**line, "id": check_id})
        check |= {name: line[name] for name in ("photo", "help", "watch", "once")}
        check["default"] = "last" if line["again"] else ""
        check["when"] = read_condition(line["when"], f"第{place}项", problems)
        check["fresh_minutes"] = line["fresh_minutes"] or None
        if line["kind"] == "table":
            check |= {"rows": line["rows"] or 1, "each": line["each"]}
            check["columns"] = _columns(check.get("columns", []), line["columns"])
        checks.append(check)
    return checks


def _columns(before: list[Mapping[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {one["id"]: one for one in before}
    taken = {line["id"] for line in lines}
    made = []
    for place, line in enumerate(lines, start=1):
        column_id = line["id"] or _free("k", place, taken | known.keys())
        taken.add(column_id)
        made.append(_check({**known.get(column_id, {})}, {**line, "id": column_id}))
    return made


def _check(check: dict[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    check |= {name: line[name] for name in ("id", "label", "kind", "unit", "required")}
    check["options"] = words_of(line["options"]) if line["kind"] == "choice" else []
    for name in ("warn", "fail"):
        low, high = line[f"{name}_low"] or None, line[f"{name}_high"] or None
        check[name] = None if low is None and high is None else [low, high]
    return check


def _free(letter: str, place: int, taken: Any) -> str:
    """An id that nobody has."""
    made = f"{letter}{place}"
    while made in taken:
        made += "x"
    return made
