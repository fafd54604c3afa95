"""Tables of level × metric, as real rows or as lines of cells parted by commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.reader.blocks import Block, Span
from opsledger.reader.grammar.limits import limits
from opsledger.reader.grammar.metrics import channel_of, metric_before
from opsledger.reader.proposals import Proposal, plain

_HEAD = re.compile(r"级别|等级|故障|事件|类型|情况|优先级")


def read(key: str, blocks: list[Block]) -> tuple[list[Proposal], set[int]]:
    """Facts of all level tables in the blocks, and the starts of the blocks they were read from."""
    facts: list[Proposal] = []
    used: set[int] = set()
    metrics: list[tuple[str | None, str]] = []
    for block in blocks:
        cells = _cells(key, block)
        if len(cells) < 2:
            metrics = []
            continue
        words = [key[c.start : c.end] for c in cells]
        if _is_header(words):
            metrics = [(metric_before(w if "时" in w else w + "时间"), w) for w in words[1:]]
            if any(name for name, _ in metrics):
                used.add(block.start)
            else:
                metrics = []
        elif metrics and len(cells) == len(metrics) + 1:
            found = list(_row(key, cells, metrics))
            facts += found
            if found:
                used.add(block.start)
    return facts, used


def _is_header(words: list[str]) -> bool:
    """Level in the first column, times in the others, and no value yet."""
    return bool(_HEAD.search(words[0])) and all(
        len(w) <= 24 and not re.search(r"[\d:]", w) and not any(limits(w, 0, len(w))) for w in words
    )


def _cells(key: str, block: Block) -> list[Span]:
    if block.is_row:
        return [c for c in block.cells if c.end > c.start]
    spans: list[Span] = []
    start = block.start
    for mark in [*re.finditer(r"[,\t]", key[block.start : block.end]), None]:
        end = block.start + mark.start() if mark else block.end
        if key[start:end].strip():
            spans.append(Span(start, end))
        start = end + 1
    return spans


def _row(key: str, cells: list[Span], metrics: list[tuple[str | None, str]]) -> Iterator[Proposal]:
    severity = key[cells[0].start : cells[0].end].strip()
    for cell, (name, title) in zip(cells[1:], metrics, strict=True):
        found = list(limits(key, cell.start, cell.end))
        if name is None or len(found) != 1 or cell.end - cell.start > 16:
            continue
        fields = {
            "severity": severity,
            "metric": name,
            "channel": channel_of(title) if name == "respond" else None,
            "value": plain(found[0].value),
            "unit": found[0].unit,
            "clock": "any",
        }
        yield Proposal("sla", fields, Span(cells[0].start, cells[-1].end), "sla.level_table", 0.95)
