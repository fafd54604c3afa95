"""Sentences and clauses of a block, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from opsledger.reader.blocks import Block, Span, lines_of

_END = re.compile(r"[。;!?\n]")
_CLAUSE_END = re.compile(r",|，|\t|(?<=[^\d])[、.](?=\d{1,2}[、.](?!\d))")
_LABEL = re.compile(r"\s*[(]?[\d一二三四五六七八九十①-⑳A-Z]{0,3}[)]?\s*[、.．]?\s*([^:,。;\n]{2,24})\s*:")
_NUMBERING = re.compile(
    r"^\s*(?:[(]?(?:\d{1,2}(?:\.\d{1,3})*|[一二三四五六七八九十]{1,3}|[A-Z])[)、.．]\s*|[①-⑳]\s*)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block: `label` is the block's title before a colon, `before` the sentences ahead of it."""

    key: str
    span: Span
    label: str
    heading: str
    before: Sequence[Span]
    row: bool = False
    columns: Sequence[tuple[Span, str]] = ()
    """The cells of a row, or the one cell a line came from, with the titles of their columns."""
    _parts: list[Span] = field(default_factory=list, compare=False, repr=False)

    @property
    def words(self) -> str:
        return self.key[self.span.start : self.span.end]

    def title_at(self, offset: int) -> str:
        """The title of the column that holds `offset`; empty where it has none."""
        return next((title for span, title in self.columns if span.start <= offset < span.end), "")

    def clauses(self) -> list[Span]:
        """Parts between commas; commas inside brackets do not part."""
        if not self._parts:
            self._parts.extend(self._cut())
        return self._parts

    def _cut(self) -> list[Span]:
        parts: list[Span] = []
        depth = 0
        start = self.span.start
        for at in range(self.span.start, self.span.end):
            mark = self.key[at]
            if mark == "(":
                depth += 1
            elif mark == ")":
                depth = max(0, depth - 1)
            elif depth == 0 and (mark in ",\t" or (mark == "\n" and self.row)):
                if at > start:
                    parts.append(Span(start, at))
                start = at + 1
        if start < self.span.end:
            parts.append(Span(start, self.span.end))
        return parts or [self.span]

    def clause_at(self, offset: int) -> tuple[int, list[Span]]:
        """Index of the clause that holds `offset`, and all clauses."""
        parts = self.clauses()
        for index, part in enumerate(parts):
            if part.start <= offset < part.end:
                return index, parts
        return len(parts) - 1, parts


def heading_of(words: str) -> str:
    """A block that is only a title (short, no sentence) without its number, else the empty string."""
    bare = _NUMBERING.sub("", words).strip().rstrip(":")
    return bare if 2 <= len(bare) <= 24 and not re.search(r"[,。;:]", bare) else ""


def sentences(key: str, block: Block, heading: str = "") -> list[Sentence]:
    """The sentences of a block in order; a table row is one sentence whose cells are its clauses."""
    cells = block.cells or (Span(block.start, block.end),)
    columns = tuple(zip(cells, block.titles, strict=False))
    if block.is_row:
        return [Sentence(key, Span(block.start, block.end), "", heading, (), row=True, columns=columns)]
    found: list[Sentence] = []
    spans: list[Span] = []
    for line in lines_of(key, block.start, block.end):
        label_match = _LABEL.match(key, line.start, line.end)
        label = label_match[1].strip() if label_match else ""
        at = line.start
        for mark in [*_END.finditer(key, line.start, line.end), None]:
            end = mark.start() if mark else line.end
            if mark and mark[0] == ";" and _open_bracket(key, at, end):
                continue
            if key[at:end].strip():
                span = Span(at, end)
                found.append(Sentence(key, span, label, heading, tuple(spans), columns=columns))
                spans.append(span)
            at = mark.end() if mark else line.end
    return found


def _open_bracket(key: str, start: int, end: int) -> bool:
    return key.count("(", start, end) > key.count(")", start, end)
