"""Excel workbooks: each sheet a title line and a table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl

from opsledger.core.errors import DomainError
from opsledger.reader.documents.archives import open_archive
from opsledger.reader.documents.layout_text import paragraph, table

_MOST_ROWS = 100_000


def extract(data: bytes) -> str:
    """All visible sheets; formulas give their last value.  Raises ``reader.damaged`` and archive errors."""
    open_archive(data).close()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return "\n\n".join(
            f"{sheet.title}\n\n{_written(list(_rows(sheet)))}" for sheet in book if _shown(sheet)
        )
    except (KeyError, ValueError, TypeError, OSError, EOFError, AttributeError) as broken:
        raise DomainError("reader.damaged") from broken


def _shown(sheet: Any) -> bool:
    return getattr(sheet, "sheet_state", "visible") == "visible" and hasattr(sheet, "iter_rows")


def _written(rows: list[list[str]]) -> str:
    """A sheet with one column is text, not a table."""
    if all(len(row) <= 1 for row in rows):
        return "\n".join(paragraph(words) for row in rows for words in row)
    return table(rows)


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True, max_row=_MOST_ROWS):
        cells = [_words(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield cells


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
