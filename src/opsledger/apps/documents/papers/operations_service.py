"""The parts of the operations report on how the services ran: availability, outages, satisfaction."""

from __future__ import annotations

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.figures import Operations
from opsledger.apps.documents.papers.wording import moment, only_first, points

MOST = 40


def availability(paper: Paper, told: Operations) -> None:
    """Measured, worst and coverage beside the target, and the outages."""
    rows = [row for row in told.availability if row.figures.measured and (row.is_covered or row.promise)]
    if not rows:
        paper.text("报告期内没有可用性监测数据。")
    else:
        columns = [
            Column("系统", 5.4),
            Column("约定", 1.9, "right"),
            Column("实测", 2.1, "right"),
            Column("最差", 2.1, "right"),
            Column("监测覆盖", 2.2, "right"),
            Column("结论", 2.7, "center"),
        ]
        paper.table(
            columns,
            [
                [
                    row.item.numbered,
                    f"{row.promise.percent}%" if row.promise else "—",
                    f"{row.measured}%",
                    f"{row.worst}%",
                    f"{row.coverage}%",
                    row.word,
                ]
                for row in rows
            ],
        )
        paper.note("实测不含无监测数据的时间；最差把无监测数据的时间按中断计；批准的计划停机不计。")
    if len(rows) < len(told.availability):
        paper.text("只登记了中断、没有监测数据的系统不计算可用性，其中断列于下表。")
    outages = [(row, outage) for row in told.availability for outage in row.outages]
    if outages:
        paper.heading("中断记录", level=2)
        columns = [
            Column("系统", 5),
            Column("开始", 3.1, "center"),
            Column("恢复", 3.1, "center"),
            Column("原因", 5.2),
        ]
        paper.table(
            columns,
            [
                [row.item.numbered, moment(one.starts_at), moment(one.ends_at), one.cause or "待查明"]
                for row, one in outages[:MOST]
            ],
            size=9,
        )
        only_first(paper, MOST, len(outages))


def satisfaction(paper: Paper, told: Operations) -> None:
    """What the units said."""
    mean, number = told.satisfaction
    if mean is None:
        paper.text("报告期内没有评价。")
    else:
        paper.text(f"使用单位对{number}件工单作了评价，平均{points(mean)}分（满分5分）。")
