"""A checklist from a workbook: one check a row; rows that name a table are its columns."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opsledger.apps.duties.checklists import KINDS, Problem
from opsledger.apps.duties.checklists.model import PHOTO_RULES
from opsledger.apps.duties.services.templates import invalid
from opsledger.apps.duties.words import device_key
from opsledger.core.errors import DomainError

MOST = 300
COLUMNS = {
    "编号": "id",
    "检查内容": "label",
    "类型": "kind",
    "单位": "unit",
    "正常下限": "warn_low",
    "正常上限": "warn_high",
    "合格下限": "fail_low",
    "合格上限": "fail_high",
    "选项": "options",
    "必填": "required",
    "照片": "photo",
    "说明": "help",
    "所属表格": "of",
    "显示条件": "when",
    "沿用上次": "default",
    "监测指标": "watch",
    "有效分钟": "fresh_minutes",
    "每台一行": "each",
}
_KIND_OF = {word: kind for kind, word in KINDS.items()} | {"是否": "yes_no"}
_PHOTO_OF = {"必拍": "always", "异常时拍": "on_fail", "可拍": "optional", "不需": "none"} | {
    word: rule for rule, word in PHOTO_RULES.items()
}
_NO = ("否", "不", "0", "False", "FALSE")


def read_workbook(content: bytes, name: str) -> dict[str, Any]:
    """A template from a workbook: the first sheet, one check a row, the headings of `COLUMNS`.

    Every row that is wrong is named (``template.invalid``); a file that is no workbook is ``template.no_workbook``.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError, EOFError) as error:
        raise DomainError("template.no_workbook", name=name) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in ("检查内容", "类型") if head not in heads]
    if missing:
        raise DomainError("template.wrong_headings", missing="、".join(missing), expected="、".join(COLUMNS))
    sheet = _Sheet()
    for place, cells in enumerate(rows, start=2):
        said = {
            COLUMNS[head]: cell
            for head, cell in zip(heads, cells, strict=False)
            if head in COLUMNS and cell not in (None, "")
        }
        if said and not sheet.add(place, said):
            break
    if sheet.problems:
        raise invalid(sheet.problems)
    return {"name": re.sub(r"\.xlsx$", "", name, flags=re.I)[:80], "checks": sheet.checks}


class _Sheet:
    """The checks read so far, and what is wrong with the rows."""

    def __init__(self) -> None:
        self.checks: list[dict[str, Any]] = []
        self.problems: list[Problem] = []

    def add(self, place: int, said: dict[str, Any]) -> bool:
        """Take in one row; False once there are more than a checklist can hold."""
        row = _row(said, place, self.problems)
        if said.get("of") is not None:
            self._column(place, str(said["of"]).strip().lower(), row)
            return True
        if len(self.checks) >= MOST:
            self.problems.append(Problem(f"第{place}行", f"检查项不能超过{MOST}个"))
            return False
        self.checks.append(row)
        return True

    def _column(self, place: int, table: str, row: dict[str, Any]) -> None:
        found = next((one for one in self.checks if one["id"] == table and one["kind"] == "table"), None)
        if found is None:
            self.problems.append(Problem(f"第{place}行", f"所属表格“{table}”不存在，或排在它后面"))
            return
        found["columns"].append(row)


def _row(said: Mapping[str, Any], place: int, problems: list[Problem]) -> dict[str, Any]:
    kind_word = str(said.get("kind", "")).strip()
    kind = _KIND_OF.get(kind_word, kind_word)
    if kind not in KINDS:
        problems.append(
            Problem(f"第{place}行", f"类型“{kind_word}”不认识，应为：{'、'.join(KINDS.values())}")
        )
    label = said.get("label")
    row = {
        "id": str(said.get("id") or f"c{place}").strip().lower(),
        "label": label.isoformat() if isinstance(label, date) else str(label or ""),
        "kind": kind,
        "unit": str(said.get("unit", "")),
        "warn": _pair(said, "warn"),
        "fail": _pair(said, "fail"),
        "options": words_of(said.get("options")) if kind == "choice" else [],
        "required": str(said.get("required", "是")).strip() not in _NO,
        "photo": _PHOTO_OF.get(str(said.get("photo", "")).strip(), "on_fail"),
        "help": str(said.get("help", "")),
        "watch": str(said.get("watch", "")).strip(),
        "default": "last" if str(said.get("default", "否")).strip() not in (*_NO, "") else "",
        "each": _devices(said.get("each"), place, problems),
    }
    if said.get("fresh_minutes") is not None:
        row["fresh_minutes"] = said["fresh_minutes"]
    if kind == "table":
        row |= {"columns": [], "rows": 1}
    when = read_condition(str(said.get("when", "")), f"第{place}行", problems)
    return {**row, "when": when} if when else row


def _devices(raw: Any, place: int, problems: list[Problem]) -> list[str]:
    found = []
    for word in words_of(raw):
        key = device_key(word)
        if key is None:
            problems.append(Problem(f"第{place}行", f"设备类别“{word[:20]}”不认识，例如：网络、主机、安全"))
        else:
            found.append(key)
    return found


def words_of(raw: Any) -> list[str]:
    """Words with commas between them, of either kind."""
    return [word.strip() for word in re.split(r"[,，、;；]", str(raw or "")) if word.strip()]


_YES_NO = {"是": "yes", "否": "no", "不适用": "na"}


def read_condition(text: str, place: str, problems: list[Problem]) -> dict[str, Any] | None:
    """`lamps=有黄灯，有红灯` as a condition; 是 and 否 stand for a yes/no answer.  "" is none."""
    if not text.strip():
        return None
    check, sign, values = text.replace("＝", "=").partition("=")
    found = [_YES_NO.get(word, word) for word in words_of(values)]
    if not sign or not check.strip() or not found:
        problems.append(
            Problem(place, f"显示条件“{text.strip()[:40]}”应写成 检查项编号=答案，例如 lamps=有黄灯")
        )
        return None
    return {"check": check.strip().lower(), "is": found}


def condition_words(when: Mapping[str, Any] | None) -> str:
    """A condition as `read_condition` reads it."""
    if not when:
        return ""
    values = when["is"] if isinstance(when["is"], list | tuple) else [when["is"]]
    back = {value: word for word, value in _YES_NO.items()}
    return f"{when['check']}={'，'.join(back.get(value, value) for value in values)}"


def _pair(said: Mapping[str, Any], name: str) -> list[Any] | None:
    low, high = said.get(f"{name}_low"), said.get(f"{name}_high")
    return None if low is None and high is None else [low, high]
