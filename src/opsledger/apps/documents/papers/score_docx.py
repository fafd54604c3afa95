"""The score sheet as a document that a bureau can sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.papers import score_lines as rows
from opsledger.apps.documents.papers.wording import points, yuan


def render(
    sheet: Mapping[str, Any],
    *,
    digest: str,
    state: str,
    signatures: Mapping[str, str],
    at: datetime,
) -> bytes:
    """The sheet with its annex of facts; `signatures` are the words of what was signed on screen, by party."""
    stamp = rows.stamp_words(sheet, digest, state)
    paper = Paper(f"{sheet['period']['title']}运维服务考核表", at=at, foot=f"考核表　{stamp}")
    paper.title(
        "运维服务考核表", f"（{sheet['period']['title']}{'' if state == '已签署' else '，' + state}）"
    )
    head = rows.head_pairs(sheet)
    paper.facts(head[:1], columns=1, widths_cm=[2.6, 13.8])
    paper.facts(head[1:])
    _table(paper, sheet)
    _result(paper, sheet)
    _readings(paper, sheet)
    paper.heading("四、签署意见")
    paper.note("各方对以上事实、得分和金额无异议的，在此签字盖章；有异议的，写明意见后附页。")
    _signatures(paper, sheet, signatures)
    details = rows.detail_rows(sheet)
    if details:
        paper.new_page()
        _annex(paper, details)
    return paper.data()


def _table(paper: Paper, sheet: Mapping[str, Any]) -> None:
    paper.heading("一、评分表")
    found = rows.table_rows(sheet)
    columns = [
        Column("序号", 1.3, "center"),
        Column("考核内容", 5.6),
        Column("合同条款", 2.9),
        Column("扣分事实", 4.8),
        Column("扣分", 1.8, "right"),
    ]
    lines = [[one.number, one.title, one.clause, one.basis, points(one.deduction)] for one in found]
    lines.append(["", "合　计", "", "", points(sheet["deduction"])])
    strong = [n for n, one in enumerate(found) if one.group] + [len(found)]
    paper.table(columns, lines, bold_rows=strong)


def _result(paper: Paper, sheet: Mapping[str, Any]) -> None:
    paper.heading("二、得分、等级与应付金额")
    money = sheet["money"]
    pairs = [
        ("考核得分", rows.total_words(sheet)),
        (
            "评定等级",
            f"{sheet['band']['title']}（合同{sheet['band']['clause'] or sheet['scheme']['clause']}）",
        ),
    ]
    pairs += [("一票否决", veto["text"]) for veto in sheet["vetoes"] if veto["hit"]]
    if money is None:
        pairs.append(("付款", "本期不单独付款，扣分计入所在付款期。"))
    else:
        pairs += [
            ("当期款项", yuan(money["base"])),
            ("计算过程", money["text"]),
            ("扣款金额", yuan(money["deduction"])),
        ]
        if not money["settled"]:
            pairs.append(("暂不支付", f"{yuan(money['withheld'])}，待双方商定"))
        pairs.append(("应付金额", f"{yuan(money['payable'])}\n人民币（大写）：{money['capitals']}"))
    paper.facts(pairs, columns=1, widths_cm=[2.6, 13.8])
    if sheet["periods"]:
        columns = [
            Column("考核期", 4.2),
            Column("得分", 2, "right"),
            Column("等级", 4.2),
            Column("扣款", 3, "right"),
            Column("应付", 3, "right"),
        ]
        paper.text("")
        paper.table(
            columns,
            [
                [
                    one["title"],
                    points(one["score"]),
                    one["band"]["title"],
                    yuan((one["money"] or {}).get("deduction")),
                    yuan((one["money"] or {}).get("payable")),
                ]
                for one in sheet["periods"]
            ],
        )


def _readings(paper: Paper, sheet: Mapping[str, Any]) -> None:
    paper.heading("三、合同未写明之处的读法")
    found = rows.open_readings(sheet)
    if not found or not sheet["alternatives"]:
        paper.text("本期没有影响结果的未写明之处。" if not sheet["periods"] else "各期的读法见各期考核表。")
        return
    columns = [
        Column("问题", 4.9),
        Column("读法", 3.6),
        Column("采用", 1.8, "center"),
        Column("扣款", 2.9, "right"),
        Column("应付", 3.2, "right"),
    ]
    seen: set[str] = set()
    lines = []
    for question, reading, word, deduction, payable in found:
        lines.append(["" if question in seen else question, reading, word, yuan(deduction), yuan(payable)])
        seen.add(question)
    paper.table(columns, lines, join_first=True, size=9.5)


def _signatures(paper: Paper, sheet: Mapping[str, Any], signatures: Mapping[str, str]) -> None:
    contract = sheet["contract"]
    parties = [
        ("采购人", contract["buyer"], signatures.get("采购人", "")),
        ("服务商", contract["provider"], signatures.get("服务商", "")),
    ]
    if contract["supervisor"]:
        parties.append(("监理", contract["supervisor"], signatures.get("监理", "")))
    paper.signatures(parties)


def _annex(paper: Paper, details: Sequence[rows.DetailRow]) -> None:
    paper.heading("附件　扣分事实明细")
    columns = [
        Column("序号", 1.1, "center"),
        Column("日期", 1.5, "center"),
        Column("服务项与事实", 6.2),
        Column("合同条款", 2.9),
        Column("佐证编号", 2.5),
        Column("扣分", 1.1, "right"),
        Column("备注", 1.3),
    ]
    lines: list[list[str]] = []
    bands: list[int] = []
    group = ""
    for one in details:
        if one.row != group:
            group = one.row
            bands.append(len(lines))
            lines.append([group] + [""] * 6)
        lines.append(
            [
                str(one.number),
                one.on[5:],
                f"{one.item}：{one.title}" if one.item else one.title,
                one.clause,
                one.evidence,
                points(one.points),
                one.remark,
            ]
        )
    paper.table(columns, lines, band_rows=bands, size=9)
