"""Tables of level × metric, in either direction, as real rows or as lines of cells parted by commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsledger.reader.blocks import Block, Span
from opsledger.reader.grammar.limits import limits
from opsledger.reader.grammar.metrics import channel_of, metric_before
from opsledger.reader.proposals import Proposal, plain

_HEAD = re.compile(r"级别|等级|故障|事件|类型|类别|情况|优先级|程度|严重性")
_NO_LEVEL = re.compile(r"^(?:序号|编号|定义|描述|说明|影响|举例|备注)|时间|时限|时效")
_LEVEL = re.compile(
    r"^(?:[一二三四五]级|[IVⅠⅡⅢⅣ]{1,3}级?|[A-Z]?[1-5]级|[PSLT][0-5]|[A-D][级类]|(?:一般|普通|严重|特别重大|重大|特大|较大|紧急|"
    r"轻微|高|中|低|特急)级?)(?:\([^)]{1,10}\))?(?:性)?(?:故障|事件|问题|优先级)?$"
)
_ONSITE = re.compile(r"^现场(?:支持|服务|处[理置])")
_LONGEST_TIME = 16


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns of a table: which holds the level, which hold limits of which metric."""

    width: int
    level: int
    metrics: tuple[tuple[str | None, str], ...]
    levels: tuple[str, ...] = ()
    """For a table that runs the other way: the levels that its columns stand for."""


def read(key: str, blocks: list[Block]) -> tuple[list[Proposal], set[int]]:
    """Facts of all level tables in the blocks, and the starts of the blocks they were read from."""
    facts: list[Proposal] = []
    used: set[int] = set()
    head: _Head | None = None
    level = ""
    for block in blocks:
        cells = _cells(key, block)
        if len(cells) < 2:
            head = None
            continue
        if new := _head([key[c.start : c.end].strip() for c in cells]):
            head, level = new, ""
            used.add(block.start)
            continue
        if head is None or len(fitted := _fitted(cells, head)) != head.width:
            continue
        level = key[fitted[head.level].start : fitted[head.level].end].strip() or level
        if found := list(_row(key, fitted, head, level)):
            facts += found
            used.add(block.start)
    return facts, used


def _fitted(cells: list[Span], head: _Head) -> list[Span]:
    """The cells of a row as the head counts them: a converter may have left empty ones out or put them in."""
    return cells if len(cells) == head.width else [c for c in cells if c.end > c.start]


def _head(words: list[str]) -> _Head | None:
    """What the columns stand for, where the row is the head of a level table: no value in it yet."""
    if any(len(w) > 24 or re.search(r"\d(?!级)|:", w) or any(limits(w, 0, len(w))) for w in words):
        return None
    if len(words) > 2 and all(_LEVEL.match(w) for w in words[1:]):
        return _Head(len(words), 0, (), tuple(words))
    level = next((i for i, w in enumerate(words[:3]) if _HEAD.search(w) and not _NO_LEVEL.search(w)), None)
    if level is None:
        return None
    metrics = tuple((None if i <= level else _metric(w), w) for i, w in enumerate(words))
    return _Head(len(words), level, metrics) if any(name for name, _ in metrics) else None


def _metric(title: str) -> str | None:
    if _ONSITE.search(title):
        return "arrive"
    return metric_before(title if "时" in title else title + "时间")


def _cells(key: str, block: Block) -> list[Span]:
    if block.is_row:
        return list(block.cells)
    spans: list[Span] = []
    start = block.start
    for mark in [*re.finditer(r"[,\t]", key[block.start : block.end]), None]:
        end = block.start + mark.start() if mark else block.end
        if key[start:end].strip():
            spans.append(Span(start, end))
        start = end + 1
    return spans


def _row(key: str, cells: list[Span], head: _Head, level: str) -> Iterator[Proposal]:
    turned = head.levels and _metric(level)
    for index, cell in enumerate(cells):
        found = list(limits(key, cell.start, cell.end))
        if index == head.level or len(found) != 1 or cell.end - cell.start > _LONGEST_TIME:
            continue
        name, title = (turned or None, level) if head.levels else head.metrics[index]
        if name is None:
            continue
        fields = {
            "severity": (head.levels[index] if head.levels else level) or None,
            "metric": name,
            "channel": channel_of(title) if name == "respond" else None,
            "value": plain(found[0].value),
            "unit": found[0].unit,
            "clock": _clock(title),
        }
        yield Proposal("sla", fields, Span(cells[0].start, cells[-1].end), "sla.level_table", 0.95)


def _clock(title: str) -> str:
    if re.search(r"非工作|节假日|夜间", title):
        return "nonbusiness"
    return "business" if re.search(r"工作(?:时间|日|时段)", title) else "any"
