"""A workbook of assets as plain rows, each with everything that is wrong about it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opsledger.apps.assets.types import AssetType, check_field, type_named, types
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.core.errors import DomainError

LIMIT = 20_000
HEADINGS = {
    "资产编号": "code",
    "类型": "kind",
    "名称": "name",
    "型号": "model",
    "序列号": "serial",
    "服务项": "item",
    "位置": "place",
    "数量": "quantity",
    "厂商": "vendor",
    "购置日期": "acquired_on",
    "保修到期": "warranty_until",
    "到期日": "expires_on",
    "信创": "domestic",
    "备注": "note",
}
DATES = ("acquired_on", "warranty_until", "expires_on")
_LENGTHS = {"code": 40, "name": 120, "model": 200, "serial": 80, "place": 120, "vendor": 80, "note": 300}
COMPARED = (
    "kind",
    "name",
    "model",
    "serial",
    "place",
    "quantity",
    "vendor",
    *DATES,
    "domestic",
    "note",
    "fields",
)
_YES_NO = {"是": True, "否": False, "信创": True, "非信创": False, "Y": True, "N": False}
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


@cache
def field_labels() -> frozenset[str]:
    """The labels of every type's own fields: columns that a workbook may have beside the common ones."""
    return frozenset(field.label for one in types().values() for field in one.fields)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: the headings that mean nothing here, and the rows to come.

    The value of a type's own field stands in a row under its label.
    """

    ignored: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, Any]]]


def open_book(content: bytes, name: str) -> Book:
    """The first sheet of a workbook; a file that cannot be read, or has no type and name, is refused."""
    try:
        count = _counted(content) - 1
        if count > LIMIT:
            raise DomainError("import.too_many", rows=count, limit=LIMIT)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError, EOFError, IndexError) as error:
        raise DomainError("import.no_workbook", name=name) from error
    rows = sheet.iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in ("类型", "名称") if head not in heads]
    if missing:
        raise DomainError("import.wrong_headings", missing="、".join(missing), expected="、".join(HEADINGS))
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise DomainError("import.heading_twice", heads="、".join(twice))
    count = (sheet.max_row or 1) - 1
    if count > LIMIT:
        raise DomainError("import.too_many", rows=count, limit=LIMIT)
    ignored = tuple(head for head in heads if head and head not in HEADINGS and head not in field_labels())
    return Book(ignored, _rows(rows, heads))


def _counted(content: bytes) -> int:
    """How many rows the one sheet of a workbook has, counted in its text without reading a cell.

    0 where there are several sheets, or it is no workbook: then reading it says more.
    """
    if not is_zipfile(io.BytesIO(content)):
        return 0
    count, tail = 0, b""
    with ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        if len(sheets) != 1:
            return 0
        with archive.open(sheets[0]) as text:
            while block := text.read(1 << 20):
                block = tail + block
                count += block.count(b"<row ")
                tail = block[-4:]
    return count


def _rows(rows: Iterator[Any], heads: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, cells in enumerate(rows, start=2):
        if place > LIMIT + 1:
            raise DomainError("import.too_many", rows=place - 1, limit=LIMIT)
        said = {
            HEADINGS.get(head, head): cell
            for head, cell in zip(heads, cells, strict=False)
            if (head in HEADINGS or head in field_labels()) and cell not in (None, "")
        }
        if said:
            yield place, said


def read_day(value: Any) -> date:
    """A day from a cell: a real date, or text in the usual spellings; else ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().split(" ")[0]
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise ValueError(text)


class Reader:
    """Turns rows into plain data, each with everything that is wrong about it."""

    def __init__(self, contract: Contract) -> None:
        self.items = {
            item.no.lstrip("0") or "0": item.pk for item in ServiceItem.objects.filter(contract=contract)
        }
        self.serials: dict[str, int] = {}
        self.codes: dict[str, int] = {}

    def read(self, place: int, said: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """One row in plain form and its problems in words."""
        problems: list[str] = []
        row: dict[str, Any] = {}
        for name, limit in _LENGTHS.items():
            text = _text(said.get(name))
            if len(text) > limit:
                problems.append(f"{_heading(name)}超过{limit}字")
            row[name] = text
        if "/" in row["code"]:
            problems.append(f"资产编号“{row['code'][:20]}”不能含有“/”")
        if not row["name"]:
            problems.append("缺少名称")
        kind = type_named(_text(said.get("kind")))
        if kind is None:
            problems.append(f"类型“{_text(said.get('kind'))}”不认识")
        row["kind"] = kind.key if kind else ""
        for name in DATES:
            row[name] = None
            if said.get(name) is not None:
                try:
                    row[name] = read_day(said[name]).isoformat()
                except ValueError:
                    problems.append(f"{_heading(name)}“{_text(said[name])[:20]}”不是日期")
        row["quantity"] = self._quantity(said.get("quantity"), problems)
        row["domestic"] = self._domestic(said.get("domestic"), problems)
        row["fields"] = self._fields(kind, said, problems) if kind else {}
        row["item"] = self._item(said.get("item"), problems)
        self._twice(self.serials, "序列号", row["serial"], place, problems)
        self._twice(self.codes, "资产编号", row["code"], place, problems)
        return row, problems

    def _quantity(self, value: Any, problems: list[str]) -> int:
        if value is None:
            return 1
        text = _text(value)
        if not text.isdigit() or not 0 < int(text) < 1_000_000:
            problems.append(f"数量“{text[:20]}”应为大于零的整数")
            return 1
        return int(text)

    @staticmethod
    def _domestic(value: Any, problems: list[str]) -> bool | None:
        text = _text(value).upper()
        if text and text not in _YES_NO:
            problems.append(f"信创“{text[:20]}”应为“是”或“否”")
        return _YES_NO.get(text)

    @staticmethod
    def _fields(kind: AssetType, said: dict[str, Any], problems: list[str]) -> dict[str, str]:
        """The type's own fields; what belongs to another type is said, not dropped in silence."""
        given: dict[str, str] = {}
        own = {field.label: field for field in kind.fields}
        for label in field_labels() & said.keys():
            field = own.get(label)
            if field is None:
                problems.append(f"“{kind.name}”没有“{label}”这一栏")
                continue
            value = said[label]
            try:
                given[field.id] = read_day(value).isoformat() if field.kind == "date" else _text(value)
                check_field(field, given[field.id])
            except (ValueError, DomainError):
                word = "日期" if field.kind == "date" else "数字"
                problems.append(f"{label}“{_text(value)[:20]}”不是{word}")
        return given

    def _item(self, value: Any, problems: list[str]) -> int | None:
        text = _text(value).split(" ")[0]
        if not text:
            return None
        found = self.items.get(text.lstrip("0") or "0")
        if found is None:
            problems.append(f"服务项“{text[:20]}”不在合同中")
        return found

    @staticmethod
    def _twice(seen: dict[str, int], word: str, text: str, place: int, problems: list[str]) -> None:
        if text and text in seen:
            problems.append(f"{word}“{text}”与第{seen[text]}行重复")
        elif text:
            seen[text] = place


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _heading(name: str) -> str:
    return next(head for head, key in HEADINGS.items() if key == name)
