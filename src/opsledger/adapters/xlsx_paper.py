"""Workbooks that print on A4: built with xlsxwriter, figures as numbers, sums as formulas with their value."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FONT = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
_FRAME = {**_FONT, "border": 1, "text_wrap": True}


class Book:
    """One workbook; add sheets, then take `data()`."""

    def __init__(self, title: str, *, at: datetime) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"title": title, "author": "运维台账", "created": at.replace(tzinfo=None)})
        self._formats = {
            "title": self._format(bold=True, font_size=16, align="center"),
            "text": self._format(_FRAME),
            "center": self._format(_FRAME, align="center"),
            "head": self._format(_FRAME, bold=True, align="center", bg_color="#E7EDF4", font_name="黑体"),
            "name": self._format(_FRAME, align="center", bg_color="#F2F2F2", font_name="黑体"),
            "group": self._format(_FRAME, bold=True, bg_color="#F7F7F7"),
            "number": self._format(_FRAME, num_format="0.##", align="right"),
            "group_number": self._format(_FRAME, bold=True, num_format="0.##", bg_color="#F7F7F7"),
            "money": self._format(_FRAME, num_format="¥#,##0.00", align="right"),
            "plain": self._format(text_wrap=True),
        }

    def _format(self, base: dict[str, Any] | None = None, **more: Any) -> Any:
        return self._book.add_format({**(base or _FONT), **more})

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = False) -> Sheet:
        """A new sheet with these column widths, set up for A4 with page numbers."""
        made = self._book.add_worksheet(name)
        made.set_paper(9)
        made.set_landscape() if landscape else made.set_portrait()
        made.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
        made.fit_to_pages(1, 0)
        made.set_footer('&C&"宋体"&9第 &P 页　共 &N 页')
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return Sheet(made, self._formats, widths)

    def data(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """One sheet, written from the top downwards; `row` is the next row (counted from 0)."""

    def __init__(self, sheet: Any, formats: dict[str, Any], widths: Sequence[float]) -> None:
        self._sheet, self._formats, self._widths = sheet, formats, widths
        self._columns = len(widths)
        self.row = 0

    def title(self, text: str) -> None:
        """The title over the whole width."""
        self._sheet.merge_range(self.row, 0, self.row, self._columns - 1, text, self._formats["title"])
        self._sheet.set_row(self.row, 30)
        self.row += 1

    def pair(self, name: str, value: object, kind: str = "text") -> None:
        """A name and its value over the rest of the width."""
        self._sheet.write_string(self.row, 0, name, self._formats["name"])
        last = self._columns - 1
        if last > 1:
            self._sheet.merge_range(self.row, 1, self.row, last, "", self._formats[kind])
        self._write(self.row, 1, value, kind)
        self._sheet.set_row(self.row, _height([(value, sum(self._widths[1:]))]))
        self.row += 1

    def head(self, names: Iterable[str], *, repeat: bool = False) -> None:
        """The head of a table; `repeat` prints it on every page and holds it while scrolling."""
        for column, name in enumerate(names):
            self._sheet.write_string(self.row, column, name, self._formats["head"])
        if repeat:
            self._sheet.repeat_rows(self.row)
            self._sheet.freeze_panes(self.row + 1, 0)
        self.row += 1

    def line(self, values: Sequence[object], kinds: Sequence[str]) -> int:
        """One row of a table; returns its number as formulas name it (counted from 1)."""
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            self._write(self.row, column, value, kind)
        self._sheet.set_row(self.row, _height(zip(values, self._widths, strict=True)))
        self.row += 1
        return self.row

    def formula(self, column: int, formula: str, value: Decimal, kind: str) -> None:
        """Replace a cell of the last row by a formula with its value."""
        self._sheet.write_formula(self.row - 1, column, formula, self._formats[kind], float(value))

    def text(self, text: str, *, height: float = 18) -> None:
        """A remark over the whole width."""
        self._sheet.merge_range(self.row, 0, self.row, self._columns - 1, text, self._formats["plain"])
        self._sheet.set_row(self.row, height)
        self.row += 1

    def gap(self) -> None:
        """An empty row."""
        self.row += 1

    def _write(self, row: int, column: int, value: object, kind: str) -> None:
        style = self._formats[kind]
        if isinstance(value, Decimal | int | float):
            self._sheet.write_number(row, column, float(value), style)
        else:
            self._sheet.write_string(row, column, str(value), style)


def _height(cells: Iterable[tuple[object, float]]) -> float:
    """Points that a row needs: programs do not fit rows to wrapped text by themselves when they print."""
    lines = 1
    for value, width in cells:
        if isinstance(value, str):
            room = max(1.0, width - 1.5)
            lines = max(lines, sum(max(1, math.ceil(_width(part) / room)) for part in value.split("\n")))
    return 5 + 14.5 * lines


def _width(text: str) -> float:
    """The width of a text in the unit of columns: a Chinese character takes about two."""
    return sum(2.1 if ord(character) > 0x2E7F else 1.1 for character in text)
