"""The terms of a reading as a workbook that people correct in Excel, and the way back.  Pure.

One sheet per kind; the first column is the term's stable number and is empty for a new one.  Cells are
written as values, never as formulas; a workbook that unpacks to too much is refused unread.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter

from opsledger.apps.contracts.review.fields import FIELDS, KIND_LABELS, Field
from opsledger.apps.contracts.review.values import shown
from opsledger.core.errors import DomainError

KEY, VERSION, ITEM_NO, ITEM, STATE, SCOPE = "编号", "版本", "服务项序号", "服务项", "状态", "适用于"
LEAD = (KEY, VERSION, ITEM_NO, ITEM, STATE, SCOPE)
SUMMARY, CONFIDENCE, QUOTE = "大意（自动生成）", "把握", "原文"
TAIL = (SUMMARY, CONFIDENCE, QUOTE)
STATE_WORDS = {"proposed": "待处理", "accepted": "已接受", "edited": "已修改", "rejected": "不采纳"}
SCOPE_WORDS = {"": "", "*": "每个服务项"}
GUIDE = "说明"
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS = 20_000
_GUIDE = (
    "每个工作表是一类条款，一行一条。",
    "改正内容：直接改单元格。带下拉的单元格只能选下拉里的词。",
    "接受或不采纳：改“状态”一列。",
    "新增：在表尾加一行，“编号”和“版本”留空，填好“服务项序号”。",
    "请不要改“编号”和“版本”两列，也不要改表头。删去一行不会删除条款，不需要的条款请把状态改为“不采纳”。",
    "“大意”“把握”“原文”三列只供核对，导入时不读。",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """One term as it is written out."""

    key: int
    version: int
    item_no: str
    item: str
    state: str
    kind: str
    data: Mapping[str, Any]
    summary: str
    confidence: int
    quote: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: its place, the leading cells as text, and the facts by field name."""

    sheet: str
    number: int
    kind: str
    key: str
    version: str
    item_no: str
    state: str
    scope: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell (or row, where `column` is "")."""

    sheet: str
    number: int
    column: str
    text: str


@dataclass(slots=True)
class Book:
    """What a workbook says, and what could not be read of it."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def headings(kind: str) -> list[str]:
    """The heads of the columns of one kind."""
    return [*LEAD, *(one.label for one in FIELDS[kind]), *TAIL]


def facts_shown(kind: str, data: Mapping[str, Any]) -> dict[str, object]:
    """The facts as the cells show them; data that is not sound is shown as far as it can be."""
    return {one.name: _shown(one, data.get(one.name)) for one in FIELDS[kind]}


def _shown(one: Field, value: object) -> object:
    try:
        return shown(one, value)
    except (DomainError, ValueError, KeyError, TypeError):
        return str(value)


def write(terms: Iterable[Exported]) -> bytes:
    """The workbook: a guide, then one sheet for every kind."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1})
    fixed = book.add_format({"font_color": "#7A8794"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 100)
    for number, line in enumerate(_GUIDE):
        guide.write_string(number, 0, line)
    words = book.add_worksheet("词表")
    words.hide()
    lists = _Lists(words)
    by_kind: dict[str, list[Exported]] = {kind: [] for kind in FIELDS}
    for term in terms:
        by_kind[term.kind].append(term)
    for kind, rows in by_kind.items():
        sheet = book.add_worksheet(KIND_LABELS[kind])
        _write_sheet(sheet, kind, rows, head, fixed, wrap, lists)
    book.close()
    return buffer.getvalue()


class _Lists:
    """Word lists on the hidden sheet, each once, for the drop-downs."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.known: dict[tuple[str, ...], str] = {}

    def source(self, options: tuple[str, ...]) -> str:
        if options not in self.known:
            column = len(self.known)
            for number, word in enumerate(options):
                self.sheet.write_string(number, column, word)
            name = xlsxwriter.utility.xl_col_to_name(column)
            self.known[options] = f"=词表!${name}$1:${name}${len(options)}"
        return self.known[options]


