"""PDF with text: lines joined to paragraphs, ruled tables as tables, running heads dropped."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import PdfminerException

from opsledger.core.errors import DomainError
from opsledger.reader.documents.layout_text import table

_MOST_PAGES = 1500
_MOST_CHARS_OF_A_SCAN = 8
_PAGE_NUMBER = re.compile(r"^[\s第\-—–]*\d{1,4}\s*(?:页)?[\s/共\-—–]*(?:\d{1,4}\s*页?)?[\s\-—–]*$")
_STARTS = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]+[章节条]|[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,3}(?:\.\d{1,3})*[.、．\s]|[①-⑳]|《|[•●■◆▪-]\s|需求\s*\d)"
)
_STARTS_IN_CELL = re.compile(r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.、．](?!\d)|[①-⑳])")
_FULL = 0.6
# A heading with its period ends in a date; a sentence seldom breaks there.
_ENDS = re.compile(r"(?:[。；;：:！？!?]|月\s?\d{1,2}\s?日)\s*$")
_GAP = re.compile(r"(?<=[\u3400-\u9fff，。；：、（）《》“”]) +(?=[\u3400-\u9fff，。；：、（）《》“”])")


@dataclass(slots=True)
class _Line:
    """A line of text, or a table with its rows, at its place on a page (points from the top left)."""

    page: int
    top: float
    bottom: float
    left: float
    right: float
    width: float
    words: str
    rows: list[list[str]] | None = None


def extract(data: bytes) -> str:
    """The document's text.  Raises ``reader.encrypted``, ``reader.damaged``, ``reader.scanned``."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            lines: list[_Line] = []
            for number, page in enumerate(pdf.pages[:_MOST_PAGES]):
                lines += _page(page, number)
                page.close()
    except PDFPasswordIncorrect as locked:
        raise DomainError("reader.encrypted") from locked
    except PdfminerException as broken:
        code = "encrypted" if "PasswordIncorrect" in repr(broken) else "damaged"
        raise DomainError(f"reader.{code}") from broken
    except (PDFSyntaxError, PSException, ValueError, KeyError, TypeError, OSError, IndexError) as broken:
        raise DomainError("reader.damaged") from broken
    if sum(_chars(line) for line in lines) <= _MOST_CHARS_OF_A_SCAN * max(1, pages):
        raise DomainError("reader.scanned", pages=pages)
    return _joined(_without_running_heads(lines, pages))


def _chars(line: _Line) -> int:
    return len(line.words) if line.rows is None else sum(len(c) for row in line.rows for c in row)


def _page(page: Any, number: int) -> list[_Line]:
    tables = page.find_tables() if page.rects or page.lines or page.curves else []
    boxes = [found.bbox for found in tables]
    found = [
        _Line(
            number,
            box[1],
            box[3],
            box[0],
            box[2],
            page.width,
            "表",
            [[c or "" for c in row] for row in made.extract()],
        )
        for made, box in zip(tables, boxes, strict=True)
    ]
    for line in page.extract_text_lines(return_chars=False, strip=True):
        middle = (line["top"] + line["bottom"]) / 2
        inside = any(b[1] <= middle <= b[3] and b[0] - 2 <= line["x0"] <= b[2] for b in boxes)
        if not inside and line["text"].strip():
            place = (line["top"], line["bottom"], line["x0"], line["x1"], page.width)
            found.append(_Line(number, *place, _GAP.sub("", line["text"])))
    return sorted(found, key=lambda line: line.top)


def _without_running_heads(lines: list[_Line], pages: int) -> list[_Line]:
    """Page numbers, and lines that come back at the same height on most pages, say nothing."""
    seen = Counter((round(line.top / 4), line.words) for line in lines if line.rows is None)
    often = max(3, 0.6 * pages)
    return [
        line
        for line in lines
        if line.rows is not None
        or not (_PAGE_NUMBER.match(line.words) or seen[round(line.top / 4), line.words] >= often)
    ]


def _joined(lines: list[_Line]) -> str:
    """Lines to paragraphs: a line that reaches the right margin and does not end a sentence goes on."""
    texts = [line for line in lines if line.rows is None]
    # Margins are alike on both sides, which tells the right one where no line reaches it.
    margin = max((max(line.right, line.width - 1.03 * line.left) for line in texts), default=0.0)
    spacing = _spacing(texts)
    parts: list[str] = []
    before: _Line | None = None
    for line in _whole_tables(lines):
        if line.rows is not None:
            parts.append("\n" + table([[_reflowed(c) for c in row] for row in line.rows]) + "\n")
        elif before is not None and before.rows is None and _goes_on(before, line, margin, spacing):
            parts[-1] = parts[-1].removesuffix("\n") + line.words + "\n"
        else:
            parts.append(line.words + "\n")
        before = line
    return "".join(parts)


def _spacing(texts: list[_Line]) -> float:
    """The usual distance between the lines of one paragraph."""
    gaps = [b.top - a.bottom for a, b in pairwise(texts) if a.page == b.page and b.top > a.bottom]
    return sorted(gaps)[len(gaps) // 3] if gaps else 0.0


def _goes_on(before: _Line, line: _Line, margin: float, spacing: float) -> bool:
    full = before.right >= margin - 2.2 * (before.bottom - before.top)
    apart = before.page == line.page and line.top - before.bottom > 1.4 * spacing + 2
    height = line.bottom - line.top
    indented = line.left > before.left + 1.5 * height
    return (
        full
        and not apart
        and not indented
        and not _ENDS.search(before.words)
        and not _STARTS.match(line.words)
    )


def _whole_tables(lines: list[_Line]) -> list[_Line]:
    """Tables that go on at the top of the next page are joined; so is a row that the page cut in two."""
    whole: list[_Line] = []
    for line in lines:
        before = whole[-1] if whole else None
        if (
            line.rows
            and before is not None
            and before.rows
            and before.page + 1 == line.page
            and _same(before, line)
        ):
            first, rest = line.rows[0], line.rows[1:]
            if not first[0].strip() and any(c.strip() for c in first):
                last = before.rows[-1]
                before.rows[-1] = [f"{a}\n{b}" if b else a for a, b in zip(last, first, strict=True)]
            else:
                rest = line.rows
            before.rows += [row for row in rest if row != before.rows[0]]
            before.page = line.page
        else:
            whole.append(line)
    return whole


def _same(before: _Line, line: _Line) -> bool:
    return (
        bool(before.rows)
        and bool(line.rows)
        and len((line.rows or [[]])[0]) == len((before.rows or [[]])[-1])
    )


def _reflowed(cell: str) -> str:
    """A cell's text without the line breaks that its width made."""
    lines = [_GAP.sub("", line.strip()) for line in cell.split("\n") if line.strip()]
    widest = max((_width(line) for line in lines), default=0)
    words = ""
    for line, last in zip(lines, ["", *lines], strict=False):
        # Numbers and Latin words are not broken, so the line before one may be short.
        full = _width(last) >= _FULL * widest or (line[0].isascii() and not re.search(r"[：:、]$", last))
        wrapped = last and full and not re.search(r"[。；;]$", last)
        words += line if not words or (wrapped and not _STARTS_IN_CELL.match(line)) else "\n" + line
    return words


def _width(words: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in words)
