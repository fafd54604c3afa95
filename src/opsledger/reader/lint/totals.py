"""Equipment lists whose printed totals are not the sum of their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsledger.reader.blocks import Block, Span
from opsledger.reader.lint.findings import Clause, Finding, of_span
from opsledger.reader.reading import Reading

_QUANTITY = re.compile(r"^(?:数量|台数|套数|数目)")
_TOTAL = re.compile(r"总数|合计|总计|共计")
_GROUP_NO = re.compile(r"^[(]?[一二三四五六七八九十]+[)]?$")
_ROW_NO = re.compile(r"^\d{1,4}$")
_ANY_NUMBER = re.compile(r"^\d{1,6}$")
_PROSE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,8})?(?:包括[^,，。;；\n]{0,14}等)?(?P<n>\d{1,5})\s*台(?:设备|(?P<after>[\u4e00-\u9fff]{2,6}))?"
)


@dataclass(slots=True)
class _Group:
    title: str
    printed: int | None
    row: Block
    rows: list[tuple[Block, int]] = field(default_factory=list)

    @property
    def counted(self) -> int:
        return sum(n for _, n in self.rows)


def check(reading: Reading) -> Iterator[Finding]:
    tables: dict[int, list[Block]] = {}
    for block in reading.blocks:
        if block.table is not None:
            tables.setdefault(block.table, []).append(block)
    for rows in tables.values():
        yield from _table(reading, rows)


def _cells(reading: Reading, row: Block) -> list[str]:
    return [reading.normalised.key[c.start : c.end].strip() for c in row.cells]


def _table(reading: Reading, rows: list[Block]) -> Iterator[Finding]:
    header = next((r for r in rows[:3] if any(_QUANTITY.match(w) for w in _cells(reading, r))), None)
    if header is None:
        return
    words = _cells(reading, header)
    column = next(i for i, w in enumerate(words) if _QUANTITY.match(w))
    total: _Group | None = None
    groups: list[_Group] = []
    for row in rows[rows.index(header) + 1 :]:
        cells = _cells(reading, row)
        amount = _amount(cells, column, len(words))
        if any(_TOTAL.search(w) for w in cells[:2]):
            total = _Group("设备总数", amount, row)
        elif cells and _GROUP_NO.match(cells[0]):
            title = next((w for w in cells[1:] if w and not _ANY_NUMBER.match(w)), "")
            groups.append(_Group(title, amount, row))
        elif amount is not None:
            if not groups:
                groups.append(_Group("", None, row))
            groups[-1].rows.append((row, amount))
    yield from _compared(reading, total, groups)


def _amount(cells: list[str], column: int, width: int) -> int | None:
    """The quantity of a row; a row with merged cells has fewer, so a lone number in it is taken."""
    if len(cells) == width and _ANY_NUMBER.match(cells[column]):
        return int(cells[column])
    numbers = [w for w in cells[1:] if _ANY_NUMBER.match(w)]
    return int(numbers[0]) if len(cells) < width and len(numbers) == 1 else None


def _compared(reading: Reading, total: _Group | None, groups: list[_Group]) -> Iterator[Finding]:
    for group in groups:
        if group.printed is not None and group.rows and group.printed != group.counted:
            yield Finding(
                "totals",
                "high",
                (
                    _clause(reading, group.row),
                    _clause(reading, group.rows[0][0]),
                    _clause(reading, group.rows[-1][0]),
                ),
                f"设备清单“{group.title}”印的总数是{group.printed}，各行相加却是{group.counted}，差{abs(group.printed - group.counted)}。",
                "逐台清点后更正清单，约定新增或缺失设备是否在服务范围内。",
            )
    if total is None or total.printed is None:
        return
    counted = sum(g.counted for g in groups)
    if counted and total.printed != counted:
        yield Finding(
            "totals",
            "high",
            (_clause(reading, total.row), *(_clause(reading, g.row) for g in groups)),
            f"设备清单印的总数是{total.printed}，各行相加却是{counted}，差{abs(total.printed - counted)}。",
            "逐台清点后更正清单，约定以清点结果为准。",
        )


def _clause(reading: Reading, row: Block) -> Clause:
    return of_span(reading, "清单", Span(row.start, row.end))
