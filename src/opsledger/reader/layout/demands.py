"""Numbered demands: lines such as 需求12：… that each open a service item."""

from __future__ import annotations

import re

from opsledger.core.quantities import number
from opsledger.reader.blocks import Block, Span, lines_of
from opsledger.reader.layout.headings import NOT_SERVICE, number_of
from opsledger.reader.layout.segments import Segment

_DEMAND = re.compile(
    r"(需求|服务项目?|子项目?|运维项目?|项目|标的|系统|分项|包)\s*([\d]{1,3}|[一二三四五六七八九十百]{1,5})\s*[:、.]\s*(?=\S)"
)
_PERIOD = re.compile(r"[,:(]?\s*(?:(?:运维|服务|维保|维护|合同)?(?:期限|期|时间)\s*[:为]?\s*)*\d{4}\s*年")
_PERIOD_WORD = re.compile(r"[,:(]\s*(?:运维|服务|维保|维护|合同)(?:期限|期|时间)\s*[:为]")
_OVERALL = re.compile(r"^.{0,20}(?:总体|整体|通用|共性|共同)要求(?:如下)?\s*:")
_FEWEST = 3


def find(key: str, blocks: list[Block]) -> list[Segment]:
    """Segments of a document made of numbered demands; empty when there are fewer than three."""
    pieces = _explode(key, blocks)
    word = _word(key, pieces)
    if word is None:
        return []
    inside = any(b.is_row for b in blocks if _holds_demand(key, b, word))
    return _Collector(key, word, inside).run(pieces)


def _match(key: str, block: Block) -> re.Match[str] | None:
    return None if block.is_row else _DEMAND.match(key, block.start, block.end)


def _holds_demand(key: str, block: Block, word: str) -> bool:
    return block.is_row and any(
        (found := _DEMAND.match(key, line.start, line.end)) is not None and found[1] == word
        for cell in block.cells
        for line in lines_of(key, cell.start, cell.end)
    )


def _explode(key: str, blocks: list[Block]) -> list[Block]:
    """Rows that hold demands inside a cell become lines; all other blocks stay."""
    pieces: list[Block] = []
    for block in blocks:
        cells = [lines_of(key, cell.start, cell.end) for cell in block.cells]
        if any(_DEMAND.match(key, line.start, line.end) for lines in cells for line in lines):
            pieces += [Block(line.start, line.end) for lines in cells for line in lines]
        else:
            pieces.append(block)
    return pieces


def _word(key: str, pieces: list[Block]) -> str | None:
    counts: dict[str, int] = {}
    for block in pieces:
        if found := _match(key, block):
            counts[found[1]] = counts.get(found[1], 0) + 1
    best = max(counts, key=lambda w: counts[w], default=None)
    return best if best and counts[best] >= _FEWEST else None


class _Collector:
    def __init__(self, key: str, word: str, inside: bool) -> None:
        self.key, self.word, self.inside = key, word, inside
        self.segments: list[Segment] = []
        self.open: Segment | None = None
        self.section = ""
        self.over = False

    def run(self, pieces: list[Block]) -> list[Segment]:
        for block in pieces:
            found = _match(self.key, block)
            if found and found[1] == self.word:
                self._start(block, found)
            elif not self.segments:
                self._note_section(block)
            elif self.over:
                continue
            elif self.inside and block.is_row:
                self._row(block)
            elif not block.is_row and _OVERALL.match(self.key[block.start : block.end]):
                self._overall(block)
            elif not self._closes(block) and self.open is not None:
                self.open.blocks.append(block)
        return self.segments

    def _note_section(self, block: Block) -> None:
        words = self.key[block.start : block.end]
        numbered = number_of(words)
        if not block.is_row and len(words) < 30:
            self.section = words[numbered[2] if numbered else 0 :]

    def _closes(self, block: Block) -> bool:
        """A chapter of another kind ends the demands; a bare title line before a demand names its section."""
        words = self.key[block.start : block.end]
        numbered = number_of(words) if not block.is_row else None
        if (
            numbered
            and numbered[0] in ("chapter", "chinese")
            and NOT_SERVICE.search(words)
            and len(words) < 30
        ):
            self.open, self.over = None, True
            return True
        return False

    def _start(self, block: Block, found: re.Match[str]) -> None:
        self.over = False
        no = str(int(number(found[2])))
        if no == "1" and self.open is not None and self.open.blocks:
            last = self.open.blocks[-1]
            if (
                not last.is_row
                and last.end - last.start < 20
                and not number_of(self.key[last.start : last.end])
            ):
                self.section = self.key[last.start : last.end]
                self.open.blocks.pop()
        cut = _PERIOD_WORD.search(self.key, found.end(), block.end) or _PERIOD.search(
            self.key, found.end(), block.end
        )
        name_end = cut.start() if cut else block.end
        while name_end > found.end() and self.key[name_end - 1] in " ,:;":
            name_end -= 1
        self.open = Segment(
            no,
            self.key[found.end() : name_end].strip(),
            Span(found.end(), name_end),
            section=self.section,
            period_span=Span(name_end, block.end) if cut else None,
        )
        self.segments.append(self.open)

    def _general(self, name: str, span: Span) -> Segment:
        segment = Segment("general", name, span, section=self.section, common=True)
        self.segments.append(segment)
        return segment

    def _overall(self, block: Block) -> None:
        colon = self.key.index(":", block.start)
        name = re.sub(r"如下$", "", self.key[block.start : colon].strip())
        self.open = self._general(name, Span(block.start, block.start + len(name)))
        self.open.blocks.append(Block(colon + 1, block.end))

    def _row(self, block: Block) -> None:
        title = next((c for c in block.cells if _is_row_title(self.key[c.start : c.end])), None)
        if title is None:
            if self.open is not None:
                self.open.blocks += _loosened(self.key, block)
            return
        name = self.key[title.start : title.end]
        if NOT_SERVICE.search(name):
            self.open = None
            return
        self.section = name
        self.open = self._general(name, title)
        rest = tuple(c for c in block.cells if c.start > title.start and c.end > c.start)
        for cell in rest:
            self.open.blocks += [
                Block(line.start, line.end) for line in lines_of(self.key, cell.start, cell.end)
            ]


def _is_row_title(words: str) -> bool:
    return 1 < len(words) <= 20 and "\n" not in words and not re.search(r"[,。;:]|^\d+$", words)


def _loosened(key: str, block: Block) -> list[Block]:
    """A row without empty cells; a row whose cells hold several lines is taken as those lines."""
    cells = tuple(c for c in block.cells if c.end > c.start)
    lines = [line for c in cells for line in lines_of(key, c.start, c.end)]
    if len(lines) > len(cells):
        return [Block(line.start, line.end) for line in lines]
    return [Block(block.start, block.end, cells, block.table)]
