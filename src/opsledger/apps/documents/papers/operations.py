"""The operations report of a month, a quarter or a year (运维月报、季报、年报), drafted from the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.figures import Operations, Tally
from opsledger.apps.documents.papers.operations_service import MOST, availability, satisfaction
from opsledger.apps.documents.papers.wording import day, moment, only_first, percent, points, yuan

NAMES = {
    "month": "运维服务月报",
    "quarter": "运维服务季报",
    "year": "运维服务年报",
    "term": "运维服务总结报告",
}
NOW = {"month": "本月", "quarter": "本季度", "year": "本年度", "term": "服务期内"}
NEXT = {"month": "下月", "quarter": "下季度", "year": "下年度", "term": "后续"}

Part = Callable[[Paper, Operations], None]


def render(told: Operations, *, comparison: list[list[str]] | None = None) -> bytes:
    """The report; a year's adds the comparison by months (rows: month, tickets, rate, done, score)."""
    name = NAMES[told.span.kind]
    paper = Paper(
        f"{told.span.title}{name}", at=told.at, foot=f"{name}　{told.span.title}　数据截至{moment(told.at)}"
    )
    paper.title(name, f"（{told.span.title}）")
    contract = told.contract
    paper.facts([("合同名称", contract.name)], columns=1, widths_cm=[2.6, 13.8])
    paper.facts(
        [
            ("采购人", contract.buyer.name),
            ("服务商", contract.provider.name if contract.provider else "—"),
            ("报告期", f"{day(told.span.starts_on)}至{day(told.span.ends_on)}"),
            ("数据截至", moment(told.at)),
        ]
    )
    numerals = iter("一二三四五六七八九十")
    parts: list[tuple[str, Part]] = [
        ("概述", summary),
        ("人员与工单", tickets),
        ("时限达标情况", limits),
        ("合同任务完成情况", tasks),
        ("可用性与中断", availability),
        ("满意度", satisfaction),
        ("考核与扣款", assessment),
        ("遗留问题", leftover),
        (f"{NEXT[told.span.kind]}计划", plan),
    ]
    for title, part in parts:
        paper.heading(f"{next(numerals)}、{title}")
        part(paper, told)
        if part is summary and comparison:
            _comparison(paper, comparison)
    _sign(paper, told)
    return paper.data()


def summary(paper: Paper, told: Operations) -> None:
    """The report in a paragraph: what a director reads."""
    now, tally = NOW[told.span.kind], told.tally
    done = sum(rate.met for rate in told.rates)
    late = sum(rate.breached for rate in told.rates)
    said = f"{now}受理工单{len(told.tickets)}件，办结{told.resolved}件，未办结{len(told.open_tickets)}件。"
    if done + late:
        said += (
            f"各项时限共考察{done + late}次，按时{done}次，达标率{percent(done, done + late)}，超时{late}次。"
        )
    ended = tally.fulfilled + tally.late + tally.missed
    if tally.due:
        said += f"合同任务应完成{tally.due}项，按期完成{tally.fulfilled}项，逾期完成{tally.late}项，未完成{tally.missed}项"
        said += f"，按期完成率{percent(tally.fulfilled, ended)}" if ended else ""
        said += f"，另有{tally.open}项尚未到期。" if tally.open else "。"
    measured = [row for row in told.availability if row.promise and row.figures.measured]
    failed = [row for row in measured if row.verdict == "fail"]
    if measured:
        said += f"有可用性约定并有监测数据的系统{len(measured)}个，未达标{len(failed)}个。"
    mean, number = told.satisfaction
    if mean is not None:
        said += f"使用单位评价{number}件，平均{points(mean)}分（满分5分）。"
    if told.sheet:
        said += (
            f"按合同考核条款计算得{points(told.sheet['score'])}分，评定为“{told.sheet['band']['title']}”。"
        )
    paper.text(said)


def _comparison(paper: Paper, rows: list[list[str]]) -> None:
    paper.heading("各月对比", level=2)
    columns = [
        Column("月份", 2.4, "center"),
        Column("工单", 2, "right"),
        Column("时限达标率", 3, "right"),
        Column("任务按期完成", 3.6, "right"),
        Column("逾期与未完成", 3, "right"),
        Column("考核得分", 2.4, "right"),
    ]
    paper.table(columns, rows)


def tickets(paper: Paper, told: Operations) -> None:
    """People, and the tickets by kind, source, level and unit."""
    if told.people:
        people = "、".join(f"{name}（{title}）" for name, title in told.people)
        paper.text(f"服务人员{len(told.people)}名：{people}。")
    if not told.tickets:
        paper.text("报告期内没有工单。")
        return
    for title, counts in (("类型", told.by_kind), ("来源", told.by_source), ("等级", told.by_severity)):
        paper.text(f"按{title}：" + "，".join(f"{word}{number}件" for word, number in counts.items()) + "。")
    _by_unit(paper, told)


def _by_unit(paper: Paper, told: Operations) -> None:
    """Two units to a row, the busiest first."""
    whole = len(told.tickets)
    columns = [Column("使用单位", 5.2), Column("件数", 1.4, "right"), Column("占比", 1.7, "right")] * 2
    cells = [[word, str(number), percent(number, whole)] for word, number in told.by_unit.items()]
    half = (len(cells) + 1) // 2
    paper.table(
        columns,
        [
            left + (cells[half + n] if half + n < len(cells) else ["", "", ""])
            for n, left in enumerate(cells[:half])
        ],
    )


