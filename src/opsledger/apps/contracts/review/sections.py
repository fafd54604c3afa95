"""A document's text in sections that follow its items, and the pieces in which a section is shown."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_CHARACTERS = 6000
_TITLE = 30
_NUMBER = 12

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Section:
    """A half-open stretch of the text under a title."""

    title: str
    start: int
    end: int


def sections(text: str, items: Iterable[tuple[int, int, str]]) -> list[Section]:
    """The whole text cut at the items (start, end, title), none longer than about 6000 characters.

    An item reaches to the next one at most; text outside the items is a section of its own, named by its
    first line.  Joined, the sections are the text again.
    """
    found: list[Section] = []
    at = 0
    placed = sorted(item for item in items if item[0] < item[1])
    for index, (start, end, title) in enumerate(placed):
        until = placed[index + 1][0] if index + 1 < len(placed) else len(text)
        start, stop = max(start, at), min(end, max(until, start), len(text))
        if stop <= start:
            continue
        if len(text[at:start].strip()) <= _NUMBER:
            start = at  # the printed number before an item's name belongs to it
        found += _between(text, at, start)
        found += _cut(text, Section(title, start, stop))
        at = stop
    found += _between(text, at, len(text))
    return _joined(text, found)


def _between(text: str, start: int, end: int) -> list[Section]:
    if start >= end:
        return []
    first = next((line.strip() for line in text[start:end].splitlines() if line.strip()), "")
    return _cut(text, Section(first[:_TITLE], start, end))


def _cut(text: str, whole: Section) -> list[Section]:
    parts: list[Section] = []
    at = whole.start
    while whole.end - at > MOST_CHARACTERS:
        line = text.rfind("\n", at, at + MOST_CHARACTERS)
        stop = line + 1 if line > at else at + MOST_CHARACTERS
        parts.append(Section(whole.title, at, stop))
        at = stop
    parts.append(Section(whole.title, at, whole.end))
    if len(parts) == 1:
        return parts
    return [Section(f"{p.title}（{n}/{len(parts)}）", p.start, p.end) for n, p in enumerate(parts, 1)]


def _joined(text: str, found: Sequence[Section]) -> list[Section]:
    """Stretches of nothing but blanks go to the section before them (or after, at the very start)."""
    kept: list[Section] = []
    for section in found:
        blank = not text[section.start : section.end].strip()
        if kept and (blank or not text[kept[-1].start : kept[-1].end].strip()):
            last = kept.pop()
            title = last.title if blank else section.title
            kept.append(Section(title, last.start, section.end))
        else:
            kept.append(section)
    return kept


@dataclass(frozen=True, slots=True)
class Piece(Generic[Mark]):
    """A run of text under the same marks; `begins` are the marks that start with it."""

    offset: int
    text: str
    marks: tuple[Mark, ...] = ()
    begins: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Line(Generic[Mark]):
    """A line of the text; `cell` where it opens a cell of a table."""

    cell: bool
    pieces: list[Piece[Mark]]


def lines(text: str, offset: int, marks: Iterable[tuple[int, int, Mark]]) -> list[Line[Mark]]:
    """The lines of a section whose text starts at `offset`, cut where marks (start, end, mark) begin or end.

    Blank lines are left out; offsets stay those of the whole document.  Marks may overlap.
    """
    end = offset + len(text)
    clipped = sorted(
        (
            (max(start, offset), min(stop, end), mark)
            for start, stop, mark in marks
            if start < end and stop > offset
        ),
        key=lambda one: (one[0], one[1]),
    )
    cuts = sorted({offset, end, *(c[0] for c in clipped), *(c[1] for c in clipped)})
    made: list[Line[Mark]] = []
    at = offset
    active: list[tuple[int, int, Mark]] = []
    taken = 0
    for raw in text.split("\n"):
        stop = at + len(raw)
        while taken < len(clipped) and clipped[taken][0] < stop:
            active.append(clipped[taken])
            taken += 1
        active = [mark for mark in active if mark[1] > at]
        if raw.strip():
            made.append(Line(raw.lstrip(" ").startswith("\t"), _pieces(raw, at, active, cuts)))
        at = stop + 1
    return made


def _pieces(raw: str, at: int, active: list[tuple[int, int, Mark]], cuts: list[int]) -> list[Piece[Mark]]:
    stop = at + len(raw)
    inner = cuts[bisect_left(cuts, at + 1) : bisect_left(cuts, stop)]
    pieces: list[Piece[Mark]] = []
    for start, end in zip([at, *inner], [*inner, stop], strict=True):
        over = [mark for mark in active if mark[0] <= start and mark[1] >= end and mark[0] < mark[1]]
        begins = tuple(mark for first, _, mark in over if first == start)
        pieces.append(Piece(start, raw[start - at : end - at], tuple(mark for *_, mark in over), begins))
    return pieces