def _write_sheet(
    sheet: Any, kind: str, rows: Sequence[Exported], head: Any, fixed: Any, wrap: Any, lists: _Lists
) -> None:
    names = headings(kind)
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
        sheet.set_column(
            column, column, {SUMMARY: 36, QUOTE: 60, ITEM: 24}.get(name, max(9, len(name) * 2 + 3))
        )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
    for number, term in enumerate(rows, start=1):
        facts = facts_shown(kind, term.data)
        lead = (term.key, term.version, term.item_no, term.item, STATE_WORDS[term.state])
        scope = SCOPE_WORDS.get(str(term.data.get("item") or ""), "")
        cells = (*lead, scope, *facts.values(), term.summary, term.confidence, term.quote[:500])
        for column, value in enumerate(cells):
            style = (
                fixed
                if names[column] in (KEY, VERSION, ITEM, *TAIL[:2])
                else wrap
                if names[column] == QUOTE
                else None
            )
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                sheet.write_number(number, column, value if isinstance(value, int) else float(value), style)
            else:
                sheet.write_string(number, column, str(value), style)
    last = len(rows) + 200
    _drop_down(sheet, names.index(STATE), last, lists.source(tuple(STATE_WORDS.values())))
    _drop_down(
        sheet, names.index(SCOPE), last, lists.source(tuple(word for word in SCOPE_WORDS.values() if word))
    )
    for one in FIELDS[kind]:
        if one.type == "choice" and one.words is not None:
            _drop_down(sheet, names.index(one.label), last, lists.source(tuple(w.label for w in one.words)))


def _drop_down(sheet: Any, column: int, last: int, source: str) -> None:
    sheet.data_validation(
        1, column, last, column, {"validate": "list", "source": source, "error_type": "warning"}
    )


def read(content: bytes) -> Book:
    """Every row that says something.

    Raises ``sheet.not_workbook`` for what is no .xlsx, ``sheet.too_large`` for one that unpacks to more than
    40 MB or has more than 20 000 rows, ``sheet.not_ours`` where no sheet is one of terms.
    """
    _weigh(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as broken:  # openpyxl raises whatever its parts raise
        raise DomainError("sheet.not_workbook") from broken
    found = Book()
    kinds = {label: kind for kind, label in KIND_LABELS.items()}
    try:
        for sheet in book.worksheets:
            if sheet.title in kinds:
                _read_sheet(sheet, kinds[sheet.title], found)
            elif sheet.title not in (GUIDE, "词表"):
                found.skipped.append(sheet.title)
        if not any(title in kinds for title in book.sheetnames):
            raise DomainError("sheet.not_ours")
    finally:
        book.close()
    return found


def _weigh(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            total = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as broken:
        raise DomainError("sheet.not_workbook") from broken
    if total > MOST_UNPACKED:
        raise DomainError("sheet.too_large", limit=MOST_ROWS)


def _read_sheet(sheet: Any, kind: str, found: Book) -> None:
    rows = sheet.iter_rows(values_only=True)
    head = [_text(cell) for cell in next(rows, ())]
    needed = [KEY, VERSION, ITEM_NO, STATE, *(one.label for one in FIELDS[kind])]
    missing = [name for name in needed if name not in head]
    if missing:
        text = f"缺少列“{'”“'.join(missing)}”，请从导出的表格上改，不要改表头。"
        found.problems.append(Problem(sheet.title, 1, "", text))
        return
    at = {name: head.index(name) for name in [*needed, SCOPE] if name in head}
    for number, cells in enumerate(rows, start=2):
        if len(found.rows) >= MOST_ROWS or number > MOST_ROWS:
            raise DomainError("sheet.too_large", limit=MOST_ROWS)
        if all(_text(cell) == "" for cell in cells):
            continue

        def cell(name: str, cells: tuple[object, ...] = cells) -> object:
            place = at.get(name, len(cells))
            return cells[place] if place < len(cells) else None

        found.rows.append(
            Row(
                sheet=sheet.title,
                number=number,
                kind=kind,
                key=_text(cell(KEY)),
                version=_text(cell(VERSION)),
                item_no=_text(cell(ITEM_NO)),
                state=_text(cell(STATE)),
                scope=_text(cell(SCOPE)),
                facts={one.name: cell(one.label) for one in FIELDS[kind]},
            )
        )


def same_facts(row: Row, kind: str, data: Mapping[str, Any]) -> bool:
    """Whether the row's facts stand as they would be written out now."""
    return all(_text(row.facts[name]) == _text(value) for name, value in facts_shown(kind, data).items())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