def limits(paper: Paper, told: Operations) -> None:
    """The rate by metric, and every breach with its clause."""
    if not told.rates:
        paper.text("报告期内没有到期的时限。")
        return
    columns = [
        Column("时限", 5.4),
        Column("按时", 3, "right"),
        Column("超时", 3, "right"),
        Column("达标率", 5, "right"),
    ]
    rows = [
        [rate.word, str(rate.met), str(rate.breached), percent(rate.met, rate.met + rate.breached)]
        for rate in told.rates
    ]
    paper.table(columns, rows)
    if not told.breaches:
        paper.text("没有超时。")
        return
    paper.heading("超时清单", level=2)
    columns = [
        Column("工单", 2.5),
        Column("系统与事项", 5.5),
        Column("时限", 2.6),
        Column("应于", 2.9, "center"),
        Column("条款", 2.9),
    ]
    paper.table(
        columns,
        [
            [
                row.ticket_number,
                f"{row.item_no} {row.item_name}：{row.ticket_title}",
                f"{row.metric_word} {row.limit_text}",
                moment(row.due_at),
                row.clause,
            ]
            for row in told.breaches[:MOST]
        ],
        size=9,
    )
    only_first(paper, MOST, len(told.breaches))


def tasks(paper: Paper, told: Operations) -> None:
    """What the contract asked for, by kind, against what was done; each late or missed one."""
    if not told.tallies:
        paper.text("报告期内没有到期的合同任务。")
        return
    paper.table(
        _TALLY_COLUMNS, [_tally(one) for one in (*told.tallies, told.tally)], bold_rows=[len(told.tallies)]
    )
    if not told.undone:
        paper.text("到期任务全部按期完成。")
        return
    paper.heading("逾期与未完成清单", level=2)
    columns = [
        Column("服务项", 4.4),
        Column("任务", 4.6),
        Column("应于", 2.9, "center"),
        Column("结果", 1.8, "center"),
        Column("条款", 2.7),
    ]
    paper.table(
        columns,
        [[one.item, one.title, moment(one.due_at), one.became, one.clause] for one in told.undone[:MOST]],
        size=9,
    )
    only_first(paper, MOST, len(told.undone))


_TALLY_COLUMNS = [
    Column("任务类别", 4.8),
    Column("应完成", 2, "right"),
    Column("按期", 2, "right"),
    Column("逾期", 2, "right"),
    Column("未完成", 2, "right"),
    Column("未到期", 1.8, "right"),
    Column("豁免", 1.8, "right"),
]


def _tally(one: Tally) -> list[str]:
    figures = (one.due, one.fulfilled, one.late, one.missed, one.open, one.waived)
    return [one.word, *(str(figure) for figure in figures)]


def assessment(paper: Paper, told: Operations) -> None:
    """Score, grade and money as the score sheet has them."""
    sheet: Mapping[str, Any] | None = told.sheet
    if sheet is None:
        paper.text("合同没有考核条款，或本报告期不单独考核。")
        return
    said = f"得分{points(sheet['score'])}分，评定为“{sheet['band']['title']}”。"
    if sheet["money"]:
        money = sheet["money"]
        said += f"{money['text']}。应付{yuan(money['payable'])}（人民币{money['capitals']}）。"
    paper.text(said + "逐条扣分及佐证见考核表。")


def leftover(paper: Paper, told: Operations) -> None:
    """Tickets that are still open and tasks that are still owed."""
    owed = [one for one in told.undone if one.became == "未完成"]
    if not told.open_tickets and not owed:
        paper.text("没有遗留问题。")
        return
    if told.open_tickets:
        columns = [
            Column("工单", 2.6),
            Column("系统与事项", 8.2),
            Column("报修时间", 3.1, "center"),
            Column("状态", 2.5, "center"),
        ]
        paper.table(
            columns,
            [
                [one.number, f"{one.item.numbered}：{one.title}", moment(one.reported_at), one.state_word]
                for one in told.open_tickets[:MOST]
            ],
            size=9,
        )
        only_first(paper, MOST, len(told.open_tickets))
    if owed:
        paper.text(f"尚未完成的合同任务{len(owed)}项，见“合同任务完成情况”清单。")


def plan(paper: Paper, told: Operations) -> None:
    """What falls due next."""
    if not told.coming:
        paper.text("服务期内没有后续任务。")
        return
    said = "，".join(f"{one.word}{one.due}项" for one in told.coming if one.due)
    paper.text(f"按合同应完成：{said}。")


def _sign(paper: Paper, told: Operations) -> None:
    contract = told.contract
    paper.heading("签署")
    paper.signatures(
        [
            ("服务商", contract.provider.name if contract.provider else "", ""),
            ("采购人", contract.buyer.name, ""),
        ]
    )


def month_row(title: str, told: Operations) -> list[str]:
    """One month's line in the comparison of a year."""
    met = sum(rate.met for rate in told.rates)
    late = sum(rate.breached for rate in told.rates)
    tally = told.tally
    return [
        title,
        str(len(told.tickets)),
        percent(met, met + late),
        f"{tally.fulfilled} / {tally.due}",
        str(tally.late + tally.missed),
        points(told.sheet["score"]) if told.sheet else "—",
    ]
