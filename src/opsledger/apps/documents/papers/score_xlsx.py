"""The score sheet as a workbook: the table with its sum as a formula, the facts, the money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from opsledger.adapters.xlsx_paper import Book
from opsledger.apps.documents.papers import score_lines as rows
from opsledger.apps.documents.papers.wording import day


def render(sheet: Mapping[str, Any], *, digest: str, state: str, at: datetime) -> bytes:
    """Sheets 评分表 and 扣分明细, and 应付金额 where money hangs on the period."""
    title = f"{sheet['period']['title']}运维服务考核表"
    book = Book(title, at=at)
    _table(book, sheet, title, rows.stamp_words(sheet, digest, state))
    _details(book, sheet)
    _money(book, sheet)
    return book.data()


def _table(book: Book, sheet: Mapping[str, Any], title: str, stamp: str) -> None:
    page = book.sheet("评分表", [10, 38, 18, 28, 9])
    page.title(title)
    for name, value in rows.head_pairs(sheet):
        page.pair(name, value)
    page.gap()
    page.head(["序号", "考核内容", "合同条款", "扣分事实", "扣分"])
    summed = []
    for one in rows.table_rows(sheet):
        kinds = (
            ["group"] * 4 + ["group_number"] if one.group else ["center", "text", "text", "text", "number"]
        )
        at_row = page.line([one.number, one.title, one.clause, one.basis, one.deduction], kinds)
        if one.group:
            summed.append(f"E{at_row}")
    total = sum((Decimal(one["deduction"]) for one in sheet["categories"]), Decimal(0))
    page.line(["", "合计", "", "", total], ["group"] * 4 + ["group_number"])
    page.formula(4, "=" + "+".join(summed or ["0"]), total, "group_number")
    page.gap()
    page.pair("考核得分", rows.total_words(sheet))
    page.pair("评定等级", sheet["band"]["title"])
    if sheet["money"]:
        page.pair("应付金额", Decimal(sheet["money"]["payable"]), "money")
        page.pair("大写", f"人民币{sheet['money']['capitals']}")
    page.gap()
    parties = [("采购人", sheet["contract"]["buyer"]), ("服务商", sheet["contract"]["provider"])]
    if sheet["contract"]["supervisor"]:
        parties.append(("监理", sheet["contract"]["supervisor"]))
    for party, name in parties:
        page.text(
            f"{party}（盖章）：{name}　　　　代表签字：　　　　　　　　日期：　　　年　　月　　日", height=34
        )
    page.text(stamp)


def _details(book: Book, sheet: Mapping[str, Any]) -> None:
    page = book.sheet("扣分明细", [5, 15, 22, 18, 34, 18, 24, 6, 10], landscape=True)
    page.head(
        ["序号", "日期", "服务项", "考核内容", "事实", "合同条款", "佐证编号", "扣分", "备注"], repeat=True
    )
    kinds = ["center", "center", "text", "text", "text", "text", "text", "number", "text"]
    for one in rows.detail_rows(sheet):
        page.line(
            [
                one.number,
                day(one.on),
                one.item,
                one.row,
                one.title,
                one.clause,
                one.evidence,
                one.points,
                one.remark,
            ],
            kinds,
        )


def _money(book: Book, sheet: Mapping[str, Any]) -> None:
    if sheet["money"] is None:
        return
    page = book.sheet("应付金额", [40, 30, 12, 20, 20])
    page.head(["合同未写明之处", "读法", "采用", "扣款", "应付"])
    for question, reading, word, deduction, payable in rows.open_readings(sheet):
        page.line(
            [
                question,
                reading,
                word,
                "" if deduction is None else Decimal(deduction),
                "" if payable is None else Decimal(payable),
            ],
            ["text", "text", "center", "money", "money"],
        )
    page.gap()
    for step in sheet["trace"]:
        if step["stage"] in ("score", "band", "money", "veto"):
            page.text(f"{step['text']}（{step['clause']}）" if step["clause"] else step["text"], height=32)
