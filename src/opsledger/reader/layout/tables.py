"""Item tables: one row per system or project, with its unit, its content and its standards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opsledger.reader.blocks import Block, Span, lines_of
from opsledger.reader.layout.segments import Segment

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("no", re.compile(r"^(?:序号|编号|项号|NO\.?)$", re.IGNORECASE)),
    ("unit", re.compile(r"(?:服务|使用|建设|主管|采购|责任|业主|需求)单位|单位名称|^(?:部门|委办局)")),
    (
        "name",
        re.compile(r"(?:项目|系统|服务|对象|平台|标的|软件|需求)(?:名称)?$|^名称|运维项目|服务项目|服务事项"),
    ),
    ("period", re.compile(r"服务期|运维期|期限|起止")),
    ("skip", re.compile(r"^(?:数量|单价|总价|金额|预算|型号|规格|品牌|单位|图片|备注金额|得分|分值)")),
    (
        "content",
        re.compile(r"内容|要求|标准|需求|频率|频次|响应|说明|备注|描述|时间|方式|等级|级别|成果|交付|指标"),
    ),
)
_EQUIPMENT = re.compile(r"型号|规格|品牌|设备名称|序列号|单价|总价|投标|得分|权重|评分|分值|所属行业")
_LEVEL = re.compile(r"(?:故障|事件|问题|服务)?(?:级别|等级|程度|优先级|类别|分类)$|^故障类型$")
_REACTION = re.compile(r"响应|到场|到达|解决|恢复|修复|处理时[间限]")
_LONG = 60
_MOST_ALIKE = 0.8
_FEWEST_ROWS = 3


@dataclass(slots=True)
class _Table:
    header: Block
    roles: list[str]
    rows: list[tuple[Block, list[Block]]]


def find(key: str, blocks: list[Block]) -> list[Segment]:
    """Segments of the document's item table; empty when it has none."""
    best: list[Segment] = []
    for table in _tables(key, blocks):
        segments = _segments(key, table)
        if _weight(segments) > _weight(best):
            best = segments
    return best


def listed_periods(key: str, blocks: list[Block]) -> dict[str, Span]:
    """Name -> cell with its period, from the lists of services that give no contents of their own."""
    found: dict[str, Span] = {}
    roles: list[str] | None = None
    for block in blocks:
        if not block.is_row:
            roles = None
            continue
        header = _roles(key, block)
        if header:
            roles = header if {"name", "period"} <= set(header) else None
        elif roles and len(block.cells) == len(roles):
            name = block.cells[roles.index("name")]
            found.setdefault(_words(key, name), block.cells[roles.index("period")])
    return found


def _weight(segments: list[Segment]) -> int:
    return sum(b.end - b.start for s in segments for b in s.blocks)


def _tables(key: str, blocks: list[Block]) -> list[_Table]:
    """Item tables with their rows; loose lines that cut a table in two belong to the row before them."""
    found: list[_Table] = []
    open_: _Table | None = None
    loose: list[Block] = []
    for block in blocks:
        if not block.is_row:
            loose.append(block)
            continue
        roles = _roles(key, block)
        if roles:
            open_ = _Table(block, roles, []) if "name" in roles and "content" in roles else None
            if open_:
                found.append(open_)
        elif open_ is not None:
            if block.table != (open_.rows[-1][0] if open_.rows else open_.header).table and not _same(
                open_, block, loose
            ):
                open_ = None
            else:
                if open_.rows and loose:
                    open_.rows[-1][1].extend(loose)
                open_.rows.append((block, []))
        loose = []
    return [t for t in found if len(t.rows) >= _FEWEST_ROWS]


def _same(table: _Table, block: Block, loose: list[Block]) -> bool:
    return len(loose) <= 5 and abs(len(block.cells) - len(table.roles)) <= 1


def _roles(key: str, block: Block) -> list[str] | None:
    """Column roles if the row is a header, else None."""
    words = [re.sub(r"\s+", "", key[c.start : c.end]) for c in block.cells]
    if len(words) < 2 or words[0].isdigit() or any(len(w) > 24 or w.endswith("。") for w in words):
        return None
    if any(_EQUIPMENT.search(w) for w in words) or _of_levels(words):
        return ["skip"] * len(words)
    roles = [next((role for role, pattern in _ROLES if pattern.search(w)), "skip") for w in words]
    if roles.count("skip") > len(words) / 2 or not {"no", "name"} & set(roles):
        return None
    seen: set[str] = set()
    for i, role in enumerate(roles):
        if role in ("name", "unit", "no") and role in seen:
            roles[i] = "content"
        seen.add(role)
    return roles if words[0] in ("序号", "编号", "项号") or roles.count("content") else None


def _of_levels(words: list[str]) -> bool:
    """Whether the header is that of a level table: the level stands ahead of whatever it is a level of."""
    level = next((i for i, w in enumerate(words[:2]) if _LEVEL.search(w)), None)
    named = next((i for i, w in enumerate(words) if _ROLES[2][1].search(w)), len(words))
    return level is not None and level < named and any(_REACTION.search(w) for w in words[level + 1 :])


def _segments(key: str, table: _Table) -> list[Segment]:
    segments: list[Segment] = []
    unit: str | None = None
    last = 0
    first_content = table.roles.index("content")
    for row, loose in table.rows:
        cells = _aligned(key, row, table.roles, first_content)
        name = cells.get("name")
        if name is None or name.end == name.start:
            if segments:
                segments[-1].blocks += _lines(key, row, row.cells) + loose
            continue
        if "unit" in cells and cells["unit"].end > cells["unit"].start:
            unit = _words(key, cells["unit"])
        printed = re.sub(r"\D", "", _words(key, cells["no"])) if "no" in cells else ""
        last = int(printed) if printed else last + 1
        contents = tuple(c for c in row.cells if c.start > name.end)
        segment = Segment(str(last), _words(key, name), name, unit=unit, period_span=cells.get("period"))
        segment.blocks = _lines(key, row, contents) + loose
        segments.append(segment)
    names = {s.name for s in segments}
    if len(names) < _MOST_ALIKE * len(segments):
        return []
    return segments if sum(len(s.blocks) for s in segments) else []


def _aligned(key: str, row: Block, roles: list[str], first_content: int) -> dict[str, Span]:
    """Role -> cell; a merged cell before the first long one shifts the rest to the right."""
    cells = list(row.cells)
    first_long = next(
        (i for i, c in enumerate(cells) if c.end - c.start > _LONG or key.startswith("(一)", c.start)), None
    )
    missing = first_content - first_long if first_long is not None else 0
    kept = list(roles)
    for role in ("unit", "no"):
        if (
            missing > 0
            and role in kept
            and not (role == "no" and key[cells[0].start : cells[0].end].strip() == "")
        ):
            kept.remove(role)
            missing -= 1
    if len(cells) >= len(kept):
        return dict(zip(kept, cells, strict=False))
    return dict(zip(kept[: len(cells)], cells, strict=True))


def _lines(key: str, row: Block, cells: tuple[Span, ...]) -> list[Block]:
    titles = dict(zip(row.cells, row.titles, strict=bool(row.titles)))
    return [
        Block(line.start, line.end, titles=(titles[c],) if c in titles else ())
        for c in cells
        for line in lines_of(key, c.start, c.end)
    ]


def _words(key: str, span: Span) -> str:
    return re.sub(r"\s*\n\s*", "", key[span.start : span.end]).strip()
