"""Layout: which parts of a document are service items, and which hold for all of them."""

from __future__ import annotations

import re

from opsledger.reader.blocks import Block, Span
from opsledger.reader.layout import chapters, demands, tables
from opsledger.reader.layout.headings import Heading, headings, number_of
from opsledger.reader.layout.segments import Segment

_OVERVIEW = re.compile(r"概况|概述|概念|背景|现状|目标|基本情况|项目内容|介绍|简介|清单")
_PROJECT_NAME = re.compile(
    r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)、.]\s*)?(?:招标|采购)?项目名称\s*:\s*(?=\S)"
)
_APPLIES_TO_ALL = re.compile(r"同样适用|均适用|适用于(?:以上|上述|所有|全部|各)")
_PERIOD_LABEL = re.compile(
    r"(?:服务|运维|维保|维护|运营|租赁|合同|履约)(?:服务)?(?:履行)?(?:期限|周期|期间?|起止时间|时间)(?:起止时间)?[^。;\n]{0,20}?(?=20\d\d\s*[年./-])"
)
_LABEL_REACH = 60
_GENERAL_NAME = "总体要求"

__all__ = ["Segment", "segments"]


def segments(key: str, blocks: list[Block], stem: str) -> list[Segment]:
    """Service items of the document in order, then the general one; `stem` names an untitled one."""
    found = demands.find(key, blocks)
    tree = chapters.Chapters(key, blocks, headings(key, blocks))
    if found:
        return found
    by_table, by_chapter = tables.find(key, blocks), chapters.find(tree)
    found = max(by_table, by_chapter, key=_weight)
    if not found:
        only = _single(key, blocks, tree, stem)
        only.period_span = _stated_period(key, only)
        return [only]
    _move_common(key, found)
    listed = tables.listed_periods(key, blocks)
    for segment in found:
        segment.period_span = segment.period_span or listed.get(segment.name) or _stated_period(key, segment)
    general = _general(key, tree, found)
    return [*found, general] if general else found


def _stated_period(key: str, segment: Segment) -> Span | None:
    """The line of the item that says from when to when it is served."""
    if segment.common:
        return None
    for block in segment.blocks:
        if label := _PERIOD_LABEL.search(key, block.start, min(block.end, block.start + _LABEL_REACH)):
            return Span(label.start(), block.end)
    return None


def _weight(found: list[Segment]) -> int:
    return sum(b.end - b.start for s in found for b in s.blocks)


def _move_common(key: str, found: list[Segment]) -> None:
    """What is printed under one item but said to hold for its siblings goes to their common item."""
    common: Segment | None = None
    for segment in found:
        if segment.common:
            common = segment
            continue
        for index, block in enumerate(segment.blocks):
            if common is not None and _APPLIES_TO_ALL.search(key, block.start, block.end):
                common.blocks += segment.blocks[index + 1 :]
                del segment.blocks[index + 1 :]
                break


def _general(key: str, tree: chapters.Chapters, found: list[Segment]) -> Segment | None:
    taken = [False] * (len(tree.blocks) + 1)
    spans = sorted((s.blocks[0].start, s.blocks[-1].end) for s in found if s.blocks)
    for index, block in enumerate(tree.blocks):
        while spans and spans[0][1] <= block.start:
            spans.pop(0)
        taken[index] = bool(spans) and spans[0][0] < block.end
    first = min((s.name_span.start for s in found), default=0)
    kept: list[Block] = []
    top: Heading | None = None
    for index, block, heading in tree.service_blocks():
        if taken[index] or (heading is not None and _is_overview(heading)):
            continue
        kept.append(block)
        if top is None and heading is not None and block.start > first and index != heading.at:
            top = heading
            while top.parent is not None:
                top = top.parent
    if not kept:
        return None
    if top is not None:
        top = _before(tree, top)
    name = top.title if top is not None else _GENERAL_NAME
    start = tree.title_start(top) if top is not None else kept[0].start
    general = Segment("general", name, Span(start, start + len(name)), section=name, common=True)
    general.blocks = kept
    return general


def _before(tree: chapters.Chapters, top: Heading) -> Heading:
    """The first of a run of titles that follow each other without text: the chapter they open."""
    titles = {h.at: h for h in tree.found}
    while top.at - 1 in titles and titles[top.at - 1].style == "plain":
        top = titles[top.at - 1]
    return top


def _is_overview(heading: Heading) -> bool:
    above: Heading | None = heading
    while above is not None:
        if _OVERVIEW.search(above.title):
            return True
        above = above.parent
    return False


def _single(key: str, blocks: list[Block], tree: chapters.Chapters, stem: str) -> Segment:
    name_span = _project_name(key, blocks)
    name = key[name_span.start : name_span.end] if name_span else stem
    segment = Segment("1", name, name_span or Span(0, 0))
    segment.blocks = [block for _, block, _ in tree.service_blocks()]
    return segment


def _project_name(key: str, blocks: list[Block]) -> Span | None:
    for block in blocks[:80]:
        if not block.is_row and (found := _PROJECT_NAME.match(key, block.start, block.end)):
            return Span(found.end(), block.end)
    for block in blocks[:3]:
        words = key[block.start : block.end]
        if block.is_row or number_of(words):
            continue
        if 4 <= len(words) <= 50 and not re.search(r"[,。;:!]", words):
            return Span(block.start, block.end)
    return None
