"""What the score sheet prints, in rows: the same for the document and the workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opsledger.apps.documents.papers.wording import day, moment, points


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of the contract's table; a group row stands for a category."""

    number: str
    title: str
    clause: str
    basis: str
    deduction: Decimal
    group: bool


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One fact with its number in the annex."""

    number: int
    on: str
    item: str
    row: str
    title: str
    clause: str
    evidence: str
    points: Decimal
    remark: str


def table_rows(sheet: Mapping[str, Any]) -> list[TableRow]:
    """Categories and their rows in the order of the scheme."""
    found = []
    numerals = "一二三四五六七八九十"
    for c, category in enumerate(sheet["categories"]):
        mark = numerals[c] if c < len(numerals) else str(c + 1)
        found.append(
            TableRow(mark, category["title"], category["clause"], "", Decimal(category["deduction"]), True)
        )
        for r, row in enumerate(category["rows"], start=1):
            found.append(_row(f"{c + 1}.{r}", row))
    if sheet["bonus_rows"]:
        found.append(TableRow("加", "加分", "", "", -Decimal(sheet["bonus"]), True))
        found += [_row(f"加{r}", row) for r, row in enumerate(sheet["bonus_rows"], start=1)]
    return found


def _row(number: str, row: Mapping[str, Any]) -> TableRow:
    return TableRow(number, row["title"], row["clause"], basis_of(row), Decimal(row["deduction"]), False)


def basis_of(row: Mapping[str, Any]) -> str:
    """What the deduction of a row rests on, counted by kind: 时限超时3次，另免责1次."""
    counted = Counter(line["kind_word"] for line in row["lines"] if line["state"] == "counted")
    others = Counter(line["state_word"] for line in row["lines"] if line["state"] != "counted")
    said = [f"{word}{number}次" for word, number in counted.items()]
    said += [f"另{word}{number}次" for word, number in others.items()]
    if row["pending"]:
        said.append("待评分")
    if not row["lines"] and Decimal(row["deduction"]):
        said.append("人工评分")
    if row["capped"]:
        said.append("已到上限")
    return "，".join(said) or "无"


def detail_rows(sheet: Mapping[str, Any]) -> list[DetailRow]:
    """Every fact that stands in the table, by row and day, numbered; excluded ones with the reason."""
    found: list[DetailRow] = []
    for row in every_row(sheet):
        for line in row["lines"]:
            counted = line["state"] == "counted"
            found.append(
                DetailRow(
                    number=len(found) + 1,
                    on=line["on"],
                    item=f"{line['item_no']} {line['item']}".strip(),
                    row=row["title"],
                    title=line["title"],
                    clause=line["clause"] or row["clause"],
                    evidence=evidence_of(line),
                    points=Decimal(line["points"]) if counted else Decimal(0),
                    remark=_remark(line),
                )
            )
    return found


def every_row(sheet: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The rows of all categories, then the bonus rows."""
    for category in sheet["categories"]:
        yield from category["rows"]
    yield from sheet["bonus_rows"]


def evidence_of(line: Mapping[str, Any]) -> str:
    """The evidence by its numbers: the ticket or task, and how many files with the head of each digest."""
    said = []
    for one in line["evidence"]:
        files = one.get("files", ())
        heads = "、".join(file["digest"][:8] for file in files)
        said.append(f"{one['label']}（附件{len(files)}：{heads}）" if files else one["label"])
    return "；".join(said)


def _remark(line: Mapping[str, Any]) -> str:
    if line["state"] == "excluded":
        return f"免责：{line['exclusion']}"
    if line["state"] != "counted":
        return str(line["state_word"])
    if line["exclusion"]:
        return "免责待批准"
    return {"raised": "有异议，待裁定", "rejected": "异议不成立"}.get(line["objection"], "")


def head_pairs(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Contract, parties, period and the rule, as name and value."""
    contract, period = sheet["contract"], sheet["period"]
    pairs = [
        ("合同编号", contract["number"] or "—"),
        ("考核期", f"{day(period['starts_on'])}至{day(period['ends_on'])}"),
        ("采购人", contract["buyer"]),
        ("服务商", contract["provider"] or "—"),
    ]
    if contract["supervisor"]:
        pairs.append(("监理", contract["supervisor"]))
    pairs.append(("考核依据", f"{sheet['scheme']['title']}（合同{sheet['scheme']['clause']}）"))
    return [("合同名称", contract["name"]), *pairs]


def total_words(sheet: Mapping[str, Any]) -> str:
    """100 − 19.5 = 80.5, or for a roll-up the scores of the periods."""
    if sheet["periods"]:
        parts = "，".join(f"{one['title']}{points(one['score'])}分" for one in sheet["periods"])
        return f"由各期汇总（{parts}），得 {points(sheet['score'])} 分"
    bonus = f" + {points(sheet['bonus'])}" if Decimal(sheet["bonus"]) else ""
    return f"{points(sheet['scheme']['base'])} − {points(sheet['deduction'])}{bonus} = {points(sheet['score'])} 分"


def open_readings(sheet: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """(question, reading, whether it is the one used, deduction, payable) for every reading of every point."""
    found = []
    for point in sheet["readings"]:
        for reading in point["readings"]:
            used = reading["id"] == point["chosen"]
            result = sheet if used else _other(sheet, point["point"], reading["id"])
            money = (result or {}).get("money") or {}
            word = ("已约定" if point["settled"] else "暂按此计") if used else ""
            found.append(
                (point["question"], reading["text"], word, money.get("deduction"), money.get("payable"))
            )
    return found


def _other(sheet: Mapping[str, Any], point: str, reading: str) -> Mapping[str, Any] | None:
    for one in sheet["alternatives"]:
        if (one["point"], one["reading"]) == (point, reading):
            return dict(one)
    return None


def stamp_words(sheet: Mapping[str, Any], digest: str, state: str) -> str:
    """What identifies this very sheet: its state, when it was worked out, its digest."""
    return f"{state}，数据截至 {moment(sheet['computed_at'])}，校验值 {digest[:16]}"
