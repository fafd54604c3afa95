"""Numbered chapters: sibling headings that each name one thing to look after."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.reader.blocks import Block, Span
from opsledger.reader.layout.headings import NOT_SERVICE, Heading
from opsledger.reader.layout.segments import Segment

_SHARE_OF_THINGS = 0.6
_MANY_CHILDREN = 5
_FEWEST_SERVICES = 5
_SHARE_OF_SERVICES = 0.8
_MEASURED = re.compile(r"\d\s*次|[一两二三四五六]次|(?:小时|分钟|工作日)内|交付物|频次|《")


class Chapters:
    """The heading tree of one document with the extent of each heading."""

    def __init__(self, key: str, blocks: list[Block], found: list[Heading]) -> None:
        self.key, self.blocks, self.found = key, blocks, found
        self._ends = self._extents()

    def _extents(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        open_: list[Heading] = []
        for heading in self.found:
            while open_ and open_[-1] is not heading.parent:
                ends[id(open_.pop())] = heading.at
            open_.append(heading)
        for heading in open_:
            ends[id(heading)] = len(self.blocks)
        return ends

    def end(self, heading: Heading) -> int:
        """Index of the block after the heading's last one."""
        return self._ends[id(heading)]

    def title_start(self, heading: Heading) -> int:
        """Offset of the heading's words behind its number."""
        block = self.blocks[heading.at]
        return block.start + self.key[block.start : block.end].rindex(heading.title)

    def own_blocks(self, heading: Heading) -> list[Block]:
        """Blocks between the heading and its first sub-heading."""
        stop = heading.children[0].at if heading.children else self.end(heading)
        return self.blocks[heading.at + 1 : stop]

    def excluded(self, heading: Heading | None) -> bool:
        """Whether the heading or one above it is about bidding, payment, law or assessment."""
        while heading is not None:
            if NOT_SERVICE.search(heading.title):
                return True
            heading = heading.parent
        return False

    def service_blocks(self) -> Iterator[tuple[int, Block, Heading | None]]:
        """(index, block, innermost heading) of every block outside the excluded chapters, titles included."""
        titles = {h.at: h for h in self.found}
        current: Heading | None = None
        for index, block in enumerate(self.blocks):
            while current is not None and self.end(current) <= index:
                current = current.parent
            current = titles.get(index, current)
            if not self.excluded(current):
                yield index, block, current


def find(chapters: Chapters) -> list[Segment]:
    """Segments of a document whose items are chapters; empty when no group of siblings names things."""
    picked = _pick(chapters)
    if len(picked) < 2:
        return []
    segments = [(h.at, _segment(chapters, h, common=False)) for h in picked]
    for heading, common in _around(chapters, picked):
        segment = _segment(chapters, heading, common=common)
        if common:
            segment.blocks = chapters.own_blocks(heading)
        if segment.blocks:
            segments.append((heading.at, segment))
    return [segment for _, segment in sorted(segments, key=lambda pair: pair[0])]


def _groups(chapters: Chapters) -> Iterator[list[Heading]]:
    by_parent: dict[tuple[int, str], list[Heading]] = {}
    for heading in chapters.found:
        by_parent.setdefault((id(heading.parent), heading.style), []).append(heading)
    for group in by_parent.values():
        if chapters.excluded(group[0]):
            continue
        things = sum(h.is_thing for h in group)
        if (len(group) >= 2 and things >= _SHARE_OF_THINGS * len(group)) or _are_services(chapters, group):
            yield group


def _are_services(chapters: Chapters, group: list[Heading]) -> bool:
    """Numbered services of a general name, each with a frequency, a limit or a document of its own."""
    services = sum(h.is_service for h in group)
    packages = group[0].style == "package"
    few = len(group) < _FEWEST_SERVICES
    # A few services are items only where one of them names a thing; packages are items whatever their name.
    if len(group) < 2 or services < _SHARE_OF_SERVICES * len(group):
        return False
    if few and not packages and not (services == len(group) and any(h.is_thing for h in group)):
        return False
    told = 0
    for heading in group:
        body = chapters.blocks[heading.at + 1 : chapters.end(heading)]
        told += any(_MEASURED.search(chapters.key, b.start, b.end) for b in body)
    return told >= _SHARE_OF_THINGS * len(group)


def _has_text(chapters: Chapters, heading: Heading) -> bool:
    return any(True for _ in chapters.own_blocks(heading))


def _pick(chapters: Chapters) -> list[Heading]:
    member: set[int] = set()
    headings: list[Heading] = []
    for group in _groups(chapters):
        headings += group
        member |= {id(h) for h in group}
    picked: list[Heading] = []
    for heading in headings:
        inner = [c for c in heading.children if id(c) in member]
        folded = _has_text(chapters, heading) and 0 < len(inner) < _MANY_CHILDREN
        if inner and not folded:
            continue
        if not _inside_item(heading, member, chapters):
            picked.append(heading)
    bodies = sum(chapters.end(h) > h.at + 1 for h in picked)
    return picked if bodies >= len(picked) / 2 else []


def _inside_item(heading: Heading, member: set[int], chapters: Chapters) -> bool:
    """Whether some heading above is itself an item that keeps its sub-headings."""
    above = heading.parent
    while above is not None:
        if id(above) in member:
            inner = [c for c in above.children if id(c) in member]
            if not inner or (_has_text(chapters, above) and len(inner) < _MANY_CHILDREN):
                return True
        above = above.parent
    return False


def _around(chapters: Chapters, picked: list[Heading]) -> Iterator[tuple[Heading, bool]]:
    """Containers of items with text of their own (common), and the containers' siblings."""
    chosen = {id(h) for h in picked}
    containers: dict[int, Heading] = {}
    for heading in picked:
        above = heading.parent
        while above is not None:
            containers[id(above)] = above
            above = above.parent
    for container in containers.values():
        if container.style != "decimal":
            continue
        if _has_text(chapters, container):
            yield container, True
        siblings = container.parent.children if container.parent else []
        for sibling in siblings:
            if (
                sibling.style == container.style
                and id(sibling) not in containers
                and id(sibling) not in chosen
            ):
                chosen.add(id(sibling))
                yield sibling, False


def _segment(chapters: Chapters, heading: Heading, *, common: bool) -> Segment:
    start = chapters.title_start(heading)
    segment = Segment(
        heading.path,
        heading.title,
        Span(start, start + len(heading.title)),
        section=heading.parent.title if heading.parent else "",
        common=common,
    )
    segment.blocks = chapters.blocks[heading.at + 1 : chapters.end(heading)]
    return segment
