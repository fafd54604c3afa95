"""A normalised text cut into blocks: paragraphs and table rows, each with its offsets.

Every format is first written as plain text in one convention, the one converters use for tables: a cell
starts on a line of its own with a tab, further lines of the cell follow without one, and a blank line
(or a line that starts with blanks and a tab, where the first cell is merged or numbered automatically)
starts the next row.  So a flattened table in a .txt and a real one in a .docx take the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from opsledger.reader.normalise import Text

_CELL = re.compile(r"([ ]*)\t[ ]*")
_HEADER = re.compile(r"序号|编号|项目名称|服务项目|服务内容|名称|故障级别|设备名称|指标")
_ROW_NUMBER = re.compile(r"[(]?(?:\d+|[一二三四五六七八九十]+)[).、]?$")
_LOOK_AHEAD = 8
_COLUMN = re.compile(
    r"名称|内容|项目|服务项|频次|频率|周期|次数|交付|成果|输出|文档|要求|期限|有效期|授权|许可|数量|级别|指标|类别|系统|产品"
)
_LONGEST_TITLE = 16


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of offsets into the normalised text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one line) or a table row with its cells; `table` numbers the tables of the document."""

    start: int
    end: int
    cells: tuple[Span, ...] = ()
    table: int | None = None
    titles: tuple[str, ...] = ()
    """What stands at the head of each cell's column; of the one column for a line that came from a cell."""

    @property
    def is_row(self) -> bool:
        return self.table is not None


def lines_of(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The lines of `text` between two offsets, trimmed of blanks, without empty ones."""
    found: list[Span] = []
    stop = len(text) if end is None else end
    at = start
    while at < stop:
        cut = text.find("\n", at, stop)
        cut = stop if cut < 0 else cut
        left, right = at, cut
        while left < right and text[left] in " \t":
            left += 1
        while right > left and text[right - 1] in " \t":
            right -= 1
        if left < right:
            found.append(Span(left, right))
        at = cut + 1
    return found


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.raw: list[Span] = []
        at = 0
        for line in text.split("\n"):
            self.raw.append(Span(at, at + len(line)))
            at += len(line) + 1
        self.table = -1
        self.width = 0
        self.cells: list[list[int]] = []

    def close_row(self) -> None:
        if self.cells:
            cells = tuple(self._trim(a, b) for a, b in self.cells)
            self.blocks.append(Block(self.cells[0][0], self.cells[-1][1], cells, self.table))
            self.width = max(self.width, len(cells))
            self.cells = []

    def _trim(self, start: int, end: int) -> Span:
        while start < end and self.text[start] in " \t\n":
            start += 1
        while end > start and self.text[end - 1] in " \t\n":
            end -= 1
        return Span(start, end)

    def cell(self, line: Span, found: re.Match[str], after_blank: bool) -> None:
        merged = bool(found[1])
        words = self.text[line.start + found.end() : line.end].strip()
        if after_blank and 2 <= len(self.cells) < self.width and words and not _ROW_NUMBER.match(words):
            # The cell before ended in an empty line; rows start with a number, an empty or a merged cell.
            after_blank = False
        if not self.cells or after_blank or merged:
            if not self.cells:
                self._open(line)
            self.close_row()
            if merged:
                self.cells.append([line.start, line.start])
        self.cells.append([line.start + found.end(), line.end])

    def _open(self, line: Span) -> None:
        head = self.text[line.start : line.end]
        last = self.blocks[-1] if self.blocks else None
        resumed = last is not None and last.is_row and not _HEADER.search(head)
        if not resumed:
            self.table += 1
            self.width = 0

    def continues(self, index: int) -> bool:
        """Whether a line after a blank one belongs to the open cell: the row lacks cells that follow soon."""
        if len(self.cells) >= self.width:
            return False
        seen = 0
        for line in self.raw[index + 1 : index + 2 * _LOOK_AHEAD]:
            words = self.text[line.start : line.end]
            if _CELL.match(words):
                return not _HEADER.search(words)
            seen += bool(words.strip())
            if seen > _LOOK_AHEAD:
                break
        return False

    def run(self) -> list[Block]:
        blank = False
        for index, line in enumerate(self.raw):
            words = self.text[line.start : line.end]
            found = _CELL.match(words)
            if found:
                self.cell(line, found, blank)
            elif words.strip():
                if self.cells and blank and not self.continues(index):
                    self.close_row()
                if self.cells:
                    self.cells[-1][1] = line.end
                else:
                    span = self._trim(line.start, line.end)
                    self.blocks.append(Block(span.start, span.end))
            blank = not words.strip() and not found
        self.close_row()
        return self.blocks


def cut(text: Text) -> list[Block]:
    """Blocks of the whole text in order; linear in its length."""
    return _titled(text.key, _Cutter(text.key).run())


def _titled(key: str, blocks: list[Block]) -> list[Block]:
    """Give the rows of every table that opens with a header the titles of their columns."""
    table: int | None = None
    titles: tuple[str, ...] = ()
    found: list[Block] = []
    for block in blocks:
        if block.is_row and block.table != table:
            table, titles = block.table, _header(key, block)
        elif block.is_row and len(block.cells) == len(titles):
            block = replace(block, titles=titles)
        found.append(block)
    return found


def _header(key: str, block: Block) -> tuple[str, ...]:
    """The words of a row that heads a table, else nothing."""
    words = tuple(re.sub(r"\s+", "", key[c.start : c.end]) for c in block.cells)
    told = all(0 < len(w) <= _LONGEST_TITLE and not re.search(r"[\d。;]", w) for w in words)
    return words if len(words) > 1 and told and any(_COLUMN.search(w) for w in words) else ()
