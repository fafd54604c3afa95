"""A workbook of assets as plain rows, each with everything that is wrong about it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opsledger.apps.assets.types import type_named
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
    "备注": "note",
}
DATES = ("acquired_on", "warranty_until", "expires_on")
_LENGTHS = {"code": 40, "name": 120, "model": 200, "serial": 80, "place": 120, "vendor": 80, "note": 300}
COMPARED = ("kind", "name", "model", "serial", "place", "quantity", "vendor", *DATES, "note")
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def rows_of(content: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of the first sheet by heading, each with its number; a file that cannot be read is refused."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError, EOFError, IndexError) as error:
        raise DomainError("import.no_workbook", name=name) from error
    rows = sheet.iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in ("类型", "名称") if head not in heads]
    if missing:
        raise DomainError("import.wrong_headings", missing="、".join(missing), expected="、".join(HEADINGS))
    if (sheet.max_row or 0) - 1 > LIMIT:
        raise DomainError("import.too_many", rows=(sheet.max_row or 1) - 1, limit=LIMIT)
    for place, cells in enumerate(rows, start=2):
        if place > LIMIT + 1:
            raise DomainError("import.too_many", rows=place - 1, limit=LIMIT)
        said = {
            HEADINGS[head]: cell
            for head, cell in zip(heads, cells, strict=False)
            if head in HEADINGS and cell not in (None, "")
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
